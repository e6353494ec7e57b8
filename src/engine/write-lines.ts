/** Writes the line file: one row per charge, duplicate, refund and uncharged request, exact decimals, in a fixed order. */
import { join } from 'node:path';
import type { Database } from './database.ts';
import type { LoadedLayer } from './reading/load-layer.ts';
import { holdsSecret } from './secret-values.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import { decimalOf, decimalType, type Terms } from './terms.ts';
import { type Layer, type TokenClass, tokenClasses } from '../model/evidence.ts';
import { type Line, type LineColumn, lineColumns, type TraceLine } from '../model/line.ts';
import { type Amount, amountOf } from '../model/money.ts';
import type { PriceBook } from '../model/price-book.ts';
import { secretRemoved } from '../model/secret-kinds.ts';

/** What the lines need besides the relations: the files, for provenance. */
export interface LineSurroundings {
  readonly loaded: readonly LoadedLayer[];
}

/** The rates of a snapshot as they are written there, by the price row's number. */
export async function createRates(database: Database, book: PriceBook, divisors: ReadonlyMap<string, bigint>): Promise<void> {
  const rates = joinSql(tokenClasses.map((name) => sql`${name}_price varchar`));
  await database.run(
    sql`create table rates (price integer, snapshot varchar, tier integer, unit_divisor bigint, ${rates}, ratio varchar, request_price varchar)`,
  );
  const text = (value: { toFixed(): string } | undefined): Sql => (value === undefined ? sql`null` : literal(value.toFixed()));
  const rows = book.rows.map(({ snapshot, tier, row }, index) => {
    const prices = tier === 0 ? row.prices : (row.tiers[tier - 1]?.prices ?? {});
    return sql`(${index}, ${literal(snapshot)}, ${tier}, ${divisors.get(snapshot) ?? 1n}, ${joinSql(tokenClasses.map((name) => text(prices[name])))}, ${text(row.ratio)}, ${text(row.requestPrice)})`;
  });
  if (rows.length > 0) await database.run(sql`insert into rates values ${joinSql(rows)}`);
}

/** File name and data row of a row number of a layer, as two expressions. */
function provenance(seq: Sql, layer: Layer, loaded: readonly LoadedLayer[]): { file: Sql; row: Sql } {
  const files = loaded.find((one) => one.layer === layer)?.files ?? [];
  if (files.length === 0) return { file: sql`null::varchar`, row: sql`null::bigint` };
  const names = files.map(({ file, firstRow, rows }) => sql`when ${seq} < ${firstRow + rows} then ${literal(file.name)}`);
  const starts = files.map(({ firstRow, rows }) => sql`when ${seq} < ${firstRow + rows} then ${seq} - ${firstRow} + 1`);
  return { file: sql`case ${joinSql(names, ' ')} end`, row: sql`case ${joinSql(starts, ' ')} end` };
}

/** The select list of `line_rows`, by column; `side` tells lines of provider rows from uncharged requests. */
function columnsOf(side: 'charge' | 'uncharged', terms: Terms, { loaded }: LineSurroundings): Record<LineColumn, Sql> {
  const charge = side === 'charge';
  const amount = (units: Sql): Sql => decimalOf(units, terms);
  const nothing = sql`null::${decimalType(terms)}`;
  const application = provenance(charge ? sql`lines.request` : sql`uncharged.request`, 'application', loaded);
  const gateway = provenance(charge ? sql`lines.gateway_seq` : sql`uncharged.gateway_seq`, 'gateway', loaded);
  const provider = charge ? provenance(sql`lines.seq`, 'provider', loaded) : { file: sql`null::varchar`, row: sql`null::bigint` };
  const row = charge ? 'lines' : 'application';
  const main = charge ? 'lines' : 'uncharged';
  const price = 'rates';
  const valuedAtCost = charge ? 'lines.at_cost' : `uncharged.expected_state = 'ok'`;
  const quantity = (name: TokenClass): Sql => sql`${row}.${name}`;
  const rate = (name: TokenClass): Sql => sql`${price}.${name}_price`;
  // Most parts are zero: they skip the conversion.
  const signed = (column: Sql): Sql => (charge ? sql`case when lines.${column} = 0 then 0 else ${amount(sql`lines.${column}`)} end` : nothing);
  return {
    line: charge ? sql`lines.line` : sql`'uncharged'`,
    request_id: sql`${main}.request_id`,
    provider_request_id: sql`${main}.provider_request_id`,
    timestamp_utc: sql`make_timestamp(${main}.timestamp_utc)::timestamptz`,
    application_file: application.file,
    application_row: application.row,
    gateway_file: gateway.file,
    gateway_row: gateway.row,
    provider_file: provider.file,
    provider_row: provider.row,
    service: sql`profiles.service`,
    cost_center: sql`profiles.cost_center`,
    tenant: sql`profiles.tenant`,
    status: sql`${main}.status::varchar`,
    attempt: charge ? sql`lines.attempt` : sql`null::integer`,
    model_expected: sql`expected_models.name`,
    model_billed: charge ? sql`billed_models.name` : sql`null::varchar`,
    serving: charge ? sql`lines.carries_expected` : sql`null::boolean`,
    snapshot: sql`${price}.snapshot`,
    tier: sql`${price}.tier`,
    unit_divisor: sql`${price}.unit_divisor`,
    input_quantity: quantity('input'),
    input_price: rate('input'),
    cached_input_quantity: quantity('cached_input'),
    cached_input_price: rate('cached_input'),
    cache_write_quantity: quantity('cache_write'),
    cache_write_price: rate('cache_write'),
    cache_write_1h_quantity: quantity('cache_write_1h'),
    cache_write_1h_price: rate('cache_write_1h'),
    output_quantity: quantity('output'),
    output_price: rate('output'),
    reasoning_quantity: quantity('reasoning'),
    reasoning_price: rate('reasoning'),
    ratio: sql`${price}.ratio`,
    request_price: sql`${price}.request_price`,
    subtotal: charge ? amount(sql`lines.value`) : amount(sql`uncharged.expected_cost`),
    rounding_mode: terms.rounding === null ? sql`'none'` : literal(terms.rounding.mode),
    rounded_total: charge ? sql`case when ${valuedAtCost} then ${amount(sql`lines.rounded_cost`)} end` : nothing,
    charged_amount: charge ? amount(sql`lines.charged`) : nothing,
    credits: sql`'invoice-level'`,
    adjustments: sql`'invoice-level'`,
    final_total: sql`'invoice-level'`,
    expected_cost: charge ? sql`case when lines.carries_expected then ${amount(sql`lines.expected_cost`)} end` : amount(sql`uncharged.expected_cost`),
    step: charge ? sql`coalesce(lines.main_step, lines.model_step, case when lines.line = 'charge' then 'serving' else lines.line end)` : sql`uncharged.step`,
    step_amount: charge ? amount(sql`lines.main_amount`) : amount(sql`-uncharged.expected_cost`),
    price_timing: signed(sql`price_timing`),
    model_difference: signed(sql`model_amount`),
    token_difference: signed(sql`token_difference`),
    rounding: signed(sql`rounding`),
    price_difference: signed(sql`price_difference`),
    duplicate: signed(sql`duplicate`),
    refund: signed(sql`refund`),
    adjustment: signed(sql`adjustment`),
  };
}

/** By which rule a line came into its step (`LineReason`); null where there is but one. */
const reasonOf = {
  charge: sql`case
    when lines.line = 'duplicate' then case when lines.provider_request_id is null then 'same-attempt' else 'same-record' end
    when lines.line <> 'charge' then null
    when lines.main_step in ('unpriced', 'missing_usage') and lines.step = lines.main_step then 'own-cost'
    when lines.main_step in ('unpriced', 'missing_usage') then
      case when lines.expected_state = 'unmapped' then 'no-expected-model' when lines.expected_state <> 'ok' then 'expected-cost' else 'expected-cost-then' end
    when lines.main_step = 'out_of_period' and not lines.in_period then 'final-outside-period'
    when lines.main_step = 'out_of_scope' then 'final-outside-scope'
    when lines.main_step in ('non_billable', 'status_difference') then case when lines.status is null then 'final-status' else 'own-status' end
    when lines.main_step = 'fallback' then case when lines.is_fallback then 'mapped-fallback' else 'expected-model' end
    when lines.place = 'serving' then coalesce(lines.basis, 'only-charge')
  end`,
  uncharged: sql`case uncharged.step when 'not_billable' then 'final-status' when 'in_transit' then uncharged.lateness end`,
};

/** The view `line_rows`: provider lines in provider order, then uncharged requests in application order. */
export async function createLineRows(database: Database, terms: Terms, surroundings: LineSurroundings): Promise<void> {
  const list = (columns: Record<LineColumn, Sql>): Sql =>
    joinSql(
      lineColumns.map((name) => sql`${columns[name]} as ${name}`),
      ',\n  ',
    );
  const totalInput =
    'case when lines.input is null then 0 else lines.input + coalesce(lines.cached_input, 0) + coalesce(lines.cache_write, 0) + coalesce(lines.cache_write_1h, 0) end';
  await database.run(sql`create view line_rows as
select
  ${list(columnsOf('charge', terms, surroundings))},
  lines.request as request,
  ${reasonOf.charge} as reason
from lines
left join profiles on profiles.profile = lines.profile
left join models as billed_models on billed_models.model = lines.model
left join models as expected_models on expected_models.model = lines.expected_model
left join prices on prices.span = lines.price_span and prices.model = lines.model and ${totalInput} > prices.above and ${totalInput} <= prices.up_to
left join rates on rates.price = prices.price
union all
select
  ${list(columnsOf('uncharged', terms, surroundings))},
  uncharged.request as request,
  ${reasonOf.uncharged} as reason
from uncharged
join application on application.seq = uncharged.request
left join profiles on profiles.profile = uncharged.profile
left join models as expected_models on expected_models.model = uncharged.model
left join prices on prices.span = uncharged.price_span and prices.model = uncharged.model and application.total_input > prices.above and application.total_input <= prices.up_to
left join rates on rates.price = prices.price`);
}

export type LineFile = 'lines.parquet' | 'lines.csv';

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
  'model_expected',
  'model_billed',
  'snapshot',
];

/** Writes the files into `folder`, without the secrets that were found in the rows; returns the number of lines. */
export async function writeLineFiles(database: Database, folder: string, files: readonly LineFile[], secrets: 'none' | 'found'): Promise<number> {
  const text = (column: LineColumn): Sql =>
    secrets === 'found' && textColumns.includes(column)
      ? sql`(case when ${holdsSecret(sql`${column}`)} then ${literal(secretRemoved)} else ${column} end)`
      : sql`${column}`;
  for (const file of files) {
    const path = literal(join(folder, file));
    // Small row groups: fifty columns of the default size would be the peak of the whole run.
    const options = file === 'lines.parquet' ? '(format parquet, compression zstd, row_group_size 20480)' : '(format csv, header)';
    const list = joinSql(lineColumns.map((column) => sql`${file === 'lines.csv' ? spreadsheetSafe(column, text(column)) : text(column)} as ${column}`));
    await database.run(sql`copy (select ${list} from line_rows) to ${path} ${options}`);
  }
  const [row] = await database.rows(sql`select count(*) as lines from read_parquet(${literal(join(folder, 'lines.parquet'))})`);
  return Number(row?.['lines'] ?? 0);
}

/** Lets `line_rows` read the lines as they were written: their view is long, and each reading of it is planned anew. Reasons are for `explain`, which writes none. */
export async function readLinesBack(database: Database, folder: string): Promise<void> {
  await database.run(sql`create or replace view line_rows as\nselect *, null::varchar as reason from read_parquet(${literal(join(folder, 'lines.parquet'))})`);
}

/** Texts that a spreadsheet would run as a formula get an apostrophe in front; numbers are left alone. */
function spreadsheetSafe(column: LineColumn, text: Sql): Sql {
  return textColumns.includes(column) ? sql`case when regexp_matches(${text}, '^[=+\\-@\\t\\r]') then '''' || ${text} else ${text} end` : text;
}

/** Sums of the line file as it was written, to be held against the aggregates: `provider_at_snapshot` and `provider_charged` in scaled text. */
export async function sumLineFile(database: Database, folder: string): Promise<{ readonly steps: Amount; readonly charged: Amount }> {
  const sums = 'coalesce(step_amount, 0) + coalesce(price_timing, 0) + coalesce(model_difference, 0) + coalesce(token_difference, 0)';
  const [row] = await database.rows(sql`select
  coalesce(sum(${sums}), 0)::varchar as steps,
  coalesce(sum(coalesce(rounding, 0) + coalesce(price_difference, 0) + coalesce(duplicate, 0) + coalesce(refund, 0) + coalesce(adjustment, 0)), 0)::varchar as charged
from read_parquet(${literal(join(folder, 'lines.parquet'))})`);
  return { steps: amountOf(String(row?.['steps'] ?? '0')), charged: amountOf(String(row?.['charged'] ?? '0')) };
}

/** Lines of some requests, and of charges without a request by their provider's id, for traces and explanations. */
export async function readLines(database: Database, ids: readonly string[]): Promise<readonly TraceLine[]> {
  if (ids.length === 0) return [];
  const columns = joinSql(([...lineColumns, 'reason'] as const).map((name) => sql`${name}::varchar as ${name}`));
  return (await database.rows(
    sql`select ${columns} from line_rows where coalesce(request_id, provider_request_id) in (${joinSql(ids.map(literal))}) order by request_id, line, timestamp_utc, provider_request_id, provider_row`,
  )) as unknown as TraceLine[];
}

/** All lines in the order of the line file; needs the view `line_rows`. */
export function streamLines(database: Database): AsyncIterable<readonly Line[]> {
  const columns = joinSql(lineColumns.map((name) => sql`${name}::varchar as ${name}`));
  return database.batches(sql`select ${columns} from line_rows`) as AsyncIterable<readonly unknown[]> as AsyncIterable<readonly Line[]>;
}

/** The first lines in the order of the line file, at most `limit`; needs the view `line_rows`. */
export async function readFirstLines(database: Database, limit: number): Promise<readonly Line[]> {
  const columns = joinSql(lineColumns.map((name) => sql`${name}::varchar as ${name}`));
  return (await database.rows(sql`select ${columns} from line_rows limit ${limit}`)) as unknown as Line[];
}
