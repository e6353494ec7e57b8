/** The terms of a run, ready for SQL: bounds, scales and the small look-up expressions that every relation shares. */
import { type Conversion, converted } from './conversions.ts';
import { brokenQuantity, meterColumns, type MeterTerm, meterUnits, quantityColumns } from './meter-terms.ts';
import { type PriceConditions, selections } from './price-conditions.ts';
import { identifier, joinSql, literal, sql, type Sql } from './sql.ts';
import type { BucketTerms } from './buckets/bucket-terms.ts';
import { partStride } from './reading/part-rows.ts';
import { type AmountColumn, amountColumns, columnType, decimalsColumn, defaultedColumns, isAmount, withDefault } from './reading/column-types.ts';
import type { RowStep } from '../model/bridge.ts';
import {
  type CanonicalColumn,
  canonicalColumns,
  columnDefaults,
  type Cover,
  type EvidenceLayer,
  isOfProvider,
  type Status,
  statuses,
  tokenClasses,
} from '../model/evidence.ts';
import type { CorrectedPeriod } from '../model/earlier-period.ts';
import type { Exception } from '../model/exception.ts';
import type { Day, Instant } from '../model/instant.ts';
import type { BillingRule, Contract, Incident, Period, Rounding } from '../model/ledger.ts';
import { type Money, toScaled } from '../model/money.ts';
import { recordOf } from '../model/record-of.ts';
import { firstMinuteOfWeek, microsecondsOfMinute, minutesOfWeek, type WeekPart } from '../model/variants.ts';

/** What a period declares as its own. */
export type Scope = Pick<Period, 'accounts' | 'environment' | 'models' | 'keys' | 'start' | 'end'>;

export interface Terms {
  /** Inclusive start and exclusive end of what is judged. */
  readonly start: Instant;
  readonly end: Instant;
  readonly accounts: readonly string[];
  readonly environment: string | null;
  /** null = all. */
  readonly models: readonly string[] | null;
  /** null = all. */
  readonly keys: readonly string[] | null;
  readonly currency: string;
  /** The currencies that amounts of rows are converted from, by layer and column. */
  readonly conversions: readonly Conversion[];
  readonly incidents: readonly Incident[];
  readonly exceptions: readonly Exception[];
  /** The day of the run. */
  readonly asOf: Day;
  readonly gross: 'parts' | 'cells';
  readonly billing: Readonly<Record<Status, BillingRule>>;
  readonly rounding: Rounding | null;
  /** What is charged of a covered call all the same, as a share of its cost, by what covers it. */
  readonly coverFees: Readonly<Partial<Record<Cover, Money>>>;
  /** Application rows are one per attempt, or one per request that carries its last attempt. */
  readonly applicationRows: 'attempts' | 'final-only';
  readonly gateway: 'present' | 'absent';
  /** Requests from here on may still be charged in a later export. */
  readonly inTransitFrom: Instant;
  /** Microseconds that the provider may take to show a charge. */
  readonly delay: bigint;
  /** Final statuses whose requests may take the token counts of their serving charge. */
  readonly providerCounted: readonly Status[];
  /** The times between which a prepaid balance is known to have fallen; null where it is not asked for. */
  readonly readings: { readonly opening: Instant; readonly closing: Instant } | null;
  /** What the ledger's other periods declare. */
  readonly otherScopes: readonly Scope[];
  readonly priceBoundaries: readonly Instant[];
  /** null where prices depend on model, size and snapshot alone. */
  readonly priceConditions: PriceConditions | null;
  /** What rows count beside tokens, by name; the place in the list is the number of the column. */
  readonly meters: readonly MeterTerm[];
  /** Whether any price rests on what it says that it needs, and not on tokens. */
  readonly needs: 'some' | 'none';
  /** Whether the contract explains another tier or region than was asked for. */
  readonly tiers: Contract['tiers'];
  /** Whether answers of the provider have parts of other models, and which models the contract lets answers consult. */
  readonly parts: 'none' | 'some';
  readonly advisors: readonly string[];
  /** Which time says which price a charge has. */
  readonly pricedAt: Contract['pricedAt'];
  readonly mappingBoundaries: readonly Instant[];
  /** Money is an integer × 10^-scale of this type; `bigint` where every amount of the run provably fits 17 digits. */
  readonly money: 'bigint' | 'hugeint';
  readonly scale: number;
  /** The narrowest type that holds every token count of the run. */
  readonly count: 'integer' | 'bigint';
  /** Different decimals of the amounts in each layer's rows. */
  readonly amountDecimals: Readonly<Record<EvidenceLayer, Readonly<Record<AmountColumn, readonly number[]>>>>;
  /** The earlier periods that rows correct, by id. */
  readonly corrected: readonly CorrectedPeriod[];
  /** The steps that can occur in this period, in report order. */
  readonly steps: readonly RowStep[];
  /** Whether the close before left open items. */
  readonly carried: 'some' | 'none';
  /** How the provider's rows sum up requests; null where each is a call. */
  readonly buckets: BucketTerms | null;
  /** How sums of the provider that stand beside its calls are cut; null where there are none. */
  readonly witness: BucketTerms | null;
  /** Relations that many statements read, the layers among them: of few rows computed once, since a view is planned anew in each; of many they would take room. */
  readonly lasting: 'tables' | 'views';
  /** The columns that each layer fills. */
  readonly filled: Readonly<Record<EvidenceLayer, readonly CanonicalColumn[]>>;
}

/** A relation, as the statement that creates it. */
export function table(name: Sql, query: Sql): Sql {
  return sql`create table ${name} as\n${query}`;
}
export function view(name: Sql, query: Sql): Sql {
  return sql`create view ${name} as\n${query}`;
}

/** A relation that has no row this time, by its columns' types: most joins with it are left out of a plan, where those with an empty table stay. */
export function emptyView(name: Sql, columns: Readonly<Record<string, Sql>>): Sql {
  return view(name, noRow(columns));
}

/** The same, where rows are still to come. */
export function emptyTable(name: Sql, columns: Readonly<Record<string, Sql>>): Sql {
  return table(name, noRow(columns));
}

function noRow(columns: Readonly<Record<string, Sql>>): Sql {
  return sql`select ${joinSql(Object.entries(columns).map(([column, type]) => sql`null::${type} as ${identifier(column)}`))}\nwhere false`;
}

/** A relation that many statements read. */
export function lasting(name: Sql, query: Sql, terms: Terms): Sql {
  return terms.lasting === 'tables' ? table(name, query) : view(name, query);
}

/** The number of boundaries that a timestamp has passed. */
export function spanOf(timestamp: Sql, boundaries: readonly Instant[]): Sql {
  if (boundaries.length === 0) return sql`0::usmallint`;
  const passed = [...boundaries].reverse().map((boundary, index) => sql`when ${timestamp} >= ${boundary} then ${boundaries.length - index}`);
  return sql`(case ${joinSql(passed, ' ')} else 0 end)::usmallint`;
}

/**
 * The price span of a row: the start of prices that it has passed and, where they are told apart, the hours of the week, the tier and the region.
 * Rows of one price span and model have the same prices.
 */
export function priceSpanOf(column: (name: 'timestamp_utc' | 'service_tier' | 'region') => Sql, terms: Terms): Sql {
  const span = spanOf(column('timestamp_utc'), terms.priceBoundaries);
  const conditions = terms.priceConditions;
  if (conditions === null) return span;
  const times = conditions.times.map(({ first, week }, index) => sql`when ${index} then ${first} + ${partOf(column('timestamp_utc'), week)}`);
  return sql`((case ${span} ${joinSql(times, ' ')} end) * ${selections(conditions)} + ${selectionOf(column, conditions)})::integer`;
}

/** The number of a row's tier and region within a part of a week. */
function selectionOf(column: (name: 'service_tier' | 'region') => Sql, { tiers, regions }: PriceConditions): Sql {
  const place = (name: 'service_tier' | 'region', values: readonly string[]): Sql => {
    const named = values.map((value, index) => sql`when ${column(name)} = ${literal(value)} then ${index + 1}`);
    return sql`(case when ${column(name)} is null then 0 ${joinSql(named, ' ')} else ${values.length + 1} end)`;
  };
  return sql`${place('service_tier', tiers)} * ${regions.length + 2} + ${place('region', regions)}`;
}

/** How far the price spans of one tier and region are apart. */
export function spansApart({ priceConditions }: Pick<Terms, 'priceConditions'>): number {
  return priceConditions === null ? 1 : selections(priceConditions);
}

/**
 * The first and the last price span that a stretch of time from `starts` up to `ends` may lie in, of rows of one tier and region.
 * Where prices depend on the hour every hour of the snapshots counts.
 */
export function priceSpansOf(
  { starts, ends }: { readonly starts: Sql; readonly ends: Sql },
  column: (name: 'service_tier' | 'region') => Sql,
  terms: Terms,
): { readonly first: Sql; readonly last: Sql } {
  const [first, last] = [spanOf(starts, terms.priceBoundaries), spanOf(sql`(${ends} - 1)`, terms.priceBoundaries)];
  const conditions = terms.priceConditions;
  if (conditions === null) return { first, last };
  const numbered = (span: Sql, number: (time: PriceConditions['times'][number]) => number): Sql =>
    sql`((case ${span} ${joinSql(
      conditions.times.map((time, index) => sql`when ${index} then ${number(time)}`),
      ' ',
    )} end) * ${selections(conditions)} + ${selectionOf(column, conditions)})::integer`;
  return { first: numbered(first, (time) => time.first), last: numbered(last, (time) => time.first + time.parts - 1) };
}

/** The part of a snapshot's week that a time lies in. */
function partOf(timestamp: Sql, week: readonly WeekPart[]): Sql {
  if (week.length <= 1) return sql`${week[0]?.part ?? 0}`;
  const length = BigInt(minutesOfWeek) * microsecondsOfMinute;
  const passed = sql`(((${timestamp} + ${BigInt(firstMinuteOfWeek) * microsecondsOfMinute}) % ${length} + ${length}) % ${length})`;
  const parts = [...week].reverse().map(({ from, part }) => sql`when ${passed} >= ${BigInt(from) * microsecondsOfMinute} then ${part}`);
  return sql`(case ${joinSql(parts, ' ')} end)`;
}

/** The price span at the time of one row with the tier and region of another. */
export function crossedSpan(time: Sql, selection: Sql, conditions: PriceConditions): Sql {
  return sql`(${time} // ${selections(conditions)} * ${selections(conditions)} + ${selection} % ${selections(conditions)})`;
}

/** True where a status is billable; null stays null. What is unverified counts as billable. */
export function billable(status: Sql, terms: Terms): Sql {
  const not = statuses.filter((name) => terms.billing[name] === 'not-billable').map(literal);
  return not.length === 0 ? sql`true` : sql`(${status} not in (${joinSql(not)}))`;
}

/** The first incident whose interval holds the time and whose services hold the service, counted from 1; 0 = none. */
export function incidentOf(timestamp: Sql, service: Sql, terms: Terms): Sql {
  if (terms.incidents.length === 0) return sql`0::usmallint`;
  const cases = terms.incidents.map(({ from, to, services }, index) => {
    const named = services.length === 0 ? '' : sql` and ${service} in (${joinSql(services.map(literal))})`;
    return sql`when ${timestamp} >= ${from} and ${timestamp} < ${to}${named} then ${index + 1}`;
  });
  return sql`(case ${joinSql(cases, ' ')} else 0 end)::usmallint`;
}

/** True where the account and the environment of a row are inside the declared scope; null is inside. */
export function inScope(column: (name: 'account_ref' | 'environment') => Sql, terms: Terms): Sql {
  const account = inAccounts(column('account_ref'), terms);
  return terms.environment === null ? account : sql`(${account} and coalesce(${column('environment')} = ${literal(terms.environment)}, true))`;
}

/** True where the account of a row is one of the declared ones; null is inside. */
export function inAccounts(account: Sql, { accounts }: Pick<Terms, 'accounts'>): Sql {
  return sql`coalesce(${account} in (${joinSql(accounts.map(literal))}), true)`;
}

/** True where the key of a row is inside the declared scope; null is inside. */
export function inKeys(key: Sql, { keys }: Pick<Terms, 'keys'>): Sql {
  return keys === null ? sql`true` : sql`coalesce(${key} in (${joinSql(keys.map(literal))}), true)`;
}

/** A cost rounded as the contract says, in scaled units; costs are never negative. Integer division is exact here because the operands are integers. */
export function roundedCost(cost: Sql, terms: Terms): Sql {
  if (terms.rounding === null) return cost;
  const { mode, minimum } = terms.rounding;
  const quantum = sql`${toScaled(terms.rounding.quantum, terms.scale)}::${terms.money}`;
  const rest = sql`(${cost} % ${quantum})`;
  const whole = sql`(${cost} // ${quantum})`;
  const carry = {
    'half-up': sql`${rest} * 2 >= ${quantum}`,
    'half-even': sql`${rest} * 2 > ${quantum} or (${rest} * 2 = ${quantum} and ${whole} % 2 = 1)`,
    up: sql`${rest} > 0`,
    down: sql`false`,
  }[mode];
  const rounded = sql`((${whole} + case when ${carry} then 1 else 0 end) * ${quantum})`;
  if (minimum === null) return rounded;
  return sql`case when ${cost} > 0 then greatest(${rounded}, ${toScaled(minimum, terms.scale)}::${terms.money}) else ${rounded} end`;
}

/** Whether charges may settle items that the close before left open: buckets name no request. */
export function maySettle({ carried, buckets }: Pick<Terms, 'carried' | 'buckets'>): boolean {
  return carried === 'some' && buckets === null;
}

/** Whether rows say that something else than the balance pays for them. */
export function hasCovers({ filled }: Pick<Terms, 'filled'>): boolean {
  return filled.provider.includes('covered_by');
}

/** The columns in which two rows of a layer can differ, for equality: everything that any file fills, with defaults, amounts scaled. */
export function contentColumns(layer: EvidenceLayer, terms: Terms): (CanonicalColumn | ContentColumn)[] {
  const filled = canonicalColumns.filter((column) => terms.filled[layer].includes(column)).map((column) => (isAmount(column) ? contentOf(column) : column));
  return layer === 'provider' && terms.parts === 'some' ? [...filled, 'parts'] : filled;
}

/** The scaled amount of a row in its own currency. */
export function contentOf(column: AmountColumn): (typeof contents)[AmountColumn] {
  return contents[column];
}

const contents = { charged_amount: 'charged_content', stated_amount: 'stated_content' } as const satisfies Record<AmountColumn, string>;
type ContentColumn = (typeof contents)[AmountColumn] | 'parts';

/** The same in the period's currency, where any is converted. */
const worthColumns = { charged_amount: 'charged_worth', stated_amount: 'stated_worth' } as const satisfies Record<AmountColumn, string>;

/** Row content as an order: the canonical columns in their order, as text by code point, the lowest first, null last. */
export function contentOrder(layer: EvidenceLayer, terms: Terms): Sql {
  return joinSql(
    contentColumns(layer, terms)
      .filter((column) => column !== 'timestamp_utc')
      .map((column) => {
        if (column === 'parts') return sql`parts nulls last`;
        if (column === 'charged_content' || column === 'stated_content') return sql`${decimalText(sql`${column}`, terms)} nulls last`;
        return sql`${columnType(column) === 'varchar' ? column : sql`${column}::varchar`} nulls last`;
      }),
  );
}

/** Scaled units as decimal text with every decimal written. */
function decimalText(units: Sql, terms: Terms): Sql {
  return sql`(${decimalOf(units, terms)})::varchar`;
}

/** Scaled units as an exact DECIMAL. */
export function decimalOf(units: Sql, terms: Terms): Sql {
  const type = decimalType(terms);
  if (terms.scale === 0) return sql`${units}::${type}`;
  const width = terms.money === 'bigint' ? 18 : 38;
  return sql`(${units}::decimal(${width}, 0) * ${literal(`0.${'1'.padStart(terms.scale, '0')}`)}::decimal(${terms.scale}, ${terms.scale}))::${type}`;
}

export function decimalType(terms: Terms): Sql {
  return terms.money === 'bigint' ? sql`decimal(18, ${terms.scale})` : sql`decimal(38, ${terms.scale})`;
}

/** A value where the row's counts are not flawed. */
function trusted(expression: Sql): Sql {
  return sql`case when not tokens_flawed then ${expression} end`;
}

/** The disjoint classes of a canonical row, without what meters count of them apart; null where the count is absent. */
function tokenExpressions(meters: readonly MeterTerm[]): Record<(typeof tokenClasses)[number], Sql> {
  const whole = {
    input: sql`input_tokens - coalesce(cached_input_tokens, 0) - coalesce(cache_write_tokens, 0) - coalesce(cache_write_1h_tokens, 0)`,
    cached_input: sql`cached_input_tokens`,
    cache_write: sql`cache_write_tokens`,
    cache_write_1h: sql`cache_write_1h_tokens`,
    output: sql`output_tokens - coalesce(reasoning_tokens, 0)`,
    reasoning: sql`reasoning_tokens`,
  };
  return recordOf(tokenClasses, (name) => {
    const apart = meters.flatMap(({ meter }, index) => (meter.inside === name ? [sql` - coalesce(quantity_${index}::bigint, 0)`] : []));
    return sql`${whole[name]}${joinSql(apart, '')}`;
  });
}

/** Where rows count beside tokens: their quantities, and whether these or what they leave of a class break the row's counts. */
function metering(meters: readonly MeterTerm[], classes: Record<(typeof tokenClasses)[number], Sql>): { readonly flaw: Sql; readonly stages: Sql } {
  const split = tokenClasses.filter((name) => meters.some(({ meter }) => meter.inside === name));
  const negative = split.map((name) => sql` or coalesce(${classes[name]} < 0, false)`);
  return {
    flaw: sql`tokens_flawed as counts_flawed`,
    stages: sql`,
quantities as (
  select *, ${joinSql(quantityColumns(meters))}
  from rows
),
metered as (
  select *, counts_flawed or ${brokenQuantity(meters)}${joinSql(negative, '')} as tokens_flawed
  from quantities
)`,
  };
}

/** A token-bearing row joined with its price row: which of `ok`, `unpriced`, `missing` it is. `row` and `price` are relation names. */
export function costState(row: Sql, price: Sql, terms: Terms): Sql {
  const quantities = [...tokenClasses.map((name) => sql`${name}`), ...meterColumns(terms.meters)];
  const classes = quantities.map((name) => sql`(${row}.${name} > 0 and ${price}.${name} is null)`);
  const tokens = joinSql(
    (['input', 'output'] as const).map((name) => sql`(${row}.${name} is null and coalesce(${price}.${name}, 1) <> 0)`),
    ' or ',
  );
  const needed = terms.meters.map((_, index) => sql` or (${price}.needs_${index} and ${row}.meter_${index} is null)`);
  const missing = terms.needs === 'none' ? tokens : sql`(${price}.needs_tokens and (${tokens})) or ${price}.lacks${joinSql(needed, '')}`;
  return sql`(case when ${price}.price is null or coalesce(${joinSql(classes, ' or ')}, false) then 'unpriced' when ${missing} then 'missing' else 'ok' end)::cost_state`;
}

/** Σ tokens × unit price + Σ quantities × meter price + request price, in scaled units; meaningful only where `costState` is `ok`. */
export function costOf(row: Sql, price: Sql, terms: Pick<Terms, 'meters'>): Sql {
  const products = [...tokenClasses.map((name) => sql`${name}`), ...meterColumns(terms.meters)].map(
    (name) => sql`coalesce(${row}.${name} * ${price}.${name}, 0)`,
  );
  return sql`(${joinSql(products, ' + ')} + ${price}.request)`;
}

/** The price row of a model at a time for a total input: one equality look-up, the tier as a range on both sides. */
export function priceJoin(price: Sql, span: Sql, model: Sql, row: Sql): Sql {
  return sql`left join prices as ${price} on ${price}.span = ${span} and ${price}.model = ${model} and ${row}.total_input > ${price}.above and ${row}.total_input <= ${price}.up_to`;
}

/**
 * A layer's rows with every canonical column, disjoint token classes, `total_input` and, for amounts, `charged` and `stated` in scaled
 * units of the period's currency, converted where the period states a rate. What a log names its charged amount is what it states.
 */
export function layerView(layer: EvidenceLayer, terms: Terms): Sql {
  const filled = terms.filled[layer];
  const columns = canonicalColumns.map((column) => {
    const defaulted = defaultedColumns.find((name) => name === column);
    if (defaulted !== undefined)
      return filled.includes(column) ? withDefault(defaulted) : sql`'${columnDefaults[defaulted]}'::${columnType(column)} as ${column}`;
    if (column === 'charged_currency' && isOfProvider(layer) && filled.includes(column))
      return sql`coalesce(charged_currency, ${literal(terms.currency)}) as charged_currency`;
    return filled.includes(column) ? sql`${column}` : sql`null::${columnType(column)} as ${column}`;
  });
  const scaled = (column: AmountColumn): Sql => {
    const decimals = terms.amountDecimals[layer][column];
    if (!filled.includes(column) || decimals.length === 0) return sql`null::${terms.money}`;
    const powers = decimals.map((places) => sql`when ${places} then ${10n ** BigInt(terms.scale - places)}`);
    return sql`(${column} * (case ${decimalsColumn(column)} ${joinSql(powers, ' ')} end)::hugeint)::${terms.money}`;
  };
  const known = (column: CanonicalColumn): CanonicalColumn[] => (filled.includes(column) ? [column] : []);
  const conversions = terms.conversions.filter((one) => one.layer === layer);
  const counted = [terms.currency, ...new Set(conversions.map(({ currency }) => currency))].map(literal);
  const foreign = known('charged_currency').length === 0 ? 'false' : sql`coalesce(charged_currency not in (${joinSql(counted)}), false)`;
  const worths = amountColumns.filter((column) => conversions.some((one) => one.column === column));
  const worthOf = (column: AmountColumn): Sql => (worths.includes(column) ? sql`${worthColumns[column]}` : sql`${contentOf(column)}`);
  const ofColumn = (column: AmountColumn): readonly Conversion[] => conversions.filter((one) => one.column === column);
  const amounts = joinSql([
    ...amountColumns.map((column) => sql`${scaled(column)} as ${contentOf(column)}`),
    ...worths.map((column) => sql`(${converted(ofColumn(column), terms.scale, scaled(column))})::${terms.money} as ${worthColumns[column]}`),
  ]);
  const rowsOf = (
    table: Sql,
    seq: Sql,
    part: Sql,
  ): Sql => sql`select ${seq} as seq, file, ${part}${metered.flaw}, ${joinSql(columns)}, ${amounts}, ${foreign} as foreign_currency
  from ${table}
  where not skipped`;
  const whole = sql`${layer}_rows`;
  const hasParts = layer === 'provider' && terms.parts === 'some';
  const expressions = tokenExpressions(terms.meters);
  const tokens = [
    ...tokenClasses.map((name) => sql`${trusted(expressions[name])} as ${name}`),
    ...terms.meters.map((meter, index) => sql`${trusted(meterUnits(meter, index))} as meter_${index}`),
  ];
  const metered = terms.meters.length === 0 ? { flaw: sql`tokens_flawed`, stages: sql`` } : metering(terms.meters, expressions);
  return lasting(
    sql`${layer}`,
    sql`with rows as (
  ${hasParts ? sql`${rowsOf(whole, sql`rowid`, sql`null::bigint as part_of, parts, `)}\n  union all\n  ${rowsOf(sql`${layer}_parts`, sql`part_of + part_number * ${partStride}`, sql`part_of, null::varchar as parts, `)}` : rowsOf(whole, sql`rowid`, sql``)}
)${metered.stages}
select *,
  ${joinSql(tokens, ',\n  ')},
  case when tokens_flawed then 0 else coalesce(input_tokens, 0) end as total_input,
  case when not foreign_currency then ${worthOf('charged_amount')} end as charged,
  case when not foreign_currency then ${isOfProvider(layer) ? worthOf('stated_amount') : sql`coalesce(${worthOf('stated_amount')}, ${worthOf('charged_amount')})`} end as stated
from ${terms.meters.length === 0 ? 'rows' : 'metered'}`,
    terms,
  );
}
