/** Writes the line file: one row per charge, duplicate, refund and uncharged request, exact decimals, in a fixed order. */
import { join } from 'node:path';
import { tokenClasses, type Layer } from '../model/evidence.ts';
import type { Line, LineColumn } from '../model/line.ts';
import { lineColumns } from '../model/line.ts';
import type { PriceBook } from '../model/price-book.ts';
import { secretRemoved } from '../model/secret-kinds.ts';
import type { Database } from './database.ts';
import { literal } from './database.ts';
import type { LoadedLayer } from './reading/load-layer.ts';
import { holdsSecret } from './secret-conditions.ts';
import { decimalOf, decimalType, type Terms } from './terms.ts';

/** What the lines need besides the relations: the files, for provenance. */
export interface LineSurroundings {
  readonly loaded: readonly LoadedLayer[];
}

/** The rates of a snapshot as they are written there, by the price row's number. */
export async function createRates(database: Database, book: PriceBook, divisors: ReadonlyMap<string, bigint>): Promise<void> {
  const rates = tokenClasses.map((name) => `${name}_price varchar`).join(', ');
  await database.run(`create table rates (price integer, snapshot varchar, tier integer, unit_divisor bigint, ${rates}, ratio varchar, request_price varchar)`);
  const text = (value: { toFixed(): string } | undefined): string => (value === undefined ? 'null' : literal(value.toFixed()));
  const rows = book.rows.map(({ snapshot, tier, row }, index) => {
    const prices = tier === 0 ? row.prices : (row.tiers[tier - 1]?.prices ?? {});
    return `(${index}, ${literal(snapshot)}, ${tier}, ${divisors.get(snapshot) ?? 1n}, ${tokenClasses.map((name) => text(prices[name])).join(', ')}, ${text(row.ratio)}, ${text(row.requestPrice)})`;
  });
  if (rows.length > 0) await database.run(`insert into rates values ${rows.join(', ')}`);
}

/** File name and data row of a row number of a layer, as two expressions. */
function provenance(seq: string, layer: Layer, loaded: readonly LoadedLayer[]): { file: string; row: string } {
  const files = loaded.find((one) => one.layer === layer)?.files ?? [];
  if (files.length === 0) return { file: 'null::varchar', row: 'null::bigint' };
  const names = files.map(({ file, firstRow, rows }) => `when ${seq} < ${firstRow + rows} then ${literal(file.name)}`);
  const starts = files.map(({ firstRow, rows }) => `when ${seq} < ${firstRow + rows} then ${seq} - ${firstRow} + 1`);
  return { file: `case ${names.join(' ')} end`, row: `case ${starts.join(' ')} end` };
}

/** The select list of `line_rows`, by column; `side` tells lines of provider rows from uncharged requests. */
function columnsOf(side: 'charge' | 'uncharged', terms: Terms, { loaded }: LineSurroundings): Record<LineColumn, string> {
  const charge = side === 'charge';
  const amount = (units: string): string => decimalOf(units, terms);
  const nothing = `null::${decimalType(terms)}`;
  const application = provenance(charge ? 'lines.request' : 'uncharged.request', 'application', loaded);
  const gateway = provenance(charge ? 'lines.gateway_seq' : 'uncharged.gateway_seq', 'gateway', loaded);
  const provider = charge ? provenance('lines.seq', 'provider', loaded) : { file: 'null::varchar', row: 'null::bigint' };
  const row = charge ? 'lines' : 'application';
  const main = charge ? 'lines' : 'uncharged';
  const price = 'rates';
  const valuedAtCost = charge ? 'lines.at_cost' : `uncharged.expected_state = 'ok'`;
  const quantities = Object.fromEntries(tokenClasses.map((name) => [`${name}_quantity`, `${row}.${name}`]));
  const rates = Object.fromEntries(tokenClasses.map((name) => [`${name}_price`, `${price}.${name}_price`]));
  // Most parts are zero: they skip the conversion.
  const signed = (column: string): string => (charge ? `case when lines.${column} = 0 then 0 else ${amount(`lines.${column}`)} end` : nothing);
  return {
    line: charge ? 'lines.line' : `'uncharged'`,
    request_id: `${main}.request_id`,
    provider_request_id: `${main}.provider_request_id`,
    timestamp_utc: `make_timestamp(${main}.timestamp_utc)::timestamptz`,
    application_file: application.file,
    application_row: application.row,
    gateway_file: gateway.file,
    gateway_row: gateway.row,
    provider_file: provider.file,
    provider_row: provider.row,
    service: 'profiles.service',
    cost_center: 'profiles.cost_center',
    tenant: 'profiles.tenant',
    status: `${main}.status::varchar`,
    attempt: charge ? 'lines.attempt' : 'null::integer',
    model_expected: 'expected_models.name',
    model_billed: charge ? 'billed_models.name' : 'null::varchar',
    serving: charge ? `lines.carries_expected` : 'null::boolean',
    snapshot: `${price}.snapshot`,
    tier: `${price}.tier`,
    unit_divisor: `${price}.unit_divisor`,
    ...quantities,
    ...rates,
    ratio: `${price}.ratio`,
    request_price: `${price}.request_price`,
    subtotal: charge ? amount('lines.value') : amount('uncharged.expected_cost'),
    rounding_mode: terms.rounding === null ? `'none'` : literal(terms.rounding.mode),
    rounded_total: charge ? `case when ${valuedAtCost} then ${amount('lines.rounded_cost')} end` : nothing,
    charged_amount: charge ? amount('lines.charged') : nothing,
    credits: `'invoice-level'`,
    adjustments: `'invoice-level'`,
    final_total: `'invoice-level'`,
    expected_cost: charge ? `case when lines.carries_expected then ${amount('lines.expected_cost')} end` : amount('uncharged.expected_cost'),
    step: charge ? `coalesce(lines.main_step, lines.model_step, case when lines.line = 'charge' then 'serving' else lines.line end)` : 'uncharged.step',
    step_amount: charge ? amount('lines.main_amount') : amount('-uncharged.expected_cost'),
    price_timing: signed('price_timing'),
    model_difference: signed('model_amount'),
    token_difference: signed('token_difference'),
    rounding: signed('rounding'),
    price_difference: signed('price_difference'),
    duplicate: signed('duplicate'),
    refund: signed('refund'),
    adjustment: signed('adjustment'),
  } as Record<LineColumn, string>;
}

/** The view `line_rows`: provider lines in provider order, then uncharged requests in application order. */
export async function createLineRows(database: Database, terms: Terms, surroundings: LineSurroundings): Promise<void> {
  const list = (columns: Record<LineColumn, string>): string => lineColumns.map((name) => `${columns[name]} as ${name}`).join(',\n  ');
  const totalInput =
    'case when lines.input is null then 0 else lines.input + coalesce(lines.cached_input, 0) + coalesce(lines.cache_write, 0) + coalesce(lines.cache_write_1h, 0) end';
  await database.run(`create view line_rows as
select
  ${list(columnsOf('charge', terms, surroundings))},
  lines.request as request
from lines
left join profiles on profiles.profile = lines.profile
left join models as billed_models on billed_models.model = lines.model
left join models as expected_models on expected_models.model = lines.expected_model
left join prices on prices.span = lines.price_span and prices.model = lines.model and ${totalInput} > prices.above and ${totalInput} <= prices.up_to
left join rates on rates.price = prices.price
union all
select
  ${list(columnsOf('uncharged', terms, surroundings))},
  uncharged.request as request
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
  const text = (column: LineColumn): string =>
    secrets === 'found' && textColumns.includes(column) ? `(case when ${holdsSecret(column)} then ${literal(secretRemoved)} else ${column} end)` : column;
  for (const file of files) {
    const path = literal(join(folder, file));
    // Small row groups: fifty columns of the default size would be the peak of the whole run.
    const options = file === 'lines.parquet' ? '(format parquet, compression zstd, row_group_size 20480)' : '(format csv, header)';
    const list = lineColumns.map((column) => `${file === 'lines.csv' ? spreadsheetSafe(column, text(column)) : text(column)} as ${column}`).join(', ');
    await database.run(`copy (select ${list} from line_rows) to ${path} ${options}`);
  }
  const [row] = await database.rows(`select count(*) as lines from read_parquet(${literal(join(folder, 'lines.parquet'))})`);
  return Number(row?.['lines'] ?? 0);
}

/** Lets `line_rows` read the lines as they were written: their view is long, and each reading of it is planned anew. */
export async function readLinesBack(database: Database, folder: string): Promise<void> {
  await database.run(`create or replace view line_rows as\nselect * from read_parquet(${literal(join(folder, 'lines.parquet'))})`);
}

/** Texts that a spreadsheet would run as a formula get an apostrophe in front; numbers are left alone. */
function spreadsheetSafe(column: LineColumn, text: string): string {
  return textColumns.includes(column) ? `case when regexp_matches(${text}, '^[=+\\-@\\t\\r]') then '''' || ${text} else ${text} end` : text;
}

/** Sums of the line file as it was written, to be held against the aggregates: `provider_at_snapshot` and `provider_charged` in scaled text. */
export async function sumLineFile(database: Database, folder: string): Promise<{ steps: string; charged: string }> {
  const sums = 'coalesce(step_amount, 0) + coalesce(price_timing, 0) + coalesce(model_difference, 0) + coalesce(token_difference, 0)';
  const [row] = await database.rows(`select
  coalesce(sum(${sums}), 0)::varchar as steps,
  coalesce(sum(coalesce(rounding, 0) + coalesce(price_difference, 0) + coalesce(duplicate, 0) + coalesce(refund, 0) + coalesce(adjustment, 0)), 0)::varchar as charged
from read_parquet(${literal(join(folder, 'lines.parquet'))})`);
  return { steps: String(row?.['steps'] ?? '0'), charged: String(row?.['charged'] ?? '0') };
}

/** Lines of some requests, and of charges without a request by their provider's id, for traces and explanations. */
export async function readLines(database: Database, ids: readonly string[]): Promise<readonly Line[]> {
  if (ids.length === 0) return [];
  const columns = lineColumns.map((name) => `${name}::varchar as ${name}`).join(', ');
  return (await database.rows(
    `select ${columns} from line_rows where coalesce(request_id, provider_request_id) in (${ids.map(literal).join(', ')}) order by request_id, line, timestamp_utc, provider_request_id, provider_row`,
  )) as unknown as Line[];
}
