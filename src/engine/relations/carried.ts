/** Open items of the close before, and the charges that settle them (SPEC §4.1, row 5). Exists only where there are any. */
import type { Database } from '../database.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { contentOrder, costOf, costState, crossedSpan, emptyView, priceJoin, priceSpanOf, table, type Terms } from '../terms.ts';
import { tokenColumns } from '../../model/evidence.ts';
import type { Mapping } from '../../model/ledger.ts';
import { recordOf } from '../../model/record-of.ts';

/** What the scale and type of money must hold. */
export interface CarriedBounds {
  readonly decimals: number;
  /** The largest E in units of those decimals. */
  readonly most: bigint;
  /** The largest token count. */
  readonly mostTokens: bigint;
}

/** The columns of a list of open items as closes first wrote it. */
const firstColumns = ['request_id', 'provider_request_id', 'timestamp_utc', 'expected_model', 'expected_cost', 'period'] as const;
/** What the final row says beside its ids, by which the difference between charge and E can be told: its counts as `trueup` writes them, its primary mappings as a JSON array. */
export const openItemDetails = ['primary_mappings', ...tokenColumns, 'service_tier', 'region'] as const;
/** The columns of a list of open items. */
export const openItemColumns = [...firstColumns, ...openItemDetails] as const;

/** A cell as it was before it was made safe for a spreadsheet. */
function plain(column: (typeof openItemColumns)[number]): Sql {
  return sql`case when regexp_matches(${column}, '^''+[=+\\-@\\t\\r]') then ${column}[2:] else ${column} end as ${column}`;
}

/** The reverse: text that a spreadsheet would run gets an apostrophe, and so does text that looks as if it had one. */
export function spreadsheetSafe(expression: Sql): Sql {
  return sql`case when regexp_matches(${expression}, '^''*[=+\\-@\\t\\r]') then '''' || ${expression} else ${expression} end`;
}

/**
 * Loads the list as `carried_source`: ids, model and period as text, `sent` in microseconds, E as its digits and their decimals, and the details, which are
 * all null where an older close wrote the list.
 */
export async function loadCarried(database: Database, path: string): Promise<CarriedBounds> {
  const described = await database.rows(
    sql`describe select * from read_csv(${literal(path)}, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"')`,
  );
  const written = described.length > firstColumns.length ? openItemColumns : firstColumns;
  const columns = joinSql(written.map((column) => sql`${literal(column)}: 'VARCHAR'`));
  const counts: readonly string[] = tokenColumns;
  const details = openItemDetails.map((column) => {
    const isCount = counts.includes(column);
    if (written === firstColumns) return sql`null::${isCount ? 'bigint' : 'varchar'} as ${column}`;
    return isCount ? sql`${column}::bigint as ${column}` : plain(column);
  });
  await database.run(sql`create table carried_source as
select
  ${joinSql((['request_id', 'provider_request_id', 'expected_model', 'period'] as const).map(plain), ',\n  ')},
  epoch_us(timestamp_utc::timestamp) as sent,
  replace(expected_cost, '.', '')::hugeint as digits,
  length(split_part(expected_cost, '.', 2)) as decimals,
  expected_cost,
  ${joinSql(details, ',\n  ')}
from read_csv(${literal(path)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', columns = {${columns}}, strict_mode = true)`);
  const [row] = await database.rows(sql`with widest as (
  select max(decimals) as decimals
  from carried_source
)
select
  widest.decimals,
  max((digits::varchar || repeat('0', widest.decimals - carried_source.decimals))::hugeint)::varchar as most,
  max(greatest(${joinSql(tokenColumns.map((column) => sql`coalesce(${column}, 0)`))}))::varchar as most_tokens
from carried_source
cross join widest
group by widest.decimals`);
  return {
    decimals: Number(row?.['decimals'] ?? 0),
    most: BigInt(String(row?.['most'] ?? '0')),
    mostTokens: BigInt(String(row?.['most_tokens'] ?? '0')),
  };
}

/** The open items with E in scaled units; an id that two items share names neither. */
export function carried(terms: Terms): Sql {
  return table(
    sql`carried`,
    sql`select
  request_id,
  case when count(*) over (partition by provider_request_id) = 1 then provider_request_id end as provider_request_id,
  sent,
  (digits::varchar || repeat('0', ${terms.scale} - decimals))::hugeint::${terms.money} as expected,
  expected_model,
  ${joinSql(openItemDetails, ',\n  ')}
from carried_source`,
  );
}

/**
 * Kept charges of open items. `settles`: the serving charge of an item. A request that is counted in this period has its own E and its own
 * serving charge: its charges end the waiting (`counted`), and nothing else. Other charges of an item go on as those of a request before the period.
 */
export function carriedCharges(terms: Terms): Sql {
  const ties = sql`provider_request_id nulls last, ${contentOrder('provider', terms)}, seq`;
  return table(
    sql`carried_charges`,
    sql`with named as (
  select kept_charges.seq, carried.request_id as item
  from kept_charges
  join carried on carried.request_id = kept_charges.request_id
),
matched as (
  select seq, item
  from named
  union all
  select kept_charges.seq, carried.request_id as item
  from kept_charges
  join carried on carried.provider_request_id = kept_charges.provider_request_id
  where kept_charges.link = 'none' and kept_charges.seq not in (select seq from named)
),
candidates as (
  select
    provider.*,
    matched.item,
    kept_charges.link = 'request' and kept_charges.in_period and kept_charges.in_scope as counted,
    kept_charges.link = 'request' and coalesce(contests.serving, true) as chosen,
    coalesce(provider.provider_request_id = carried.provider_request_id, false) as names_final,
    ${terms.parts === 'none' ? 'true' : 'provider.part_of is null'} as is_whole,
    carried.expected
  from matched
  join kept_charges on kept_charges.seq = matched.seq
  join provider on provider.seq = matched.seq
  join carried on carried.request_id = matched.item
  left join contests on contests.seq = matched.seq
)
select
  seq,
  item,
  expected,
  counted,
  not counted and is_whole and row_number() over (
    partition by item, counted, is_whole
    order by chosen desc, names_final desc, coalesce(status = 'success', true) desc, attempt desc nulls last, timestamp_utc desc, ${ties}
  ) = 1 as settles
from candidates`,
  );
}

/** Where the provider's rows name no request: no item is settled by one. */
export function noCarriedCharges(terms: Terms): Sql {
  return emptyView(sql`carried_charges`, { seq: sql`bigint`, item: sql`varchar`, expected: sql`${terms.money}`, counted: sql`boolean`, settles: sql`boolean` });
}

/** `fallback_mappings`: which models may stand in for which primary, and when. */
export function fallbackMappings(mappings: readonly Mapping[]): Sql {
  const rows = mappings
    .filter(({ role }) => role === 'fallback')
    .map(
      ({ fallbackFor, billableModel, from, to }) =>
        sql`(${fallbackFor === null ? 'null' : literal(fallbackFor)}, ${literal(billableModel)}, ${from}, ${to ?? 'null'})`,
    );
  const values = rows.length === 0 ? sql`(null, null, null, null)` : joinSql(rows);
  return table(
    sql`fallback_mappings`,
    sql`select primary_name::varchar as primary_name, model::varchar as model, starts::bigint as starts, ends::bigint as ends
from (values ${values}) as listed (primary_name, model, starts, ends)
where primary_name is not null`,
  );
}

/** What `carried_splits` tells of a charge. */
export const carriedSplitColumns = [
  'carried_other',
  'carried_fallback',
  'carried_state',
  'carried_timed',
  'carried_varied_state',
  'carried_varied',
  'carried_served_state',
  'carried_served',
] as const;

/**
 * What the charges that settle open items would have cost, as a serving charge's divergences are told: the expected model's cost of the stored tokens at the
 * charge's time (`timed`; `varied` in its tier and region), and that of the billed model (`served`). An item of an older close, which has no tokens, has no row.
 */
export function carriedSplits(terms: Terms): Sql {
  const [isSo, state, cost] = [sql`boolean`, sql`cost_state`, sql`${terms.money}`];
  // What meters counted is not in the list, and a cost without it would be another one.
  if (terms.meters.length > 0)
    return emptyView(sql`carried_splits`, {
      seq: sql`bigint`,
      ...recordOf(carriedSplitColumns, (name) => (name.endsWith('_state') ? state : name === 'carried_other' || name === 'carried_fallback' ? isSo : cost)),
    });
  const { priceConditions: conditions } = terms;
  const storedSpan = priceSpanOf((name) => (name === 'timestamp_utc' ? sql`carried.sent` : sql`carried.${name}`), terms);
  const timedSpan = conditions === null ? sql`items.price_span` : crossedSpan(sql`items.price_span`, sql`items.stored_span`, conditions);
  const unmapped = sql`items.primary_mappings is null or items.expected_model is null`;
  return table(
    sql`carried_splits`,
    sql`with items as (
  select
    carried_charges.seq,
    kept_charges.model,
    kept_charges.price_span,
    expected_models.model as expected_model,
    carried.primary_mappings,
    carried.sent,
    billed.name as billed_name,
    ${conditions === null ? sql`` : sql`${storedSpan} as stored_span,\n    `}(carried.input_tokens - coalesce(carried.cached_input_tokens, 0) - coalesce(carried.cache_write_tokens, 0) - coalesce(carried.cache_write_1h_tokens, 0)) as input,
    carried.cached_input_tokens as cached_input,
    carried.cache_write_tokens as cache_write,
    carried.cache_write_1h_tokens as cache_write_1h,
    carried.output_tokens - coalesce(carried.reasoning_tokens, 0) as output,
    carried.reasoning_tokens as reasoning,
    coalesce(carried.input_tokens, 0) as total_input
  from carried_charges
  join carried on carried.request_id = carried_charges.item
  join kept_charges on kept_charges.seq = carried_charges.seq
  left join models as expected_models on expected_models.name = carried.expected_model
  left join models as billed on billed.model = kept_charges.model
  where carried_charges.settles
    and (${joinSql(
      openItemDetails.map((column) => sql`carried.${column} is not null`),
      ' or ',
    )})
),
fallbacks as (
  select items.seq
  from items
  join fallback_mappings
    on list_contains(from_json(items.primary_mappings, '["VARCHAR"]'), fallback_mappings.primary_name)
    and fallback_mappings.model = items.billed_name
    and items.sent >= fallback_mappings.starts
    and (fallback_mappings.ends is null or items.sent < fallback_mappings.ends)
  group by items.seq
)
select
  items.seq,
  items.model is distinct from items.expected_model as carried_other,
  items.seq in (select seq from fallbacks) as carried_fallback,
  case when ${unmapped} then 'unmapped' else ${costState(sql`items`, sql`timed`, terms)} end::cost_state as carried_state,
  ${costOf(sql`items`, sql`timed`, terms)}::${terms.money} as carried_timed,
  ${costState(sql`items`, sql`varied`, terms)} as carried_varied_state,
  ${costOf(sql`items`, sql`varied`, terms)}::${terms.money} as carried_varied,
  ${costState(sql`items`, sql`served`, terms)} as carried_served_state,
  ${costOf(sql`items`, sql`served`, terms)}::${terms.money} as carried_served
from items
${priceJoin(sql`timed`, timedSpan, sql`items.expected_model`, sql`items`)}
${priceJoin(sql`varied`, sql`items.price_span`, sql`items.expected_model`, sql`items`)}
${priceJoin(sql`served`, sql`items.price_span`, sql`items.model`, sql`items`)}`,
  );
}
