/** Lays the lines out as the view `line_rows`: provider lines in provider order, then uncharged requests in application order. */
import type { Database } from './database.ts';
import { unbounded } from './price-table.ts';
import type { LoadedLayer } from './reading/load-layer.ts';
import { partStride } from './reading/part-rows.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import { accountOf, hasOwners, keyOf, namesAccounts } from './relations/provider-owners.ts';
import { decimalOf, decimalType, hasCovers, type Terms } from './terms.ts';
import { type RowStep, rowSteps } from '../model/bridge.ts';
import { type Layer, type TokenClass, tokenClasses } from '../model/evidence.ts';
import { type LineColumn, lineColumns } from '../model/line.ts';
import { decimalsOf, type Money } from '../model/money.ts';
import { type PriceBook, rateOf } from '../model/price-book.ts';
import { recordOf } from '../model/record-of.ts';

/** What the lines need besides the relations: the files, for provenance. */
export interface LineSurroundings {
  readonly loaded: readonly LoadedLayer[];
  /** Whether any counted request is without a charge. */
  readonly uncharged: 'some' | 'none';
}

/** `rates`: for each row of `prices` those of its snapshot, as they are written there, to be joined as `prices` is; reasoning without a rate of its own goes at that of output. */
export async function createRates(database: Database, book: PriceBook, divisors: ReadonlyMap<string, bigint>): Promise<void> {
  const isVaried = book.conditions !== null;
  const rows = book.rows.map(({ snapshot, tier, rates, factor, row }) => ({
    snapshot,
    tier,
    rates: tokenClasses.map((name) => rateOf(rates, name)),
    ratio: row.ratio,
    request: row.requestPrice,
    ...(isVaried ? { factor } : {}),
  }));
  const type = rateType(rows.flatMap(({ rates, ratio, request, factor }) => [...rates, ratio, request, factor]));
  const columns = joinSql(tokenClasses.map((name) => sql`${name}_price ${type}`));
  await database.run(
    sql`create table rates (span ${isVaried ? 'integer' : 'usmallint'}, model integer, above bigint, up_to bigint, snapshot varchar, tier integer, unit_divisor bigint, ${columns}, ratio ${type}, request_price ${type}${isVaried ? sql`, factor ${type}` : ''})`,
  );
  const text = (value: Money | undefined): Sql => (value === undefined ? sql`null` : literal(value.toFixed()));
  const values = rows.map(
    ({ snapshot, tier, rates, ratio, request, factor }, index) =>
      sql`(${index}, ${literal(snapshot)}, ${tier}, ${divisors.get(snapshot) ?? 1n}, ${joinSql(rates.map(text))}, ${text(ratio)}, ${text(request)}${factor === undefined ? '' : sql`, ${text(factor)}`})`,
  );
  if (values.length === 0) return;
  const rateNames = [...tokenClasses.map((name) => sql`${name}_price`), 'ratio', 'request_price', ...(isVaried ? (['factor'] as const) : [])] as const;
  await database.run(sql`insert into rates
select prices.span, prices.model, prices.above, prices.up_to, snapshot, tier, unit_divisor, ${joinSql(rateNames.map((name) => sql`${name}::${type}`))}
from (values ${joinSql(values)}) as listed (price, snapshot, tier, unit_divisor, ${joinSql(rateNames)})
join prices using (price)`);
}

/** An exact type of the rates, with as many decimals as they need. */
function rateType(rates: readonly (Money | undefined)[]): Sql {
  const decimals = rates.map((rate) => (rate === undefined ? 0 : decimalsOf(rate)));
  return sql`decimal(38, ${Math.max(0, ...decimals)})`;
}

/** File name and data row of a row number of a layer, as two expressions. */
function provenance(seq: Sql, layer: Layer, loaded: readonly LoadedLayer[]): { file: Sql; row: Sql } {
  const files = loaded.find((one) => one.layer === layer)?.files ?? [];
  if (files.length === 0) return { file: sql`null::varchar`, row: sql`null::bigint` };
  const place = loaded.some(({ hasParts }) => hasParts) ? sql`(${seq} % ${partStride})` : seq;
  const names = files.map(({ file, firstRow, rows }) => sql`when ${place} < ${firstRow + rows} then ${literal(file.name)}`);
  const starts = files.map(({ firstRow, rows }) => sql`when ${place} < ${firstRow + rows} then ${place} - ${firstRow} + 1`);
  return { file: sql`case ${joinSql(names, ' ')} end`, row: sql`case ${joinSql(starts, ' ')} end` };
}

/** The application's row of an uncharged request; a unit may be a row of the gateway. */
function loggedRow({ buckets }: Terms): Sql {
  return buckets === null ? sql`uncharged.request` : sql`case when uncharged.layer = 'application' then uncharged.seq end`;
}

type Side = 'charge' | 'uncharged';

/** The select list of `line_rows`, by column; `side` tells lines of provider rows from uncharged requests. */
function columnsOf(side: Side, terms: Terms, { loaded }: LineSurroundings): Record<LineColumn, Sql> {
  const charge = side === 'charge';
  const amount = (units: Sql): Sql => decimalOf(units, terms);
  const nothing = sql`null::${decimalType(terms)}`;
  const application = provenance(charge ? sql`lines.request` : loggedRow(terms), 'application', loaded);
  const gateway = provenance(charge ? sql`lines.gateway_seq` : sql`uncharged.gateway_seq`, 'gateway', loaded);
  const provider = charge ? provenance(sql`lines.seq`, 'provider', loaded) : { file: sql`null::varchar`, row: sql`null::bigint` };
  const main = charge ? 'lines' : 'uncharged';
  const { rounding } = terms;
  return {
    line: charge ? sql`lines.line` : sql`'uncharged'`,
    step: charge ? sql`coalesce(lines.main_step, lines.model_step, case when lines.line = 'charge' then 'serving' else lines.line end)` : sql`uncharged.step`,
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
    service: sql`profiles.service`,
    cost_center: sql`profiles.cost_center`,
    tenant: sql`profiles.tenant`,
    prompt_version: sql`profiles.prompt_version`,
    retry_reason: sql`profiles.retry_reason`,
    incident: incidentName(sql`${main}.incident`, terms),
    account_ref: lineAccount(charge, terms),
    key_ref: charge ? keyOf(terms) : sql`profiles.key_ref`,
    status: sql`${main}.status::varchar`,
    final_status: charge ? sql`lines.final_status::varchar` : sql`uncharged.status::varchar`,
    billable: charge ? sql`lines.billable` : sql`null::boolean`,
    final_billable: charge ? sql`case when lines.final_status is not null then lines.final_billable end` : sql`uncharged.billable`,
    attempt: charge ? sql`lines.attempt` : sql`null::integer`,
    role: sql`${main}.role::varchar`,
    model_expected: sql`expected_models.name`,
    model_billed: charge ? sql`billed_models.name` : sql`null::varchar`,
    serving: charge ? sql`lines.carries_expected` : sql`null::boolean`,
    ...priceColumns('', charge ? { rates: sql`rates`, tokens: sql`lines`, terms } : null),
    ...variantColumns('', charge ? { rates: sql`rates`, row: sql`own_row` } : null, terms),
    meters: charge && comparesMeters(terms) ? sql`case when not own_row.tokens_flawed then own_row.meters end` : sql`null::varchar`,
    subtotal: charge ? amount(sql`lines.value`) : nothing,
    rounding_mode: rounding === null ? sql`'none'` : literal(rounding.mode),
    rounding_quantum: rounding === null ? nothing : sql`${literal(rounding.quantum.toFixed())}::${decimalType(terms)}`,
    rounding_minimum: rounding === null || rounding.minimum === null ? nothing : sql`${literal(rounding.minimum.toFixed())}::${decimalType(terms)}`,
    rounded_total: charge ? sql`case when lines.at_cost then ${amount(sql`lines.rounded_cost`)} end` : nothing,
    currency: literal(terms.currency),
    covered_by: charge && hasCovers(terms) ? sql`lines.covered_by::varchar` : sql`null::varchar`,
    charged_amount: charge ? amount(sql`lines.charged`) : nothing,
    // Credits and the like are lines of the invoice: no request is made to absorb them.
    credits: nothing,
    adjustments: nothing,
    final_total: nothing,
    final_timestamp_utc: sql`make_timestamp(${charge && terms.pricedAt === 'request' ? sql`coalesce(expected_row.timestamp_utc, lines.priced_from)` : sql`expected_row.timestamp_utc`})::timestamptz`,
    ...priceColumns('expected_', { rates: sql`expected_rates`, tokens: sql`expected_row`, terms }),
    ...variantColumns('expected_', { rates: sql`expected_rates`, row: sql`expected_row` }, terms),
    expected_meters: comparesMeters(terms) ? sql`expected_row.meters` : sql`null::varchar`,
    units: terms.buckets === null ? sql`null::bigint` : charge ? sql`lines.units` : sql`1::bigint`,
    requests: terms.buckets !== null && charge ? sql`lines.requests` : sql`null::hugeint`,
    ...(charge ? chargeSteps(terms) : unchargedSteps(terms)),
  };
}

type PriceColumn = Extract<
  LineColumn,
  'snapshot' | 'tier' | 'unit_divisor' | 'ratio' | 'request_price' | `${(typeof tokenClasses)[number]}_${'quantity' | 'price'}`
>;

/** Quantities and rates of a price row, under the prefix; null = the line has none. */
function priceColumns<const Prefix extends '' | 'expected_'>(
  prefix: Prefix,
  from: { readonly rates: Sql; readonly tokens: Sql; readonly terms: Terms } | null,
): Record<`${Prefix}${PriceColumn}`, Sql> {
  const of = (column: string, expression: Sql): [string, Sql] => [`${prefix}${column}`, expression];
  if (from === null) {
    const none = (column: PriceColumn): [string, Sql] => of(column, sql`null`);
    const classes = tokenClasses.flatMap((name) => [none(`${name}_quantity`), none(`${name}_price`)]);
    return Object.fromEntries([none('snapshot'), none('tier'), none('unit_divisor'), ...classes, none('ratio'), none('request_price')]) as Record<
      `${Prefix}${PriceColumn}`,
      Sql
    >;
  }
  const { rates, tokens, terms } = from;
  const plain = (['snapshot', 'tier', 'unit_divisor', 'ratio', 'request_price'] as const).map((name) => of(name, sql`${rates}.${name}`));
  const classes = tokenClasses.flatMap((name) => [
    of(`${name}_quantity`, sql`${tokens}.${name}::${terms.count}`),
    of(`${name}_price`, sql`${rates}.${name}_price`),
  ]);
  return Object.fromEntries([...plain, ...classes]) as Record<`${Prefix}${PriceColumn}`, Sql>;
}

/** Tier, region and factor, under the prefix; null = the line has none. */
function variantColumns<const Prefix extends '' | 'expected_'>(
  prefix: Prefix,
  from: { readonly rates: Sql; readonly row: Sql } | null,
  { steps }: Terms,
): Record<`${Prefix}${'service_tier' | 'region' | 'factor'}`, Sql> {
  const told = from === null || !steps.includes('tier_difference') ? null : from;
  const of = (name: 'service_tier' | 'region' | 'factor', relation: Sql | undefined): [string, Sql] => [
    `${prefix}${name}`,
    relation === undefined ? sql`null` : sql`${relation}.${name}`,
  ];
  return Object.fromEntries([of('service_tier', told?.row), of('region', told?.row), of('factor', told?.rates)]) as ReturnType<typeof variantColumns<Prefix>>;
}

function incidentName(number: Sql, { incidents }: Terms): Sql {
  if (incidents.length === 0) return sql`null::varchar`;
  const names = incidents.map(({ id }, index) => sql`when ${index + 1} then ${literal(id)}`);
  return sql`case ${number} ${joinSql(names, ' ')} end`;
}

/** What the line of a charge puts into each step; null where it has no part in it. Most parts are none, and skip the conversion. */
function chargeSteps(terms: Terms): Record<RowStep, Sql> {
  const amount = (units: Sql): Sql => decimalOf(units, terms);
  const nothing = sql`null::${decimalType(terms)}`;
  const part = (step: RowStep): Sql => {
    // A step that a feature brings has a column of its own where it stands.
    if ((step === 'tier_difference' || step === 'meter_difference') && terms.steps.includes(step))
      return sql`case when lines.${step} <> 0 then ${amount(sql`lines.${step}`)} end`;
    switch (step) {
      case 'expected':
        return sql`case when ${terms.buckets === null ? sql`lines.carries_expected` : sql`lines.line = 'cell'`} then ${amount(sql`lines.expected_cost`)} end`;
      case 'price_timing':
      case 'token_difference':
      case 'rounding':
      case 'price_difference':
      case 'duplicate':
      case 'refund':
      case 'adjustment':
        return sql`case when lines.${step} <> 0 then ${amount(sql`lines.${step}`)} end`;
      case 'covered':
      case 'correction':
        return terms.steps.includes(step) ? sql`case when lines.${step} <> 0 then ${amount(sql`lines.${step}`)} end` : nothing;
      case 'fallback':
      case 'model_drift':
        return sql`case when lines.main_step = ${literal(step)} then lines.main_money when lines.model_step = ${literal(step)} then ${amount(sql`lines.model_amount`)} end`;
      case 'unpriced':
      case 'missing_usage':
        if (terms.carried === 'none') return sql`case when lines.main_step = ${literal(step)} then lines.main_money end`;
        return sql`case when lines.main_step = ${literal(step)} then lines.main_money when lines.model_step = ${literal(step)} then ${amount(sql`lines.model_amount`)} end`;
      default:
        return sql`case when lines.main_step = ${literal(step)} then lines.main_money end`;
    }
  };
  return recordOf(rowSteps, part);
}

function unchargedSteps(terms: Terms): Record<RowStep, Sql> {
  const parts = recordOf(rowSteps, (step) => sql`case when uncharged.step = ${literal(step)} then uncharged.main_money end`);
  return { ...parts, expected: decimalOf(sql`uncharged.expected_cost`, terms) };
}

/** By which rule a line came into its step (`LineReason`); null where there is but one. */
const reasonOf = {
  charge: ({ parts }: Terms): Sql => sql`case
    when lines.line = 'duplicate' then case when lines.provider_request_id is null then 'same-attempt' else 'same-record' end
    when lines.line <> 'charge' then null
    when lines.main_step in ('unpriced', 'missing_usage') and lines.step = lines.main_step then 'own-cost'
    when lines.main_step in ('unpriced', 'missing_usage') then
      case when lines.expected_state = 'unmapped' then 'no-expected-model' when lines.expected_state <> 'ok' then 'expected-cost' else 'expected-cost-then' end
    when lines.main_step = 'out_of_period' and not lines.in_period then 'final-outside-period'
    when lines.main_step = 'out_of_scope' then 'final-outside-scope'
    when lines.main_step in ('non_billable', 'status_difference') then case when lines.status is null then 'final-status' else 'own-status' end${parts === 'none' ? '' : "\n    when lines.part_of is not null and lines.place = 'fallback' then 'advisor' when lines.part_of is not null and lines.place = 'model_drift' then 'other-part'"}
    when lines.main_step = 'fallback' then case when lines.is_fallback then 'mapped-fallback' else 'expected-model' end
    when lines.place = 'serving' then coalesce(lines.basis, 'only-charge')
  end`,
  uncharged: sql`case uncharged.step when 'not_billable' then 'final-status' when 'in_transit' then uncharged.lateness end`,
};

/** The view `line_rows`, of every line. */
export async function createLineRows(database: Database, terms: Terms, surroundings: LineSurroundings): Promise<void> {
  await bringLines(database, sql`select * from lines`, terms, surroundings);
  const rows = lineRows(sql`lines`, terms, surroundings);
  // Sorting a hundred columns of many lines would take several times the memory that a run may have.
  await database.here.run(sql`create view line_rows as\n${terms.lasting === 'tables' ? inOrder(rows) : rows}`);
}

/**
 * The table `line_rows` of those lines that somebody is told of: those that move money away from what was expected, every request without a charge, of roundings
 * alone the three that moved most, and the lines of `ids`.
 */
export async function createToldLines(database: Database, terms: Terms, surroundings: LineSurroundings, ids: readonly string[]): Promise<void> {
  const named = ids.length === 0 ? sql`false` : sql`coalesce(request_id, provider_request_id) in (${joinSql(ids.map(literal))})`;
  await database.run(sql`create table told as
with looked_at as (
  select seq, rounding, price_timing <> 0 or ${named} as is_told
  from lines
),
most_rounded as (
  select seq
  from looked_at
  where rounding <> 0
  order by abs(rounding) desc, seq
  limit 3
)
select seq from noted_lines
union
select seq from looked_at where is_told
union
select seq from most_rounded`);
  await database.bring({ told: sql`select * from told` });
  await bringLines(database, sql`select lines.* from lines semi join told using (seq)`, terms, surroundings);
  await database.here.run(sql`create table line_rows as\n${inOrder(lineRows(sql`lines semi join told using (seq)`, terms, surroundings))}`);
}

/** What lines are laid out of, where files are written. */
async function bringLines(database: Database, lines: Sql, terms: Terms, { uncharged }: LineSurroundings): Promise<void> {
  const requests = sql`select request from (${lines}) as lines where carries_expected${uncharged === 'some' ? sql` union all select request from uncharged` : ''}`;
  await database.bring({
    lines,
    expected_rows: sql`select expected_rows.* from expected_rows semi join (${requests}) as needed using (request)`,
    ...(uncharged === 'some' ? { uncharged: sql`select * from uncharged` } : {}),
    ...(hasOwners(terms) ? { provider_owners: sql`select * from provider_owners` } : {}),
    profiles: sql`select * from profiles`,
    models: sql`select * from models`,
    rates: sql`select * from rates`,
  });
}

/** Nobody reads the two columns that say the order. */
function inOrder(rows: Sql): Sql {
  return sql`${rows}
order by side, place`;
}

/** Whether quantities are held against each other call by call. */
function comparesMeters({ steps }: Terms): boolean {
  return steps.includes('meter_difference');
}

/** Whether a class counts as input where the size of a call decides. */
function isInputPart(inside: TokenClass | null): boolean {
  return inside !== null && inside !== 'output' && inside !== 'reasoning';
}

/** Every column of the lines of `charges`, which has those of `lines`; `main_money` is converted once for all the steps that it may belong to. Where no request is without a charge the half about them is left out: it is planned as long as the other. */
function lineRows(charges: Sql, terms: Terms, surroundings: LineSurroundings): Sql {
  const list = (columns: Record<LineColumn, Sql>): Sql =>
    joinSql(
      lineColumns.map((name) => sql`${columns[name]} as ${name}`),
      ',\n  ',
    );
  const parts = (comparesMeters(terms) ? terms.meters : []).flatMap(({ meter }, index) =>
    isInputPart(meter.inside) ? [sql` + coalesce(lines.meter_${index}, 0)`] : [],
  );
  const totalInput = sql`case when lines.input is null then 0 else lines.input + coalesce(lines.cached_input, 0) + coalesce(lines.cache_write, 0) + coalesce(lines.cache_write_1h, 0)${joinSql(parts, '')} end`;
  // The size of a sum says nothing about that of its requests: only a model with one price shows it.
  const tier =
    terms.buckets === null
      ? sql`${totalInput} > rates.above and ${totalInput} <= rates.up_to`
      : sql`case when lines.line = 'cell' then rates.above < 0 and rates.up_to = ${unbounded} else 0 > rates.above and 0 <= rates.up_to end`;
  const unit = terms.buckets === null ? { profile: sql`profile`, model: sql`model` } : { profile: sql`unit_profile`, model: sql`expected_model` };
  const owners = hasOwners(terms) ? sql`\nleft join provider_owners as owners using (owner)` : '';
  const own = !terms.steps.includes('tier_difference') && !comparesMeters(terms) ? '' : sql`\nleft join provider as own_row on own_row.seq = lines.seq`;
  const charged = sql`select
  ${list(columnsOf('charge', terms, surroundings))},
  ${reasonOf.charge(terms)} as reason,
  0 as side,
  lines.seq as place
from (select *, ${decimalOf(sql`main_amount`, terms)} as main_money from ${charges}) as lines
left join profiles on profiles.profile = lines.profile${owners}${own}
left join models as billed_models on billed_models.model = lines.model
left join models as expected_models on expected_models.model = lines.expected_model
left join rates on rates.span = lines.price_span and rates.model = lines.model and ${tier}
left join expected_rows as expected_row on expected_row.request = case when lines.carries_expected then lines.request end
left join rates as expected_rates on expected_rates.span = lines.expected_span and expected_rates.model = lines.expected_model and expected_row.total_input > expected_rates.above and expected_row.total_input <= expected_rates.up_to`;
  if (surroundings.uncharged === 'none') return charged;
  return sql`${charged}
union all
select
  ${list(columnsOf('uncharged', terms, surroundings))},
  ${reasonOf.uncharged} as reason,
  1 as side,
  uncharged.request as place
from (select *, ${decimalOf(sql`-expected_cost`, terms)} as main_money from uncharged) as uncharged
join expected_rows as expected_row on expected_row.request = uncharged.request
left join profiles on profiles.profile = uncharged.${unit.profile}
left join models as expected_models on expected_models.model = uncharged.${unit.model}
left join rates as expected_rates on expected_rates.span = uncharged.price_span and expected_rates.model = uncharged.${unit.model} and expected_row.total_input > expected_rates.above and expected_row.total_input <= expected_rates.up_to`;
}

/** What the provider names; where the period is of several accounts, the one that the cut by account goes by. */
function lineAccount(charge: boolean, terms: Terms): Sql {
  if (namesAccounts(terms)) return charge ? accountOf(terms) : sql`profiles.account_ref`;
  return charge && hasOwners(terms) ? sql`owners.account_ref` : sql`null::varchar`;
}
