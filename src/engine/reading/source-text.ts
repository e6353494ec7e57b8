/** Turns a format's value sources into SQL that yields the raw text of a canonical column. */
import type { CanonicalColumn, EvidenceFile, Format, RowCondition, ValueSource } from '../../model/evidence.ts';
import { identifier, literal } from '../database.ts';

/**
 * Every number of a JSON text is quoted before extraction, so that the digits arrive as they were written and not as a binary float.
 * The prefix swallows whole strings, hence a number is only matched outside of them; `$` makes the last stretch match as well,
 * which leaves one `""` behind that is cut off.
 */
const numberOutsideStrings = String.raw`((?:"(?:[^"\\]|\\.)*"|[^"0-9-])*?)(-?[0-9][0-9.eE+-]*|$)`;

function withQuotedNumbers(json: string): string {
  const quoted = `regexp_replace(${json}, ${literal(numberOutsideStrings)}, '\\1"\\2"', 'g')`;
  return `case when json_valid(${json}) then left(${quoted}, length(${quoted}) - 2) end`;
}

function sourcesOf(format: Format): readonly ValueSource[] {
  return [
    ...Object.values(format.columns).flat(),
    ...Object.values(format.added ?? {}).flat(),
    ...format.filter.map((condition) => condition.source),
    ...format.inclusion.flatMap((rule) => (rule.when === null ? [] : [rule.when.source])),
  ];
}

/** Asked for with every column of every statement, of the few formats that there are. */
const knownColumns = new WeakMap<Format, readonly string[]>();

function namedColumns(format: Format): readonly string[] {
  const known = knownColumns.get(format) ?? [...new Set(sourcesOf(format).map((source) => source.column))];
  knownColumns.set(format, known);
  return known;
}

/** The columns (CSV, Parquet) or top-level keys (JSONL) of this file that the format reads. */
export function readColumns(file: EvidenceFile, format: Format): readonly string[] {
  const named = namedColumns(format);
  return isJson(file) ? named : named.filter((column) => file.header.includes(column));
}

/** Those of `readColumns` that hold JSON in which the format looks further. */
export function nestedColumns(file: EvidenceFile, format: Format): string[] {
  const nested = new Set(
    sourcesOf(format)
      .filter((source) => source.path !== null)
      .map((source) => source.column),
  );
  return readColumns(file, format).filter((column) => nested.has(column));
}

/** A relation with one text column for each of `readColumns`, in file order, and `malformed`: true where a nested column is no JSON. */
export function rawRows(file: EvidenceFile, format: Format, reading: 'parallel' | 'serial'): string {
  const nested = nestedColumns(file, format);
  const read = readColumns(file, format);
  // One look into each row for all of its keys: its JSON is parsed once, and takes memory once.
  const fields = `json_extract_string(json, [${read.map((column) => literal(keyPath(column))).join(', ')}])`;
  const textOf = (column: string): string => (isJson(file) ? `nullif(fields[${read.indexOf(column) + 1}], '')` : columnText(file, column));
  const columns = read.map((column) => `${nested.includes(column) ? withQuotedNumbers(textOf(column)) : textOf(column)} as ${identifier(column)}`);
  const malformed = nested.map((column) => `not coalesce(json_valid(${textOf(column)}), true)`);
  const rows = isJson(file) ? `(select ${fields} as fields from ${scan(file, reading)})` : scan(file, reading);
  return `select ${[...columns, `${malformed.join(' or ') || 'false'} as malformed`].join(', ')} from ${rows}`;
}

function keyPath(key: string): string {
  return `$.${JSON.stringify(key)}`;
}

function columnText(file: EvidenceFile, column: string): string {
  // The CSV reader already yields null for an empty value, quoted or not.
  return file.container === 'parquet' ? `nullif(${identifier(column)}::varchar, '')` : identifier(column);
}

/** Rows that are JSON objects: one a line, or the elements of one array. */
export function isJson({ container }: Pick<EvidenceFile, 'container'>): boolean {
  return container === 'jsonl' || container === 'json';
}

/** The table function that yields the rows of a file in file order, JSON with its numbers quoted. */
export function scan(file: EvidenceFile, reading: 'parallel' | 'serial' = 'parallel'): string {
  return isJson(file) ? `(select ${withQuotedNumbers('json::varchar')} as json from ${rawScan(file, reading)})` : rawScan(file, reading);
}

/** The same with JSON as it stands in the file, in the column `json`. */
export function rawScan(file: EvidenceFile, reading: 'parallel' | 'serial'): string {
  const path = literal(file.path);
  if (file.container === 'parquet') return `read_parquet(${path})`;
  const compression = literal(file.compression);
  if (isJson(file)) {
    const packed = file.compression === 'none' ? `'uncompressed'` : compression;
    const options = `compression = ${packed}, maximum_object_size = ${longestRow}`;
    return file.container === 'json' ? `read_json_objects(${path}, format = 'array', ${options})` : `read_ndjson_objects(${path}, ${options})`;
  }
  const columns = file.header.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  return `read_csv(${path}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', columns = {${columns}}, compression = ${compression}, max_line_size = ${longestRow}, strict_mode = true, parallel = ${reading === 'parallel'})`;
}

/** Bytes of one row. */
const longestRow = 2 ** 22;

/** Over `rawScan`: the whole row as `row` where it is JSON, and the JSON of each nested column as `in:<column>`. */
export function jsonTexts(file: EvidenceFile, format: Format): string {
  const row = isJson(file) ? [`json::varchar as ${identifier('row')}`] : [];
  const text = (column: string): string =>
    isJson(file) ? `nullif(json_extract_string(json::varchar, ${literal(keyPath(column))}), '')` : columnText(file, column);
  return [...row, ...nestedColumns(file, format).map((column) => `${text(column)} as ${identifier(`in:${column}`)}`)].join(', ');
}

/** The text of one source in a row of `rawRows`; null when it is absent or empty. */
function sourceText(source: ValueSource): string {
  if (source.path === null) return identifier(source.column);
  return `nullif(json_extract_string(${identifier(source.column)}, ${literal(source.path)}), '')`;
}

/** The text of a canonical column in a row of `rawRows`: the first source that is present, else the constant; null when the file has neither. */
export function canonicalText(column: CanonicalColumn, file: EvidenceFile, format: Format): string | null {
  const present = readColumns(file, format);
  const sources = (format.columns[column] ?? []).filter((source) => present.includes(source.column));
  const constant = format.constants[column];
  const parts = [...sources.map(sourceText), ...(constant === undefined ? [] : [literal(constant)])];
  if (parts.length === 0) return null;
  return parts.length === 1 ? (parts[0] ?? null) : `coalesce(${parts.join(', ')})`;
}

/** True where the row's source text is one of the condition's values. */
export function conditionHolds(condition: RowCondition, file: EvidenceFile, format: Format): string {
  if (!readColumns(file, format).includes(condition.source.column)) return 'false';
  return `coalesce(${sourceText(condition.source)} in (${condition.in.map(literal).join(', ')}), false)`;
}

/** The texts of the counts that the format adds to a token column in this file. */
export function addedTexts(column: CanonicalColumn, file: EvidenceFile, format: Format): string[] {
  const present = readColumns(file, format);
  return (format.added?.[column] ?? []).filter((source) => present.includes(source.column)).map(sourceText);
}
