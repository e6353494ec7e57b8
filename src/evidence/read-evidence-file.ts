/** One pass over one evidence file: its hash, its size, and everything that would make a reader after us go wrong. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { ArrayScan } from './array-scan.ts';
import { checkNames, usedNames } from './check-names.ts';
import { GzipDecoder } from './decode-gzip.ts';
import { ZstdDecoder } from './decode-zstd.ts';
import { type Decoder, ExpansionLimit, type TextSink } from './decoder.ts';
import { DepthScan } from './depth-scan.ts';
import type { EvidenceLimits } from './evidence-limits.ts';
import { formatsAlike, roundedExport } from './format-alike.ts';
import { type FileKind, isGitLfsPointer, kindBySignature } from './file-kind.ts';
import { TextInspection } from './inspect-text.ts';
import { LineScan } from './line-scan.ts';
import { copyContainer, PreparedText } from './prepared-text.ts';
import { listNames, notable, type Problem, unreadable } from './problem.ts';
import { QuoteCheck } from './quote-check.ts';
import { readCsvHeader } from './read-csv-header.ts';
import { linesOf, readJsonKeys } from './read-json-keys.ts';
import type { Format, EvidenceLayer } from '../model/evidence.ts';

export interface ReadRequest {
  readonly path: string;
  readonly kind: FileKind;
  readonly layer: EvidenceLayer;
  /** null = the period names a format that does not exist; names are not checked then. */
  readonly format: Format | null;
  /** Those that the file may look like instead. */
  readonly others: readonly Format[];
  readonly limits: EvidenceLimits;
  /** Where the copy goes that some formats need; null = this one needs none. */
  readonly copy: string | null;
  readonly onBytes: (bytes: number) => void;
}

export interface FileReading {
  readonly bytes: number;
  /** Lower-case hex over the file as it lies on disk. */
  readonly sha256: string;
  /** See `uniqueNames`. */
  readonly header: readonly string[];
  readonly problems: readonly Problem[];
}

const chunkBytes = 2 ** 20;

/** Throws what the file system throws; everything about the content is a problem. */
export async function readEvidenceFile(request: ReadRequest): Promise<FileReading> {
  const handle = await open(request.path, 'r');
  try {
    return await readHandle(handle, request);
  } finally {
    await handle.close();
  }
}

async function readHandle(handle: FileHandle, request: ReadRequest): Promise<FileReading> {
  const before = await handle.stat({ bigint: true });
  const edges = new FileEdges();
  const text = new TextInspection(request.limits.headBytes);
  const watchers: Watchers = {
    edges,
    text,
    quotes: new QuoteCheck(delimiterOf(request)),
    lines: new LineScan(request.limits),
    depth: new DepthScan(request.limits.depth),
    array: new ArrayScan(request.limits),
    start: new TextStart(request.limits.headBytes),
  };
  const prepared = preparedText(request, watchers);
  const raw = await streamFile(handle, Number(before.size), request, { watchers, prepared }).catch((error: unknown) => {
    prepared?.close();
    throw error;
  });
  const after = await handle.stat({ bigint: true });
  const changed = before.size !== after.size || before.mtimeNs !== after.mtimeNs || before.size !== BigInt(raw.bytes);
  const content = judgeContent(request, raw, watchers, prepared);
  const problems = changed ? [unreadable('evidence-changed', 'while-reading'), ...content.problems] : content.problems;
  return { bytes: raw.bytes, sha256: raw.sha256, header: content.header, problems: withAlike(problems, request, watchers.start) };
}

function delimiterOf({ format }: ReadRequest): string {
  return format?.file?.delimiter ?? ',';
}

interface RawReading {
  readonly bytes: number;
  readonly sha256: string;
  readonly problems: readonly Problem[];
}

/** Who looks at the bytes as they go by: the edges at the file's own, the others at the decoded text. */
interface Watchers {
  readonly edges: FileEdges;
  readonly text: TextInspection;
  readonly quotes: QuoteCheck;
  readonly lines: LineScan;
  readonly depth: DepthScan;
  readonly array: ArrayScan;
  readonly start: TextStart;
}

/** Where the decoded text goes, and through what. */
interface Route {
  readonly watchers: Watchers;
  readonly prepared: PreparedText | null;
}

async function streamFile(handle: FileHandle, size: number, request: ReadRequest, route: Route): Promise<RawReading> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let bytes = 0;
  const decoder = decoderFor(request, route, () => bytes);
  // A file that grows past its size has changed already: no need to chase its end.
  while (bytes <= size) {
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, null);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    bytes += bytesRead;
    route.watchers.edges.accept(chunk);
    await decoder?.accept(chunk);
    request.onBytes(bytesRead);
  }
  return { bytes, sha256: hash.digest('hex'), problems: (await decoder?.finish()) ?? [] };
}

/** Looks at the text that the engine will read. */
function watching({ kind, format }: ReadRequest, { text, quotes, lines, depth, array }: Watchers): TextSink {
  const container = format === null ? kind.container : copyContainer(kind, format);
  return (chunk) => {
    text.accept(chunk);
    if (container === 'json') array.accept(chunk);
    else lines.accept(chunk);
    if (container === 'csv') quotes.accept(chunk);
    if (container === 'jsonl') depth.accept(chunk);
  };
}

function preparedText(request: ReadRequest, watchers: Watchers): PreparedText | null {
  const { copy, format, limits } = request;
  return copy === null || format === null ? null : new PreparedText(copy, format, limits, watching(request, watchers));
}

/** null for Parquet, whose inside only the engine reads. */
function decoderFor(request: ReadRequest, { watchers, prepared }: Route, bytesRead: () => number): Decoder | null {
  const { kind, limits } = request;
  if (kind.container === 'parquet') return null;
  const next: TextSink = prepared === null ? watching(request, watchers) : (chunk) => prepared.accept(chunk);
  const started: TextSink = (chunk) => {
    watchers.start.accept(chunk);
    next(chunk);
  };
  let total = 0;
  const sink = (chunk: Buffer): void => {
    total += chunk.length;
    if (total > limits.textBytes) throw new ExpansionLimit('textBytes');
    if (total > limits.expansionFloorBytes && total > limits.expansion * bytesRead()) throw new ExpansionLimit('expansion');
    started(chunk);
  };
  if (kind.compression === 'gzip') return new GzipDecoder(sink);
  if (kind.compression === 'zstd') return new ZstdDecoder(sink, limits);
  return new PlainText(started);
}

/** Text that is not packed. */
class PlainText implements Decoder {
  readonly #sink: TextSink;
  #limit: ExpansionLimit | null = null;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  accept(chunk: Buffer): Promise<void> {
    try {
      if (this.#limit === null) this.#sink(chunk);
    } catch (error) {
      if (!(error instanceof ExpansionLimit)) throw error;
      this.#limit = error;
    }
    return Promise.resolve();
  }

  finish(): Promise<Problem[]> {
    return Promise.resolve(this.#limit === null ? [] : [unreadable('evidence-limit', this.#limit.message)]);
  }
}

/** The first and the last bytes of a file. */
class FileEdges {
  head: Buffer = Buffer.alloc(0);
  tail: Buffer = Buffer.alloc(0);

  accept(chunk: Buffer): void {
    if (this.head.length < 64) this.head = Buffer.concat([this.head, chunk.subarray(0, 64 - this.head.length)]);
    this.tail = Buffer.concat([this.tail, chunk.subarray(-8)]).subarray(-8);
  }
}

/** The first bytes of the text as it is written, before anything is taken out of it. */
class TextStart {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #total = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  accept(chunk: Buffer): void {
    this.#total += chunk.length;
    if (this.#bytes >= this.#limit) return;
    // The chunk's memory is used again.
    const part = Buffer.from(chunk.subarray(0, this.#limit - this.#bytes));
    this.#chunks.push(part);
    this.#bytes += part.length;
  }

  head(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get isWhole(): boolean {
    return this.#total === this.#bytes;
  }
}

interface Content {
  readonly header: readonly string[];
  readonly problems: readonly Problem[];
}

/** The complaint that explains the others comes alone: a pointer file is no broken gzip, a broken gzip has no header. */
function judgeContent(request: ReadRequest, raw: RawReading, { edges, text, quotes, array }: Watchers, prepared: PreparedText | null): Content {
  const { kind } = request;
  const unprepared = prepared?.finish() ?? null;
  const only = (problem: Problem): Content => ({ header: [], problems: [problem] });
  if (raw.bytes === 0) return only(unreadable('evidence-empty', 'no-bytes'));
  if (isGitLfsPointer(edges.head)) return only(unreadable('evidence-pointer', 'git-lfs'));
  const outer = contradiction(kind.compression === 'none' ? kind.container : kind.compression, edges.head);
  if (outer !== null) return only(outer);
  if (kind.container === 'parquet') return { header: [], problems: parquetProblems(raw.bytes, edges) };
  if (raw.problems.length > 0) return { header: [], problems: raw.problems };
  if (unprepared !== null) return only(unprepared);
  const inner = contradiction(kind.container, text.head());
  if (inner !== null) return only(inner);
  const encoding = text.finish();
  if (encoding.length > 0) return { header: [], problems: encoding };
  // Documents without rows leave nothing behind, and say so themselves.
  if (!text.hasContent && (prepared?.surroundings() ?? null) !== null) return { header: [], problems: [] };
  if (!text.hasContent) return only(unreadable('evidence-empty', 'no-content'));
  const names = withSurroundings(judgeNames(request, text, array), request, prepared);
  const quoted = quotes.finish();
  // A file that another mark than the comma splits has quotes in odd places, and its header explains them.
  return quoted === null || names.problems.some(({ severity }) => severity === 'inconclusive') ? names : only(quoted);
}

/** Says what stands around the rows and is not read. */
function withSurroundings(names: Content, { format }: ReadRequest, prepared: PreparedText | null): Content {
  const passedOver = format?.records?.passedOver ?? [];
  const unread = (prepared?.surroundings()?.unread ?? []).filter((path) => !passedOver.includes(path));
  if (unread.length === 0) return names;
  return { ...names, problems: [...names.problems, { ...notable('evidence-header', 'unread-keys', { columns: listNames(unread) }), severity: 'info' }] };
}

/** Complains when the first bytes are not those of the kind that the name says. */
function contradiction(expected: string, head: Buffer): Problem | null {
  const found = kindBySignature(head);
  const isText = expected === 'csv' || expected === 'jsonl' || expected === 'json';
  if (isText ? found === null : found === expected) return null;
  return unreadable('evidence-corrupt', 'name-contradicts-content', { expected, found: found ?? 'unknown' });
}

function parquetProblems(bytes: number, edges: FileEdges): Problem[] {
  if (edges.tail.subarray(-4).toString('latin1') !== 'PAR1') return [unreadable('evidence-corrupt', 'truncated', { kind: 'parquet' })];
  // Magic, footer, its length in four bytes, magic.
  const isWhole = bytes >= 12 && edges.tail.readUInt32LE(edges.tail.length - 8) + 12 <= bytes;
  return isWhole ? [] : [unreadable('evidence-corrupt', 'damaged', { kind: 'parquet', reason: 'footer length' })];
}

function judgeNames(request: ReadRequest, text: TextInspection, array: ArrayScan): Content {
  const head = text.head();
  const isWhole = head.length === text.bytes;
  // TextDecoder drops a byte order mark; a character that the end of the head cuts is of no interest.
  const decoded = new TextDecoder().decode(head);
  const container = request.format === null ? request.kind.container : copyContainer(request.kind, request.format);
  if (container === 'csv') return judgeCsv(request, decoded, isWhole);
  // JSON has no byte order mark (RFC 8259), and the engine refuses one.
  if (head[0] === 0xef) return { header: [], problems: [unreadable('evidence-encoding', 'byte-order-mark', { encoding: 'UTF-8' })] };
  const broken = container === 'json' ? array.problem() : null;
  if (broken !== null) return { header: [], problems: [broken] };
  const rows = container === 'json' ? elementsOf(head, array) : linesOf(decoded, isWhole);
  const { keys, problems } = readJsonKeys(rows, request.limits.headLines, isWhole);
  if (container === 'json' && keys.length === 0 && problems.length === 0) return { header: [], problems: [] };
  return { header: [], problems: problems.length > 0 ? problems : nameProblems(request, keys) };
}

function elementsOf(head: Buffer, { places }: ArrayScan): string[] {
  return places.filter(([, to]) => to <= head.length).map(([from, to]) => head.subarray(from, to).toString('utf8'));
}

function nameProblems({ format, layer, limits }: ReadRequest, names: readonly string[]): Problem[] {
  if (names.length > limits.columns) return [unreadable('evidence-limit', 'columns', { found: `${names.length}`, limit: `${limits.columns}` })];
  return format === null ? [] : checkNames(names, format, layer);
}

/** What the columns or rows that the format does not find may be of another. */
const mayBeAnother: readonly string[] = [
  'no-header',
  'missing-column',
  'missing-condition-column',
  'no-rows-place',
  'json-array',
  'json-object',
  'not-an-array',
  'not-an-object',
];

function withAlike(problems: readonly Problem[], { kind, layer, limits, others, format }: ReadRequest, text: TextStart): readonly Problem[] {
  const start = { kind, layer, limits, head: text.head(), isWhole: text.isWhole };
  const rounded = roundedExport(start, others);
  // A format of one's own that fits the columns may read them.
  if (rounded !== null && (format?.name === rounded || problems.some(({ severity }) => severity === 'inconclusive')))
    return [unreadable('evidence-header', 'rounded-amounts', { format: rounded })];
  const isOther = ({ name }: Format): boolean => name !== format?.name;
  const alike = problems.some(({ problem }) => mayBeAnother.includes(problem)) ? formatsAlike(start, others.filter(isOther)) : [];
  if (alike.length === 0) return problems;
  return problems.map((problem) => (mayBeAnother.includes(problem.problem) ? { ...problem, args: { ...problem.args, alike: listNames(alike) } } : problem));
}

function judgeCsv(request: ReadRequest, head: string, isWhole: boolean): Content {
  const reading = readCsvHeader(head, isWhole, delimiterOf(request));
  if ('problem' in reading) {
    const code = reading.problem === 'header-too-long' ? 'evidence-limit' : 'evidence-header';
    return { header: [], problems: [unreadable(code, reading.problem)] };
  }
  const used = request.format === null ? new Set<string>() : usedNames(request.format);
  return { header: uniqueNames(reading.names, used), problems: nameProblems(request, reading.names) };
}

/**
 * `names` in file order, with those that are empty or that differ from another only in case marked by their position
 * (`#3`, `id#5`). Names in `used` are never touched: that such a name stands twice is a finding of its own.
 */
function uniqueNames(names: readonly string[], used: ReadonlySet<string>): string[] {
  const taken = new Set(names.filter((name) => used.has(name)).map(lowered));
  return names.map((name, index) => {
    if (used.has(name)) return name;
    const isFree = name !== '' && !taken.has(lowered(name));
    const unique = isFree ? name : `${name}#${index + 1}`;
    taken.add(lowered(unique));
    return unique;
  });
}

function lowered(name: string): string {
  return name.toLowerCase();
}
