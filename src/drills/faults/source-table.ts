/** Evidence files as text and back, and their rows, read and rewritten through the format that maps their columns; what is not changed is written back as it was. */
import { readJsonValue, writeJsonValue } from './json-text.ts';
import { csvField, readCsvField } from '../../model/csv.ts';
import {
  type Compression,
  type EvidenceFile,
  type Format,
  type EvidenceLayer,
  type meterColumn,
  meterOf,
  type SourceColumn,
  type ValueSource,
  valueSources,
} from '../../model/evidence.ts';
import { formatInstant, type Instant, parseInstant } from '../../model/instant.ts';
import { gunzipSync, gzipSync } from 'node:zlib';
import { decompress } from 'fzstd';

export interface SourceTable {
  readonly layer: EvidenceLayer;
  /** POSIX name of the evidence file. */
  readonly name: string;
  readonly compression: EvidenceFile['compression'];
  readonly format: Format;
  /** Column names of a CSV file; null for JSON lines. */
  readonly header: readonly string[] | null;
  /** The header line as it stands; empty for JSON lines. */
  readonly head: string;
  readonly rows: readonly SourceRow[];
}

export interface SourceRow {
  readonly table: SourceTable;
  readonly index: number;
  /** Fields of a CSV row; null for JSON lines. */
  readonly fields: readonly string[] | null;
  /** The row as it stands, with its line break. */
  readonly raw: string;
}

/** Whether rows can be written as the source writes them: UTF-8 with commas or JSON lines, plain numbers, a row for each entry, values whole. */
export function isRewritable(format: Format): boolean {
  const isWhole = valueSources(format).every(({ capture, split, lookup }) => capture === undefined && split === undefined && lookup === undefined);
  const isPlain = [format.file, format.numbers, format.records, format.rowsAre, format.money.multiplier].every((part) => part === undefined);
  return isWhole && isPlain && ['iso', 'naive', 'unix-s', 'unix-ms'].includes(format.timestamp.kind);
}

export function readTable(file: Pick<EvidenceFile, 'layer' | 'name' | 'compression' | 'container'>, format: Format, text: string): SourceTable {
  const { layer, name, compression } = file;
  const rows: SourceRow[] = [];
  const isCsv = file.container === 'csv';
  const records: readonly CsvRecord[] = isCsv ? readCsv(text.replace(/^\uFEFF/, '')) : linesOf(text);
  const first = isCsv ? records[0] : undefined;
  const header = first?.fields ?? null;
  const table = { layer, name, compression, format, header, head: first?.raw ?? '', rows };
  for (const { fields, raw } of isCsv ? records.slice(1) : records) rows.push({ table, index: rows.length, fields: header === null ? null : fields, raw });
  return table;
}

function linesOf(text: string): CsvRecord[] {
  return text
    .split(/(?<=\n)/)
    .filter((line) => line !== '')
    .map((raw) => ({ fields: [], raw }));
}

/** The text of the file with some rows replaced: row index → what stands in its place (several rows, or nothing). */
export function writeTable(table: SourceTable, replaced: ReadonlyMap<number, string>): string {
  return table.head + table.rows.map(({ index, raw }) => replaced.get(index) ?? raw).join('');
}

/** A canonical column, or that of a meter. */
export type Column = SourceColumn | ReturnType<typeof meterColumn>;

function sourcesOf({ columns, meters }: Format, column: Column): readonly ValueSource[] {
  const meter = meterOf(column);
  return (meter === null ? columns[column as SourceColumn] : meters?.[meter]) ?? [];
}

/** The canonical value as the source writes it; null = empty. A constant of the format counts where no column has a value. */
export function valueOf(row: SourceRow, column: Column): string | null {
  const { format } = row.table;
  for (const source of sourcesOf(format, column)) {
    const value = readSource(row, source);
    if (value !== null && value !== '') return value;
  }
  return format.constants[column as SourceColumn] ?? null;
}

/** Whether the export has a place for the column in this row. */
export function hasPlace(row: SourceRow, column: Column): boolean {
  return placeFor(row, column) !== null;
}

/** The row with other values, ending in a line break; null when the export has no place for one of them. An empty text is null. */
export function rewriteRow(row: SourceRow, values: Readonly<Partial<Record<Column, string>>>): string | null {
  let written: SourceRow | null = row;
  for (const [column, value] of Object.entries(values) as [Column, string][]) {
    const place: ValueSource | null = placeFor(written, column);
    written = place === null ? null : writeSource(written, place, value);
    if (written === null) return null;
  }
  return wholeLine(written);
}

/** The row's text with a line break at its end, so that another row may follow. */
export function wholeLine({ raw }: SourceRow): string {
  return raw.endsWith('\n') ? raw : `${raw}\n`;
}

/** Where the row's value stands, else the first place that could take one. */
function placeFor(row: SourceRow, column: Column): ValueSource | null {
  const sources = sourcesOf(row.table.format, column);
  const used = sources.find((source) => (readSource(row, source) ?? '') !== '');
  return used ?? sources.find((source) => writeSource(row, source, '0') !== null) ?? null;
}

function keysOf({ column, path }: ValueSource): string[] {
  return [column, ...pathKeys(path)];
}

function pathKeys(path: string | null): string[] {
  return path === null ? [] : path.replace(/^\$\.?/, '').split('.');
}

function readSource(row: SourceRow, source: ValueSource): string | null {
  const { header } = row.table;
  if (header === null || row.fields === null) return readJsonValue(row.raw, keysOf(source)) ?? readNested(row.raw, source);
  const cell = row.fields[header.indexOf(source.column)];
  if (cell === undefined || source.path === null) return cell ?? null;
  return readJsonValue(cell, pathKeys(source.path));
}

/** JSON that is stored as text inside a JSON line. */
function readNested(raw: string, { column, path }: ValueSource): string | null {
  const inner = path === null ? null : readJsonValue(raw, [column]);
  return inner === null ? null : readJsonValue(inner, pathKeys(path));
}

function writeSource(row: SourceRow, source: ValueSource, value: string): SourceRow | null {
  const { header } = row.table;
  if (header === null || row.fields === null) {
    const raw = writeJsonValue(row.raw, keysOf(source), value) ?? writeNested(row.raw, source, value);
    return raw === null ? null : { ...row, raw };
  }
  const index = header.indexOf(source.column);
  const cell = row.fields[index];
  if (cell === undefined) return null;
  const written = source.path === null ? value : writeJsonValue(cell, pathKeys(source.path), value);
  if (written === null) return null;
  const fields = row.fields.with(index, written);
  return { ...row, fields, raw: `${fields.map(csvField).join(',')}\n` };
}

function writeNested(raw: string, { column, path }: ValueSource, value: string): string | null {
  const inner = path === null ? null : readJsonValue(raw, [column]);
  const written = inner === null ? null : writeJsonValue(inner, pathKeys(path), value);
  return written === null ? null : writeJsonValue(raw, [column], written);
}

/** null when the text is no time. A naive time is read as if it were UTC: good enough to tell the middle of a period from its ends. */
export function readTime(text: string, { timestamp }: Format): Instant | null {
  if (timestamp.kind === 'iso') return parseInstant(text);
  if (timestamp.kind === 'naive') return parseInstant(`${text.replace(' ', 'T')}Z`);
  const match = /^(\d{1,17})(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) return null;
  const whole = BigInt(match[1] ?? '0');
  return timestamp.kind === 'unix-s' ? whole * 1_000_000n : whole * 1000n;
}

/** The instant in the notation of `like`. */
export function writeTime(instant: Instant, like: string, { timestamp }: Format): string {
  if (timestamp.kind === 'unix-s') return String(instant / 1_000_000n);
  if (timestamp.kind === 'unix-ms') return String(instant / 1000n);
  const text = formatInstant(instant);
  if (timestamp.kind === 'iso') return text;
  return text.replace(/Z$/, '').replace('T', like.includes('T') ? 'T' : ' ');
}

export interface CsvRecord {
  readonly fields: readonly string[];
  /** The record as it stands in the text, with its line break. */
  readonly raw: string;
}

/** Splits text at unquoted line breaks and commas; a blank line is a record with one empty field. The text must be whole: open quotes end with it. */
export function readCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let start = 0;
  while (start < text.length) {
    const { fields, end } = readRecord(text, start);
    records.push({ fields, raw: text.slice(start, end) });
    start = end;
  }
  return records;
}

function readRecord(text: string, start: number): { fields: string[]; end: number } {
  const fields: string[] = [];
  let at = start;
  for (;;) {
    // An open quote ends with the text.
    const field = readCsvField(text, at) ?? { value: text.slice(at + 1).replaceAll('""', '"'), end: text.length };
    fields.push(field.value);
    at = field.end;
    if (text[at] === ',') at += 1;
    else return { fields, end: endOfLine(text, at) };
  }
}

function endOfLine(text: string, at: number): number {
  if (text[at] === '\r' && text[at + 1] === '\n') return at + 2;
  return at < text.length ? at + 1 : at;
}

export function decodeText(bytes: Buffer, compression: Compression): string {
  const plain = compression === 'gzip' ? gunzipSync(bytes) : compression === 'zstd' ? decompress(bytes) : bytes;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(plain);
}

export function encodeText(text: string, compression: Compression): Buffer {
  const plain = Buffer.from(text, 'utf8');
  if (compression === 'gzip') return gzipSync(plain, { level: 1 });
  return compression === 'zstd' ? storedFrame(plain) : plain;
}

/** One Zstandard frame of raw blocks (RFC 8878): its content is stored, not compressed. */
function storedFrame(plain: Buffer): Buffer {
  const blockBytes = 100_000;
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(plain.length));
  // Magic number; descriptor: content size in eight bytes, single segment, no checksum.
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000]), size];
  for (let start = 0; start === 0 || start < plain.length; start += blockBytes) {
    const block = plain.subarray(start, start + blockBytes);
    const header = Buffer.alloc(3);
    header.writeUIntLE(block.length * 8 + (start + blockBytes >= plain.length ? 1 : 0), 0, 3);
    parts.push(header, block);
  }
  return Buffer.concat(parts);
}
