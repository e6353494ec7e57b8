/** One ledger file as data: YAML with every scalar as text, bounded before it is parsed and in depth and aliases, each node with its place. */
import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { finding, type Finding, type Source } from '../model/finding.ts';

/** Aliases (each use of an anchor) beyond this are refused. */
export const maxAliases = 32;
/** Nodes after aliases are followed; more are refused. */
const maxNodes = 500_000;

export type YamlPath = readonly (string | number)[];
interface Places {
  /** Where each key of a mapping stands, and each value of a mapping or list. */
  readonly keys: ReadonlyMap<string, number>;
  readonly values: ReadonlyMap<string | number, number>;
}

/** A parsed file. `value` holds text, arrays and prototype-less objects only. */
export interface LedgerDocument {
  /** POSIX path relative to the ledger. */
  readonly name: string;
  readonly text: string;
  readonly value: unknown;
  readonly start: number;
  readonly places: ReadonlyMap<object, Places>;
  readonly lines: LineCounter;
}

class LimitReached extends Error {
  readonly offset: number;
  readonly limit: string;
  constructor(limit: string, offset: number) {
    super(limit);
    this.limit = limit;
    this.offset = offset;
  }
}

/** Parses `text`; the document is null when it cannot be read as data at all. */
export function readYaml(name: string, text: string): { document: LedgerDocument | null; findings: Finding[] } {
  const lines = new LineCounter();
  const beyond = beyondBounds(text);
  if (beyond !== null) {
    lineStarts(text, beyond.offset).forEach(lines.addNewLine);
    return {
      document: null,
      findings: [finding('yaml-limit', 'inconclusive', { args: { problem: beyond.limit }, source: sourceAt(name, lines, beyond.offset) })],
    };
  }
  const parsed = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const complaints = [...parsed.errors, ...parsed.warnings];
  if (complaints.length > 0) {
    const findings = complaints.map((problem) => {
      const code = problem.code === 'RESOURCE_EXHAUSTION' ? 'yaml-limit' : 'yaml-syntax';
      return finding(code, 'inconclusive', {
        args: { problem: problem.code === 'MULTIPLE_DOCS' ? 'the file holds more than one document' : problem.message },
        source: sourceAt(name, lines, problem.pos[0]),
      });
    });
    return { document: null, findings };
  }
  return convert(name, text, parsed, lines);
}

/** Where the lines up to an offset start. */
function lineStarts(text: string, end: number): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function convert(name: string, text: string, parsed: Document, lines: LineCounter): ReturnType<typeof readYaml> {
  const reader = new NodeReader(parsed);
  try {
    const value = parsed.contents === null ? '' : reader.read(parsed.contents, 0);
    const findings = reader.problems.map(({ problem, offset }) =>
      finding('yaml-syntax', 'inconclusive', { args: { problem }, source: sourceAt(name, lines, offset) }),
    );
    const document = { name, text, value, start: parsed.contents?.range?.[0] ?? 0, places: reader.places, lines };
    return { document: findings.length > 0 ? null : document, findings };
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    const source = sourceAt(name, lines, error.offset);
    return { document: null, findings: [finding('yaml-limit', 'inconclusive', { args: { problem: error.limit }, source })] };
  }
}

/** Turns nodes into plain values and remembers where they stood. */
class NodeReader {
  readonly places = new Map<object, Places>();
  readonly problems: { problem: string; offset: number }[] = [];
  private readonly parsed: Document;
  private aliases = 0;
  private nodes = 0;

  constructor(parsed: Document) {
    this.parsed = parsed;
  }

  read(node: unknown, depth: number): unknown {
    const offset = offsetOf(node);
    this.nodes += 1;
    if (depth > maxDepth) throw new LimitReached(`nested deeper than ${maxDepth} levels`, offset);
    if (this.nodes > maxNodes) throw new LimitReached(`more than ${maxNodes} values`, offset);
    if (isAlias(node)) {
      this.aliases += 1;
      if (this.aliases > maxAliases) throw new LimitReached(`more than ${maxAliases} aliases`, offset);
      return this.readAlias(node, depth);
    }
    if (isMap(node)) return this.readMap(node.items as Pair[], depth);
    if (isSeq(node)) return this.readList(node.items, depth);
    return isScalar(node) && typeof node.value === 'string' ? node.value : '';
  }

  private readAlias(alias: Alias, depth: number): unknown {
    const target = alias.resolve(this.parsed);
    if (target !== undefined) return this.read(target, depth + 1);
    this.problems.push({ problem: `nothing is named by the alias *${alias.source}`, offset: offsetOf(alias) });
    return '';
  }

  private readMap(items: readonly Pair[], depth: number): object {
    const keys = new Map<string, number>();
    const values = new Map<string, number>();
    const map = Object.create(null) as Record<string, unknown>;
    for (const { key, value } of items) {
      const offset = offsetOf(key);
      if (!isScalar(key) || typeof key.value !== 'string') {
        this.problems.push({ problem: 'a key must be plain text', offset });
        continue;
      }
      if (keys.has(key.value)) {
        this.problems.push({ problem: `the key ${key.value} stands twice in one mapping`, offset });
        continue;
      }
      keys.set(key.value, offset);
      values.set(key.value, offsetOf(value) || offset);
      map[key.value] = this.read(value, depth + 1);
    }
    this.places.set(map, { keys, values });
    return map;
  }

  private readList(items: readonly unknown[], depth: number): unknown[] {
    const values = new Map<number, number>();
    const list = items.map((item, index) => {
      values.set(index, offsetOf(item));
      return this.read(item, depth + 1);
    });
    this.places.set(list, { keys: new Map(), values });
    return list;
  }
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

/** The place of the value at `path`; of the deepest parent that exists when it does not. */
export function placeOf(document: LedgerDocument, path: YamlPath): Source {
  return sourceAt(document.name, document.lines, offsetAt(document, path, 'values'));
}

/** The place of the key that ends `path`. */
export function placeOfKey(document: LedgerDocument, path: YamlPath): Source {
  return sourceAt(document.name, document.lines, offsetAt(document, path, 'keys'));
}

function offsetAt(document: LedgerDocument, path: YamlPath, last: 'keys' | 'values'): number {
  let offset = document.start;
  let value = document.value;
  for (const [index, step] of path.entries()) {
    const places = typeof value === 'object' && value !== null ? document.places.get(value) : undefined;
    const which = index === path.length - 1 && last === 'keys' ? places?.keys : places?.values;
    const found = (which as ReadonlyMap<string | number, number> | undefined)?.get(step);
    if (found === undefined) return offset;
    offset = found;
    value = (value as Record<string | number, unknown>)[step];
  }
  return offset;
}

/** The value at `path` as written; undefined when there is none. */
export function valueAt(document: LedgerDocument, path: YamlPath): unknown {
  let value = document.value;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function sourceAt(file: string, lines: LineCounter, offset: number): Source {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** Nesting deeper than this is refused. */
export const maxDepth = 32;
/** Words, signs and line ends: five thousand models with five prices each fit. */
const maxParts = 250_000;

/** What the lexer puts between parts. */
const markers: readonly string[] = ['\u0002', '\u0018', '\u001f', '\uFEFF'];

/** What limit the text goes beyond and where; null when it may be parsed. */
export function beyondBounds(text: string): { readonly limit: string; readonly offset: number } | null {
  let offset = 0;
  let parts = 0;
  let flow = 0;
  let entries = 0;
  let before = '';
  for (const part of new Lexer().lex(text)) {
    if (markers.includes(part)) continue;
    const at = offset;
    offset += part.length;
    if (/^[ \t]+$/.test(part)) continue;
    parts += weightOf(part, before);
    before = part;
    if (parts > maxParts) return { limit: `more than ${maxParts} words, signs and line ends`, offset: at };
    // Lists in lists, in brackets or on one line: the parser would go down them one by one.
    if (part === '[' || part === '{') flow += 1;
    else if (part === ']' || part === '}') flow -= 1;
    entries = part === '-' || part === '?' ? entries + 1 : 0;
    if (Math.max(flow, entries) > maxDepth) return { limit: `nested deeper than ${maxDepth} levels`, offset: at };
  }
  return null;
}

/** A text of many lines is taken apart line by line, and a comma after nothing becomes an error with all that belongs to one. */
function weightOf(part: string, before: string): number {
  if (part === ',' && (before === ',' || before === '[' || before === '{')) return 10;
  let lines = 1;
  for (let at = part.indexOf('\n'); at >= 0 && at < part.length - 1; at = part.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

const width = 120;
// Control characters and bidirectional overrides could change what a terminal shows.
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Two lines: the source line (cut to a window around the column) and the caret. `lineStarts` holds the offset of every line; null when the line does not exist. */
export function excerptOf(text: string, lineStarts: readonly number[], source: Source): string | null {
  const from = lineStarts[source.line - 1];
  if (from === undefined) return null;
  const line = text.slice(from, lineStarts[source.line] ?? text.length).replace(/\r?\n$/, '');
  const start = source.column - 1 > width - 20 ? source.column - 1 - 20 : 0;
  const shown = line
    .slice(start, start + width)
    .replaceAll('\t', ' ')
    .replaceAll(unprintable, '\ufffd');
  return `${shown}\n${' '.repeat(Math.max(source.column - 1 - start, 0))}^`;
}

/** The offset of every line of a text, the first at 0. */
export function lineStartsOf(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
}
