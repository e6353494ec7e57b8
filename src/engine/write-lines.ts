/** Writes the line files: one row per charge, duplicate, refund, adjustment and uncharged request, exact decimals; and reads them back. Few lines are in a fixed order, many come in blocks as the engine's threads finish them. */
import { join } from 'node:path';
import type { Database } from './database.ts';
import { holdsSecret } from './secret-values.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import type { RowStep } from '../model/bridge.ts';
import { type Line, type LineColumn, lineColumns, lineColumnsWith, type TraceLine } from '../model/line.ts';
import { type Amount, amountOf } from '../model/money.ts';
import { secretRemoved } from '../model/secret-kinds.ts';

/** `noted-lines.parquet`: only those that somebody is told of. */
export type LineFile = 'lines.parquet' | 'lines.csv' | 'noted-lines.parquet';

/** Columns that hold text of others. */
const textColumns: readonly LineColumn[] = [
  'request_id',
  'provider_request_id',
  'application_file',
  'gateway_file',
  'provider_file',
  'service',
  'cost_center',
  'tenant',
  'prompt_version',
  'retry_reason',
  'incident',
  'account_ref',
  'key_ref',
  'model_expected',
  'model_billed',
  'snapshot',
  'service_tier',
  'region',
  'meters',
  'expected_meters',
  'expected_snapshot',
  'expected_service_tier',
  'expected_region',
];

/** Writes `line_rows` into files of `folder`, without the secrets that were found in the rows; returns the number of lines in each. */
export async function writeLineFiles(
  { here: database }: Database,
  folder: string,
  files: readonly LineFile[],
  { secrets, steps }: { readonly secrets: 'none' | 'found'; readonly steps: readonly RowStep[] },
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  const text = (column: LineColumn): Sql =>
    secrets === 'found' && textColumns.includes(column)
      ? sql`(case when ${holdsSecret(sql`${column}`)} then ${literal(secretRemoved)} else ${column} end)`
      : sql`${column}`;
  for (const file of files) {
    const path = literal(join(folder, file));
    // Small row groups: a hundred columns of the default size would be the peak of the whole run.
    const options = file.endsWith('.parquet') ? '(format parquet, compression zstd, row_group_size 10240)' : '(format csv, header)';
    const list = joinSql(
      lineColumnsWith(steps).map((column) => sql`${file === 'lines.csv' ? spreadsheetSafe(column, text(column)) : text(column)} as ${column}`),
    );
    const [written] = await database.rows(sql`copy (select ${list} from line_rows) to ${path} ${options}`);
    counts[file] = Number(written?.['Count']);
  }
  return counts;
}

/** Lets `line_rows` read the lines as they were written: their view is long, and each reading of it is planned anew. Reasons are for `explain`, which writes none. */
export async function readLinesBack({ here: database }: Database, folder: string, steps: readonly RowStep[]): Promise<void> {
  const absent = lineColumns.filter((column) => !lineColumnsWith(steps).includes(column)).map((column) => sql`null::varchar as ${column}`);
  await database.run(
    sql`create or replace view line_rows as\nselect *, ${joinSql([...absent, sql`null::varchar as reason`])} from read_parquet(${literal(join(folder, 'lines.parquet'))})`,
  );
}

/** Texts that a spreadsheet would run as a formula get an apostrophe in front; numbers are left alone. */
function spreadsheetSafe(column: LineColumn, text: Sql): Sql {
  return textColumns.includes(column) ? sql`case when regexp_matches(${text}, '^[=+\\-@\\t\\r]') then '''' || ${text} else ${text} end` : text;
}

/** The sum of every step's column in the line file as it was written, to be held against the aggregates. */
export async function sumLineFile(
  { here: database }: Database,
  folder: string,
  steps: readonly RowStep[],
): Promise<Readonly<Partial<Record<RowStep, Amount>>>> {
  const sums = joinSql(steps.map((step) => sql`coalesce(sum(${step}), 0)::varchar as ${step}`));
  const [row] = await database.rows(sql`select ${sums} from read_parquet(${literal(join(folder, 'lines.parquet'))})`);
  return Object.fromEntries(steps.map((step) => [step, amountOf(String(row?.[step] ?? '0'))]));
}

/** Lines of some requests, and of charges without a request by their provider's id, for traces and explanations. */
export async function readLines({ here: database }: Database, ids: readonly string[]): Promise<readonly TraceLine[]> {
  if (ids.length === 0) return [];
  const columns = joinSql(([...lineColumns, 'reason'] as const).map((name) => sql`${name}::varchar as ${name}`));
  return (await database.rows(
    sql`select ${columns} from line_rows where coalesce(request_id, provider_request_id) in (${joinSql(ids.map(literal))}) order by request_id, line, timestamp_utc, provider_request_id, provider_row`,
  )) as unknown as TraceLine[];
}

/** All lines in the order of the line file; needs the view `line_rows`. */
export function streamLines({ here: database }: Database): AsyncIterable<readonly Line[]> {
  const columns = joinSql(lineColumns.map((name) => sql`${name}::varchar as ${name}`));
  return database.batches(sql`select ${columns} from line_rows`) as AsyncIterable<readonly unknown[]> as AsyncIterable<readonly Line[]>;
}

/** The first lines in the order of the line file, at most `limit`; needs the view `line_rows`. */
export async function readFirstLines({ here: database }: Database, limit: number): Promise<readonly Line[]> {
  const columns = joinSql(lineColumns.map((name) => sql`${name}::varchar as ${name}`));
  return (await database.rows(sql`select ${columns} from line_rows limit ${limit}`)) as unknown as Line[];
}
