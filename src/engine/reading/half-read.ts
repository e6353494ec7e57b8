/** Finds JSON that is read in half: keys that stand twice, arrays and pages that hold more than is read, keys that only look like one that is read. */
import type { EvidenceFile, Format } from '../../model/evidence.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { moreFlags, nextNames, pageNextNames, pageNumbers, pageTotals } from '../../model/page-marks.ts';
import type { Database } from '../database.ts';
import { identifier, joinSql, literal, sql, type Sql } from '../sql.ts';
import type { CheckNames } from './check-names-hook.ts';
import { readPlaces } from './json-paths.ts';
import { nameRows } from './row-flaws.ts';
import { readTwice } from './read-twice.ts';
import { isJson, jsonTexts, nestedColumns, rawScan, readColumns } from './source-text.ts';

export interface HalfReadTask {
  readonly file: EvidenceFile;
  readonly format: Format;
  readonly checkNames: CheckNames;
}

/** Rows whose JSON has one shape: the keys of every object on a read path, and the lengths of every array there. */
interface Unit {
  /** null = the row itself. */
  readonly column: string | null;
  readonly keys: Sql;
  readonly parents: readonly string[];
  readonly lengths: Sql;
  readonly elements: readonly (readonly [path: string, read: number])[];
}

const namedRows = 5;
/** Kinds of rows, by their keys, that are looked at one by one; those beyond only together with all others. */
const shownShapes = 1000;
/** Different keys that the rows of a file may have. */
const mostKeys = 2000;

/** Layers are looked at beside each other. */
function shapesOf({ layer }: Pick<EvidenceFile, 'layer'>): Sql {
  return sql`${layer}_shapes`;
}

/** One look at every row. Nothing to do where a file holds no JSON that is read. */
export async function findHalfRead(database: Database, task: HalfReadTask): Promise<Finding[]> {
  const { file, format } = task;
  const units = unitsOf(file, format);
  if (units.length === 0) return [];
  const shape = units.flatMap(({ keys, lengths }, index) => [sql`${keys} as keys_${index}`, sql`${lengths} as lengths_${index}`]);
  const create = (reading: 'parallel' | 'serial') =>
    database.run(sql`create or replace table ${shapesOf(file)} as
select ${joinSql(shape)}, count(*) as rows
from (select ${jsonTexts(file, format)} from ${rawScan(file, reading)})
group by all`);
  await readTwice(file, create);
  const findings: Finding[] = [];
  for (const [index, unit] of units.entries()) {
    findings.push(...(await doubledKeys(database, task, unit, index)), ...(await longArrays(database, task, unit, index)));
    if (unit.column === null) findings.push(...(await morePages(database, task, index)), ...(await strangeKeys(database, task, index)));
  }
  await database.run(sql`drop table ${shapesOf(file)}`);
  return findings;
}

function unitsOf(file: EvidenceFile, format: Format): Unit[] {
  const nested = nestedColumns(file, format).map((column) => unit(column, textName(column), readPlaces(format, column)));
  return isJson(file) ? [unit(null, textName(null), { parents: ['$'], elements: new Map() }), ...nested] : nested;
}

/** Where the JSON text of a column, or of the row itself, stands in the relation of `jsonTexts`. */
function textName(column: string | null): Sql {
  return identifier(column === null ? 'row' : `in:${column}`);
}

function unit(column: string | null, text: Sql, { parents, elements }: ReturnType<typeof readPlaces>): Unit {
  const valid = (expression: Sql): Sql => sql`case when json_valid(${text}) then ${expression} end`;
  const arrays = [...elements];
  const paths = (list: readonly string[]): Sql => sql`[${joinSql(list.map(literal))}]`;
  return {
    column,
    keys: valid(sql`json_keys(${text}, ${paths(parents)})`),
    parents,
    lengths: arrays.length === 0 ? sql`null::ubigint[]` : valid(sql`json_array_length(${text}, ${paths(arrays.map(([path]) => path))})`),
    elements: arrays,
  };
}

const isDoubled = (keys: Sql): Sql => sql`len(${keys}) > list_unique(${keys})`;

async function doubledKeys(database: Database, task: HalfReadTask, { column, keys, parents }: Unit, index: number): Promise<Finding[]> {
  const condition = (list: Sql): Sql =>
    joinSql(
      parents.map((_, at) => sql`coalesce(${isDoubled(sql`(${list})[${at + 1}]`)}, false)`),
      ' or ',
    );
  const [shape] = await database.rows(sql`select keys_${index} as keys from ${shapesOf(task.file)} where ${condition(sql`keys_${index}`)} limit 1`);
  if (shape === undefined) return [];
  const found = await rowsWhere(database, task, condition(keys), keys);
  const lists = listOf(found.value).map((list) => listOf(list).map(String));
  const at = lists.findIndex((list) => new Set(list).size < list.length);
  const key = (lists[at] ?? []).find((one, position, list) => list.indexOf(one) < position) ?? '';
  return [halfRead(task, found, { problem: 'doubled-key', place: placeName(column, parents[at] ?? '$', key) })];
}

async function longArrays(database: Database, task: HalfReadTask, { column, lengths, elements }: Unit, index: number): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [position, [path, read]] of elements.entries()) {
    const length = (list: Sql): Sql => sql`coalesce((${list})[${position + 1}], 0)`;
    const [shape] = await database.rows(sql`select 1 as one from ${shapesOf(task.file)} where ${length(sql`lengths_${index}`)} > ${read} limit 1`);
    if (shape === undefined) continue;
    const found = await rowsWhere(database, task, sql`${length(lengths)} > ${read}`, length(lengths));
    findings.push(halfRead(task, found, { problem: 'more-elements', place: placeName(column, path, null), found: String(found.value), read: String(read) }));
  }
  return findings;
}

/** What a page says of others, in a row of `jsonTexts`. */
function pageMarks(task: HalfReadTask): (readonly [key: string, condition: Sql])[] {
  const { file, format } = task;
  const used = readColumns(file, format);
  const text = (key: string): Sql => sql`json_extract_string(${textName(null)}, ${literal(`$.${JSON.stringify(key)}`)})`;
  const read = unitsOf(file, format).flatMap(({ elements, lengths }) =>
    elements.flatMap(([, count], at) => (count === 0 ? [] : [sql`coalesce((${lengths})[${at + 1}], 0)`])),
  );
  const isPage = read.length > 0;
  const flags = moreFlags.map((key) => [key, sql`lower(${text(key)}) in ('true', '1')`] as const);
  const next = [...nextNames, ...(isPage ? pageNextNames : [])].map((key) => [key, sql`coalesce(${text(key)}, '') not in ('', 'false', '0')`] as const);
  const most = read.length === 1 ? (read[0] ?? '0') : sql`greatest(${joinSql(read)})`;
  const totals = isPage ? pageTotals.map((key) => [key, sql`try_cast(${text(key)} as bigint) > ${most}`] as const) : [];
  const numbers = isPage ? pageNumbers.map(([at, of]) => [of, sql`try_cast(${text(at)} as bigint) < try_cast(${text(of)} as bigint)`] as const) : [];
  return [...flags, ...next, ...totals, ...numbers].filter(([key]) => !used.includes(key));
}

async function morePages(database: Database, task: HalfReadTask, index: number): Promise<Finding[]> {
  const marks = pageMarks(task);
  const names = await database.rows(sql`select distinct unnest(keys_${index}[1]) as key from ${shapesOf(task.file)}`);
  const present = new Set(names.map(({ key }) => String(key)));
  for (const [key, condition] of marks) {
    if (!present.has(key)) continue;
    const value = sql`json_extract_string(${textName(null)}, ${literal(`$.${JSON.stringify(key)}`)})`;
    const found = await rowsWhere(database, task, sql`coalesce(${condition}, false)`, value);
    if (found.count > 0) return [halfRead(task, found, { problem: 'more-pages', place: placeName(null, '$', key), found: String(found.value).slice(0, 100) })];
  }
  return [];
}

/** The keys of each kind of row, as the names of a file are looked at; each key that is strange is said once, with its rows. */
async function strangeKeys(database: Database, task: HalfReadTask, index: number): Promise<Finding[]> {
  const { file, format, checkNames } = task;
  const shapes = await database.rows(sql`select distinct keys_${index}[1] as keys from ${shapesOf(file)} order by keys limit ${shownShapes}`);
  const all = await database.rows(sql`select distinct unnest(keys_${index}[1]) as key from ${shapesOf(file)} order by key limit ${mostKeys + 1}`);
  if (all.length > mostKeys) return [tooManyKeys(file)];
  const rowsOfKeys = [...shapes.map(({ keys }) => listOf(keys).map(String)), all.map(({ key }) => String(key))];
  const problems = rowsOfKeys.flatMap((keys) => checkNames(file, keys, format, 'row'));
  const byKey = new Map(problems.map((problem) => [problem.args['found'] ?? '', problem]));
  const findings: Finding[] = [];
  for (const [key, problem] of byKey) {
    const { count, rows } = await rowsWhere(database, task, sql`coalesce(list_contains(json_keys(${textName(null)}), ${literal(key)}), false)`, sql`null`);
    findings.push({ ...problem, count, args: { ...problem.args, rows: nameRows(rows, count) }, source: { file: file.name, line: rows[0] ?? 0, column: 0 } });
  }
  return findings;
}

function tooManyKeys(file: EvidenceFile): Finding {
  return finding('evidence-limit', 'inconclusive', {
    args: { layer: file.layer, file: file.name, problem: 'columns', limit: String(mostKeys) },
    source: { file: file.name, line: 0, column: 0 },
  });
}

interface FoundRows {
  readonly count: number;
  readonly rows: readonly number[];
  /** Of the first of them. */
  readonly value: unknown;
}

async function rowsWhere(database: Database, { file, format }: HalfReadTask, condition: Sql, value: Sql): Promise<FoundRows> {
  const query = (reading: 'parallel' | 'serial') =>
    database.rows(sql`with numbered as (
  select *, row_number() over () as ${identifier('data row')}
  from (select ${jsonTexts(file, format)} from ${rawScan(file, reading)})
)
select count(*) as count, min(${identifier('data row')}, ${namedRows}) as rows, arg_min(${value}, ${identifier('data row')}) as value
from numbered
where ${condition}`);
  const [row = {}] = await readTwice(file, query);
  return { count: Number(row['count'] ?? 0), rows: listOf(row['rows']).map(Number), value: row['value'] };
}

function halfRead({ file }: HalfReadTask, { count, rows }: FoundRows, args: Readonly<Record<string, string> & { problem: string }>): Finding {
  return finding('evidence-half-read', 'inconclusive', {
    count,
    args: { layer: file.layer, ...args, rows: nameRows(rows, count) },
    source: { file: file.name, line: rows[0] ?? 0, column: 0 },
  });
}

/** `$.usage.cost`, with the column in front where the JSON stands in one. */
function placeName(column: string | null, path: string, key: string | null): string {
  const inside = `${path}${key === null ? '' : `.${/^[\w-]+$/.test(key) ? key : JSON.stringify(key)}`}`;
  return column === null ? inside : `${column}:${inside}`;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}
