/** Turns a format's value sources into SQL that yields the raw text of a canonical column. */
import type { CanonicalColumn, EvidenceFile, Format, RowCondition, ValueSource } from '../../model/evidence.ts';
import { identifier, joinSql, literal, sql, type Sql } from '../sql.ts';

/**
 * Every number of a JSON text is quoted before extraction, so that the digits arrive as they were written and not as a binary float.
 * The prefix swallows whole strings, hence a number is only matched outside of them; `$` makes the last stretch match as well,
 * which leaves one `""` behind that is cut off.
 */
const numberOutsideStrings = String.raw`((?:"(?:[^"\\]|\\.)*"|[^"0-9-])*?)(-?[0-9][0-9.eE+-]*|$)`;

function withQuotedNumbers(json: Sql): Sql {
  const quoted = sql`regexp_replace(${json}, ${literal(numberOutsideStrings)}, '\\1"\\2"', 'g')`;
  return sql`case when json_valid(${json}) then left(${quoted}, length(${quoted}) - 2) end`;
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
export function rawRows(file: EvidenceFile, format: Format, reading: 'parallel' | 'serial'): Sql {
  const nested = nestedColumns(file, format);
  const read = readColumns(file, format);
  // One look into each row for all of its keys: its JSON is parsed once, and takes memory once.
  const fields = sql`json_extract_string(json, [${joinSql(read.map((column) => literal(keyPath(column))))}])`;
  const textOf = (column: string): Sql => (isJson(file) ? sql`nullif(fields[${read.indexOf(column) + 1}], '')` : columnText(file, column));
  const columns = read.map((column) => sql`${nested.includes(column) ? withQuotedNumbers(textOf(column)) : textOf(column)} as ${identifier(column)}`);
  const malformed = nested.map((column) => sql`not coalesce(json_valid(${textOf(column)}), true)`);
  const rows = isJson(file) ? sql`(select ${fields} as fields from ${scan(file, reading)})` : scan(file, reading);
  return sql`select ${joinSql([...columns, sql`${joinSql(malformed, ' or ') || 'false'} as malformed`])} from ${rows}`;
}

function keyPath(key: string): string {
  return `$.${JSON.stringify(key)}`;
}

function columnText(file: EvidenceFile, column: string): Sql {
  // The CSV reader already yields null for an empty value, quoted or not.
  return file.container === 'parquet' ? sql`nullif(${identifier(column)}::varchar, '')` : identifier(column);
}

/** Rows that are JSON objects: one a line, or the elements of one array. */
export function isJson({ container }: Pick<EvidenceFile, 'container'>): boolean {
  return container === 'jsonl' || container === 'json';
}

/** The table function that yields the rows of a file in file order, JSON with its numbers quoted. */
export function scan(file: EvidenceFile, reading: 'parallel' | 'serial' = 'parallel'): Sql {
  return isJson(file) ? sql`(select ${withQuotedNumbers(sql`json::varchar`)} as json from ${rawScan(file, reading)})` : rawScan(file, reading);
}

/** The same with JSON as it stands in the file, in the column `json`. */
export function rawScan(file: EvidenceFile, reading: 'parallel' | 'serial'): Sql {
  const path = literal(file.path);
  if (file.container === 'parquet') return sql`read_parquet(${path})`;
  const compression = literal(file.compression);
  if (isJson(file)) {
    const packed = file.compression === 'none' ? sql`'uncompressed'` : compression;
    const options = sql`compression = ${packed}, maximum_object_size = ${longestRow}`;
    return file.container === 'json' ? sql`read_json_objects(${path}, format = 'array', ${options})` : sql`read_ndjson_objects(${path}, ${options})`;
  }
  const columns = joinSql(file.header.map((name) => sql`${literal(name)}: 'VARCHAR'`));
  return sql`read_csv(${path}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', columns = {${columns}}, compression = ${compression}, max_line_size = ${longestRow}, strict_mode = true, parallel = ${reading === 'parallel' ? 'true' : 'false'})`;
}

/** Bytes of one row. */
const longestRow = 2 ** 22;

/** Over `rawScan`: the whole row as `row` where it is JSON, and the JSON of each nested column as `in:<column>`. */
export function jsonTexts(file: EvidenceFile, format: Format): Sql {
  const row = isJson(file) ? [sql`json::varchar as ${identifier('row')}`] : [];
  const text = (column: string): Sql =>
    isJson(file) ? sql`nullif(json_extract_string(json::varchar, ${literal(keyPath(column))}), '')` : columnText(file, column);
  return joinSql([...row, ...nestedColumns(file, format).map((column) => sql`${text(column)} as ${identifier(`in:${column}`)}`)]);
}

/** The text of one source in a row of `rawRows`; null when it is absent or empty. */
function sourceText(source: ValueSource): Sql {
  if (source.path === null) return identifier(source.column);
  return sql`nullif(json_extract_string(${identifier(source.column)}, ${literal(source.path)}), '')`;
}

/** The text of a canonical column in a row of `rawRows`: the first source that is present, else the constant; null when the file has neither. */
export function canonicalText(column: CanonicalColumn, file: EvidenceFile, format: Format): Sql | null {
  const present = readColumns(file, format);
  const sources = (format.columns[column] ?? []).filter((source) => present.includes(source.column));
  const constant = format.constants[column];
  const parts = [...sources.map(sourceText), ...(constant === undefined ? [] : [literal(constant)])];
  if (parts.length === 0) return null;
  return parts.length === 1 ? (parts[0] ?? null) : sql`coalesce(${joinSql(parts)})`;
}

/** True where the row's source text is one of the condition's values. */
export function conditionHolds(condition: RowCondition, file: EvidenceFile, format: Format): Sql {
  if (!readColumns(file, format).includes(condition.source.column)) return sql`false`;
  return sql`coalesce(${sourceText(condition.source)} in (${joinSql(condition.in.map(literal))}), false)`;
}

/** The texts of the counts that the format adds to a token column in this file. */
export function addedTexts(column: CanonicalColumn, file: EvidenceFile, format: Format): Sql[] {
  const present = readColumns(file, format);
  return (format.added?.[column] ?? []).filter((source) => present.includes(source.column)).map(sourceText);
}
