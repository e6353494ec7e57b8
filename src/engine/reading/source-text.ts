/** Turns a format's value sources into SQL that yields the raw text of a canonical column. */
import {
  type CanonicalColumn,
  type EvidenceFile,
  type Format,
  type RowCondition,
  type RowTest,
  tokenColumns,
  type ValueSource,
  valueSources,
} from '../../model/evidence.ts';
import { isCount } from './column-types.ts';
import { sumOfParts } from './parts-text.ts';
import { plainNumber, withoutExponent } from './amount-text.ts';
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

/** Asked for with every column of every statement, of the few formats that there are. */
const knownColumns = new WeakMap<Format, readonly string[]>();

function namedColumns(format: Format): readonly string[] {
  const known = knownColumns.get(format) ?? [...new Set(valueSources(format).map((source) => source.column))];
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
    valueSources(format)
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
export function isJson(file: Pick<EvidenceFile, 'container' | 'copy'>): boolean {
  const { container } = readAs(file);
  return container === 'jsonl' || container === 'json';
}

/** What the engine opens: the file itself, or its copy. */
function readAs({ container, compression, copy }: Pick<EvidenceFile, 'container' | 'copy'> & Partial<Pick<EvidenceFile, 'compression'>>) {
  return copy === null ? { container, compression: compression ?? 'none' } : { container: copy.container, compression: 'none' };
}

/** The table function that yields the rows of a file in file order, JSON with its numbers quoted. */
export function scan(file: EvidenceFile, reading: 'parallel' | 'serial' = 'parallel'): Sql {
  return isJson(file) ? sql`(select ${withQuotedNumbers(sql`json::varchar`)} as json from ${rawScan(file, reading)})` : rawScan(file, reading);
}

/** The same with JSON as it stands in the file, in the column `json`. */
export function rawScan(file: EvidenceFile, reading: 'parallel' | 'serial'): Sql {
  const { container, compression: packing } = readAs(file);
  const path = literal(file.copy?.path ?? file.path);
  if (container === 'parquet') return sql`read_parquet(${path})`;
  const compression = literal(packing);
  if (isJson(file)) {
    const packed = packing === 'none' ? sql`'uncompressed'` : compression;
    const options = sql`compression = ${packed}, maximum_object_size = ${longestRow}`;
    return container === 'json' ? sql`read_json_objects(${path}, format = 'array', ${options})` : sql`read_ndjson_objects(${path}, ${options})`;
  }
  const columns = joinSql(file.header.map((name) => sql`${literal(name)}: 'VARCHAR'`));
  return sql`read_csv(${path}, auto_detect = false, header = true, delim = ${literal(file.format.file?.delimiter ?? ',')}, quote = '"', escape = '"', nullstr = '', columns = {${columns}}, compression = ${compression}, max_line_size = ${longestRow}, strict_mode = true, parallel = ${reading === 'parallel' ? 'true' : 'false'})`;
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
function sourceText({ column, path, attribute, capture, split, lookup }: ValueSource): Sql {
  let text = path === null ? identifier(column) : sql`nullif(json_extract_string(${identifier(column)}, ${literal(path)}), '')`;
  if (attribute !== undefined) text = attributeText(column, path ?? '$', attribute);
  if (capture !== undefined) text = sql`nullif(regexp_extract(${text}, ${literal(capture)}, 1), '')`;
  if (split !== undefined) text = sql`nullif(trim(string_split(${text}, ${literal(split.by)})[${split.part}]), '')`;
  const listed = Object.entries(lookup ?? {});
  if (listed.length === 0) return text;
  const cases = listed.map(([from, to]) => sql`when ${literal(from)} then ${literal(to)}`);
  return sql`case ${text} ${joinSql(cases, ' ')} else ${text} end`;
}

/** The value of a key in a list of keys and values; a key that stands there twice has none. */
function attributeText(column: string, path: string, key: string): Sql {
  const found = sql`list_filter(json_extract(${identifier(column)}, ${literal(`${path}[*]`)}), lambda pair: json_extract_string(pair, '$.key') = ${literal(key)})`;
  const values = joinSql(
    (['stringValue', 'intValue', 'doubleValue', 'boolValue'] as const).map((type) => sql`json_extract_string(list_extract(${found}, 1), '$.value.${type}')`),
  );
  return sql`case when len(${found}) = 1 then nullif(coalesce(${values}), '') end`;
}

/** The text of a canonical column in a row of `rawRows`: the first source that is present, else the constant; null when the file has neither. */
export function canonicalText(column: CanonicalColumn, file: EvidenceFile, format: Format): Sql | null {
  if (column === 'meters') return metersText(file, format);
  const present = readColumns(file, format);
  const sources = (format.columns[column] ?? []).filter((source) => present.includes(source.column));
  const constant = format.constants[column];
  const textOf = (source: ValueSource): Sql => (isCount(column) ? countText(source, file, format) : sourceText(source));
  const stated = [...sources.map(textOf), ...(constant === undefined ? [] : [literal(constant)])];
  const parts = [...(column === 'kind' ? kindBySign(stated, file, format) : []), ...stated];
  // Filled when the rows of a call are put together.
  if (parts.length === 0 && isMerged(column, format)) return sql`null::varchar`;
  if (parts.length === 0) return null;
  return parts.length === 1 ? (parts[0] ?? null) : sql`coalesce(${joinSql(parts)})`;
}

/** The meters whose quantities the rows of a file may have. */
export function metersRead(file: EvidenceFile, format: Format): string[] {
  const present = readColumns(file, format);
  return Object.entries(format.meters ?? {}).flatMap(([name, sources]) => (sources.some((source) => present.includes(source.column)) ? [name] : []));
}

/** What stands for a quantity that cannot be read. */
export const unreadQuantityMark = '?';

/** `image=1 second=9.3`: the quantities of a row that states any, by the names of their meters; null where it states none. */
function metersText(file: EvidenceFile, format: Format): Sql | null {
  const present = readColumns(file, format);
  const names = metersRead(file, format);
  if (names.length === 0) return null;
  const stated = names.toSorted().map((name) => {
    const sources = (format.meters?.[name] ?? []).filter((source) => present.includes(source.column)).map(sourceText);
    const text = plainNumber(sources.length === 1 ? (sources[0] ?? sql`null`) : sql`coalesce(${joinSql(sources)})`, format.numbers);
    const plain = sql`rtrim(rtrim(try_cast(${text} as decimal(21, 6))::varchar, '0'), '.')`;
    const read = sql`case when regexp_full_match(${text}, '[0-9]{1,15}([.][0-9]{1,6}0*)?') then ${plain} else '${unreadQuantityMark}' end`;
    return sql`case when ${text} is not null then ${literal(`${name}=`)} || ${read} end`;
  });
  return sql`nullif(concat_ws(' ', ${joinSql(stated)}), '')`;
}

/** The text of a count, with what the parts of the answer add to it. */
function countText(source: ValueSource, file: EvidenceFile, format: Format): Sql {
  const plain = sourceText(source);
  const place = explodedPlace(file, format);
  return place === null ? plain : sumOfParts(source, plain, place.explode, place.model);
}

/** The columns of the file that count tokens elsewhere than beside the parts. */
export function countedElsewhere(file: EvidenceFile, format: Format): string[] {
  const sources = [...Object.entries(format.columns), ...Object.entries(format.added ?? {})].flatMap(([column, of]) =>
    isCount(column as CanonicalColumn) ? of : [],
  );
  const elsewhere = sources.map(({ column }) => column).filter((column) => column !== format.explode?.column && readColumns(file, format).includes(column));
  return [...new Set(elsewhere)];
}

function modelText(file: EvidenceFile, format: Format): Sql {
  return canonicalText('model_billed', file, format) ?? canonicalText('model_requested', file, format) ?? sql`null::varchar`;
}

/** Where the parts of an answer stand in rows of this file, and the row's model; null where the format knows of none. */
export function explodedPlace(file: EvidenceFile, format: Format): { readonly explode: ValueSource; readonly model: Sql } | null {
  const { explode } = format;
  if (explode === undefined || !readColumns(file, format).includes(explode.column)) return null;
  return { explode, model: modelText(file, format) };
}

/** Whether the counts of a column come of rows that are put together. */
function isMerged(column: CanonicalColumn, { rowsAre }: Format): boolean {
  return rowsAre !== undefined && (tokenColumns as readonly string[]).includes(column);
}

/** The texts that name the class of a row, and how many tokens it counts; null where the file lacks a column of them. */
export function classTexts(file: EvidenceFile, format: Format): { readonly name: Sql; readonly quantity: Sql } | null {
  const { rowsAre } = format;
  if (rowsAre === undefined) return null;
  const present = readColumns(file, format);
  if ([...rowsAre.class, rowsAre.quantity].some(({ column }) => !present.includes(column))) return null;
  const parts = rowsAre.class.map((source) => sql`coalesce(${sourceText(source)}, '')`);
  return { name: joinSql(parts, sql` || '/' || `), quantity: sourceText(rowsAre.quantity) };
}

/** The kind of a row that states none, or says that it is a charge, where its amount is negative. */
function kindBySign(stated: readonly Sql[], file: EvidenceFile, format: Format): Sql[] {
  const amount = format.negativeKind === undefined ? null : canonicalText('charged_amount', file, format);
  if (amount === null || format.negativeKind === undefined) return [];
  const plain = plainNumber(amount, format.numbers);
  const charges = ['charge', ...Object.entries(format.kinds).flatMap(([text, kind]) => (kind === 'charge' ? [text] : []))].map(literal);
  const isCharge = stated.length === 0 ? sql`true` : sql`coalesce(coalesce(${joinSql(stated)}) in (${joinSql(charges)}), true)`;
  return [sql`case when prefix(${plain}, '-') and regexp_matches(${plain}, '[1-9]') and ${isCharge} then ${literal(format.negativeKind)} end`];
}

/** True where the row's source text passes the condition's test. */
export function conditionHolds(condition: RowCondition, file: EvidenceFile, format: Format): Sql {
  if (!readColumns(file, format).includes(condition.source.column)) return sql`${'is' in condition && condition.is === 'empty' ? 'true' : 'false'}`;
  const text = sourceText(condition.source);
  if ('is' in condition) return condition.is === 'empty' ? sql`${text} is null` : sql`${text} is not null`;
  return sql`coalesce(${valueTest(condition, text, format)}, false)`;
}

/** Null where the text is null. What is no number is neither below nor above: it counts as both, so that a filter keeps it and its row is looked at. */
function valueTest(test: Exclude<RowTest, { is: unknown }>, text: Sql, format: Format): Sql {
  if ('in' in test) return sql`${text} in (${joinSql(test.in.map(literal))})`;
  if ('notIn' in test) return sql`${text} not in (${joinSql(test.notIn.map(literal))})`;
  if ('matches' in test) return sql`regexp_matches(${text}, ${literal(test.matches)})`;
  const bound = 'above' in test ? sql`> ${literal(test.above)}` : sql`< ${literal(test.below)}`;
  const number = sql`try_cast(${withoutExponent(plainNumber(text, format.numbers))} as decimal(38, 18))`;
  return sql`case when ${text} is not null then coalesce(${number} ${bound}::decimal(38, 18), true) end`;
}

/** The texts of the counts that the format adds to a token column in this file. */
export function addedTexts(column: CanonicalColumn, file: EvidenceFile, format: Format): Sql[] {
  const present = readColumns(file, format);
  return (format.added?.[column] ?? []).filter((source) => present.includes(source.column)).map((source) => countText(source, file, format));
}
