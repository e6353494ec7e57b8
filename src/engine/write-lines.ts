/** Writes the line file: one row per charge, duplicate, refund and uncharged request, exact decimals, in a fixed order. */
import { join } from 'node:path';
import type { Database } from './database.ts';
import type { LoadedLayer } from './reading/load-layer.ts';
import { holdsSecret } from './secret-values.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import { decimalOf, decimalType, type Terms } from './terms.ts';
import { type Layer, type TokenClass, tokenClasses } from '../model/evidence.ts';
import { type Line, type LineColumn, lineColumns, type TraceLine } from '../model/line.ts';
import { type Amount, amountOf, type Money } from '../model/money.ts';
import { chargeSteps, type RowStep, rowSteps } from '../model/bridge.ts';
import { recordOf } from '../model/record-of.ts';
import { incidentName } from './reconciliation-query.ts';
import type { PriceBook } from '../model/price-book.ts';
import { secretRemoved } from '../model/secret-kinds.ts';

/** What the lines need besides the relations: the files, for provenance. */
export interface LineSurroundings {
  readonly loaded: readonly LoadedLayer[];
}

/** The rates of a snapshot as they are written there, by the price row's number, with as many decimals as the longest. */
export async function createRates(database: Database, book: PriceBook, divisors: ReadonlyMap<string, bigint>): Promise<void> {
  const pricesOf = ({ tier, row }: PriceBook['rows'][number]) => (tier === 0 ? row.prices : (row.tiers[tier - 1]?.prices ?? {}));
  const values = book.rows.flatMap((one) => [...Object.values(pricesOf(one)), one.row.ratio, one.row.requestPrice]);
  const type = sql`decimal(38, ${Math.max(0, ...values.map((value) => value.decimalPlaces()))})`;
  const columns = joinSql(tokenClasses.map((name) => sql`${name}_price ${type}`));
  await database.run(
    sql`create table rates (price integer, snapshot varchar, tier integer, unit_divisor bigint, ${columns}, ratio ${type}, request_price ${type})`,
  );
  const exact = (value: Money | undefined): Sql => (value === undefined ? sql`null` : sql`${literal(value.toFixed())}::${type}`);
  const rows = book.rows.map((one, index) => {
    const prices = pricesOf(one);
    return sql`(${index}, ${literal(one.snapshot)}, ${one.tier}, ${divisors.get(one.snapshot) ?? 1n}, ${joinSql(tokenClasses.map((name) => exact(prices[name])))}, ${exact(one.row.ratio)}, ${exact(one.row.requestPrice)})`;
  });
  if (rows.length > 0) await database.run(sql`insert into rates values ${joinSql(rows)}`);
}

/**
 * What E of a serving charge rests on where that is not what the charge itself rests on: the request's counts at its own model and time. All others have E from their own
 * quantities and prices, so that few rows are looked up.
 */
async function createLineExpectations(database: Database): Promise<void> {
  const tokens = joinSql(([...tokenClasses, 'total_input'] as const).map((name) => sql`expected_tokens.${name}`));
  await database.run(sql`create table line_expectations as
select lines.seq, lines.expected_model, lines.expected_span, ${tokens}
from lines
join expected_tokens on expected_tokens.request = lines.request
where carries_expected and ${isExpected}
  and not (cost_state = 'ok' and model is not distinct from expected_model and price_span = expected_span and cost = expected_cost)`);
}

const isExpected = sql`expected_state = 'ok' and final_billable`;

/** File name and data row of a row number of a layer, as two expressions. */
function provenance(seq: Sql, layer: Layer, loaded: readonly LoadedLayer[]): { file: Sql; row: Sql } {
  const files = loaded.find((one) => one.layer === layer)?.files ?? [];
  if (files.length === 0) return { file: sql`null::varchar`, row: sql`null::bigint` };
  const names = files.map(({ file, firstRow, rows }) => sql`when ${seq} < ${firstRow + rows} then ${literal(file.name)}`);
  const starts = files.map(({ firstRow, rows }) => sql`when ${seq} < ${firstRow + rows} then ${seq} - ${firstRow} + 1`);
  return { file: sql`case ${joinSql(names, ' ')} end`, row: sql`case ${joinSql(starts, ' ')} end` };
}

type Side = 'charge' | 'uncharged';

/** What each step of the bridge gets from a line; nothing is null, so that a column holds only what there is. */
function stepColumns(side: Side, terms: Terms): Record<RowStep, Sql> {
  const amount = (units: Sql): Sql => decimalOf(units, terms);
  if (side === 'uncharged') {
    return recordOf(rowSteps, (step) =>
      step === 'expected' ? amount(sql`uncharged.expected_cost`) : sql`case when uncharged.step = '${step}' then ${amount(sql`-uncharged.expected_cost`)} end`,
    );
  }
  // Most parts are zero: they skip the conversion.
  const known = (column: Sql): Sql => sql`case when ${column} <> 0 then ${amount(column)} end`;
  return recordOf(rowSteps, (step): Sql => {
    if (step === 'expected') return sql`case when lines.carries_expected then ${amount(sql`lines.expected_cost`)} end`;
    if (ownMeasures.includes(step)) return known(sql`lines.${step}`);
    const main = sql`when lines.main_step = '${step}' then ${amount(sql`lines.main_amount`)}`;
    const model = step === 'fallback' || step === 'model_drift' ? sql` when lines.model_step = '${step}' then ${amount(sql`lines.model_amount`)}` : sql``;
    return sql`case ${main}${model} end`;
  });
}

/** Steps that have a measure of their own name. */
const ownMeasures: readonly RowStep[] = ['price_timing', 'token_difference', ...chargeSteps];

/** The rates that a cost was made of, under their names or those of the expected side. */
function priceColumns(rates: Sql): {
  readonly snapshot: Sql;
  readonly tier: Sql;
  readonly unit_divisor: Sql;
  readonly ratio: Sql;
  readonly request_price: Sql;
} {
  return recordOf(['snapshot', 'tier', 'unit_divisor', 'ratio', 'request_price'] as const, (name) => sql`${rates}.${name}`);
}

/** The select list of `line_rows`, by column; `side` tells lines of provider rows from uncharged requests. */
function columnsOf(side: Side, terms: Terms, { loaded }: LineSurroundings): Record<LineColumn, Sql> {
  const charge = side === 'charge';
  const amount = (units: Sql): Sql => decimalOf(units, terms);
  const nothing = sql`null::${decimalType(terms)}`;
  const application = provenance(charge ? sql`lines.request` : sql`uncharged.request`, 'application', loaded);
  const gateway = provenance(charge ? sql`lines.gateway_seq` : sql`uncharged.gateway_seq`, 'gateway', loaded);
  const provider = charge ? provenance(sql`lines.seq`, 'provider', loaded) : { file: sql`null::varchar`, row: sql`null::bigint` };
  const row = charge ? 'lines' : 'application';
  const main = charge ? 'lines' : 'uncharged';
  const price = priceColumns(sql`rates`);
  const expected = priceColumns(sql`expected_rates`);
  const rounding = terms.rounding;
  return {
    line: charge ? sql`lines.line` : sql`'uncharged'`,
    request_id: sql`${main}.request_id`,
    provider_request_id: sql`${main}.provider_request_id`,
    timestamp_utc: sql`make_timestamp(${main}.timestamp_utc)::timestamptz`,
    day: sql`date '1970-01-01' + ${main}.day`,
    application_file: application.file,
    application_row: application.row,
    gateway_file: gateway.file,
    gateway_row: gateway.row,
    provider_file: provider.file,
    provider_row: provider.row,
    key_ref: charge && isKeyed(terms) ? sql`provider_rows.key_ref` : sql`null::varchar`,
    service: sql`profiles.service`,
    cost_center: sql`profiles.cost_center`,
    tenant: sql`profiles.tenant`,
    prompt_version: sql`profiles.prompt_version`,
    retry_reason: sql`profiles.retry_reason`,
    incident: incidentName(sql`${main}.incident`, terms),
    role: sql`${main}.role::varchar`,
    status: sql`${main}.status::varchar`,
    attempt: charge ? sql`lines.attempt` : sql`null::integer`,
    model_expected: sql`expected_models.name`,
    model_billed: charge ? sql`billed_models.name` : sql`null::varchar`,
    serving: charge ? sql`lines.carries_expected` : sql`null::boolean`,
    step: charge ? sql`coalesce(lines.main_step, lines.model_step, case when lines.line = 'charge' then 'serving' else lines.line end)` : sql`uncharged.step`,
    snapshot: price.snapshot,
    tier: price.tier,
    unit_divisor: price.unit_divisor,
    ...quantities(sql`${row}`),
    ...prices(sql`rates`),
    ratio: price.ratio,
    request_price: price.request_price,
    subtotal: charge ? amount(sql`lines.value`) : amount(sql`uncharged.expected_cost`),
    rounding_mode: rounding === null ? sql`'none'` : literal(rounding.mode),
    rounding_quantum: rounding === null ? nothing : sql`${literal(rounding.quantum.toFixed())}::${decimalType(terms)}`,
    rounding_minimum: rounding === null || rounding.minimum === null ? nothing : sql`${literal(rounding.minimum.toFixed())}::${decimalType(terms)}`,
    rounded_total: charge ? sql`case when lines.at_cost then ${amount(sql`lines.rounded_cost`)} end` : nothing,
    charged_amount: charge ? amount(sql`lines.charged`) : nothing,
    // Credits, discounts and taxes are lines of the invoice: no request is made to absorb them.
    credits: nothing,
    adjustments: nothing,
    final_total: nothing,
    expected_basis: charge
      ? sql`case when not lines.carries_expected then null when line_expectations.seq is not null then 'request' when ${isExpected} then 'own' else 'none' end`
      : sql`case when uncharged.expected_state = 'ok' and uncharged.billable then 'own' else 'none' end`,
    expected_snapshot: charge ? expected.snapshot : sql`null::varchar`,
    expected_tier: charge ? expected.tier : sql`null::integer`,
    expected_unit_divisor: charge ? expected.unit_divisor : sql`null::bigint`,
    ...expectedQuantities(charge),
    ...expectedPrices(charge),
    expected_ratio: charge ? expected.ratio : sql`null`,
    expected_request_price: charge ? expected.request_price : sql`null`,
    ...stepColumns(side, terms),
  };
}

function isKeyed(terms: Terms): boolean {
  return terms.filled.provider.includes('key_ref');
}

type Named<Prefix extends string, Suffix extends string> = Record<`${Prefix}${TokenClass}${Suffix}`, Sql>;

function ofClasses<Prefix extends string, Suffix extends string>(prefix: Prefix, suffix: Suffix, expression: (name: TokenClass) => Sql): Named<Prefix, Suffix> {
  return Object.fromEntries(tokenClasses.map((name) => [`${prefix}${name}${suffix}`, expression(name)])) as Named<Prefix, Suffix>;
}

const quantities = (row: Sql) => ofClasses('', '_quantity', (name) => sql`${row}.${name}`);
const prices = (rates: Sql) => ofClasses('', '_price', (name) => sql`${rates}.${name}_price`);
const expectedQuantities = (charge: boolean) => ofClasses('expected_', '_quantity', (name) => (charge ? sql`line_expectations.${name}` : sql`null`));
const expectedPrices = (charge: boolean) => ofClasses('expected_', '_price', (name) => (charge ? sql`expected_rates.${name}_price` : sql`null`));

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
  await createLineExpectations(database);
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
left join line_expectations on line_expectations.seq = lines.seq
left join prices as expected_prices on expected_prices.span = line_expectations.expected_span and expected_prices.model = line_expectations.expected_model
  and line_expectations.total_input > expected_prices.above and line_expectations.total_input <= expected_prices.up_to
left join rates as expected_rates on expected_rates.price = expected_prices.price${isKeyed(terms) ? '\nleft join provider_rows on provider_rows.rowid = lines.seq' : ''}
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
  'key_ref',
  'service',
  'cost_center',
  'tenant',
  'prompt_version',
  'retry_reason',
  'incident',
  'model_expected',
  'model_billed',
  'snapshot',
  'expected_snapshot',
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

/** Sums of the line file as it was written, by step, to be held against the aggregates. */
export async function sumLineFile(database: Database, folder: string): Promise<Readonly<Record<RowStep, Amount>>> {
  const sums = joinSql(rowSteps.map((step) => sql`coalesce(sum(${step}), 0)::varchar as ${step}`));
  const [row] = await database.rows(sql`select ${sums} from read_parquet(${literal(join(folder, 'lines.parquet'))})`);
  return recordOf(rowSteps, (step) => amountOf(String(row?.[step] ?? '0')));
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
