/** Cells: what lies in one bucket under the dimensions that both sides carry, ours beside theirs (SPEC §9). */
import { type BucketTerms, cellColumns, cellKeys, cellKeysOf } from './bucket-terms.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { roundedCost, table, type Terms, view } from '../terms.ts';
import { mixedKey } from '../../model/bridge.ts';
import type { BucketWidth } from '../../model/bucket-bounds.ts';
import { type BucketDimension, tokenClasses } from '../../model/evidence.ts';

const keys = joinSql(cellKeys);

/**
 * One row per cell: `units` and `expected_cost` are ours; `rows`, `requests` (null = not reported), `charged` (null = no row states an amount) and
 * `quantity_cost` theirs. `seq` is the first of their rows by content.
 */
export function cells(buckets: BucketTerms, terms: Terms): Sql {
  const rowKeys = { key_ref: sql`key_ref`, model_billed: sql`model`, service_tier: sql`service_tier`, region: sql`region` };
  const tokens = joinSql(tokenClasses.map((name) => sql`sum(${name})::hugeint as ${name}`));
  const noTokens = joinSql(tokenClasses.map((name) => sql`null::hugeint as ${name}`));
  return table(
    sql`cells`,
    sql`with theirs as (
  select
    bucket,
    ${cellKeysOf(buckets, rowKeys)},
    seq, place, requests, charged, has_quantities, cost_state, cost, first_span, ${joinSql(tokenClasses)}
  from valued_buckets
),
sides as (
  select bucket, ${keys}, count(*) as units, sum(expected_cost)::hugeint as expected_cost, 0 as rows, null::bigint as seq, null::hugeint as requests, null::hugeint as charged, null::hugeint as quantity_cost, null::boolean as is_cost, null::integer as price_span, ${noTokens}
  from units
  group by bucket, ${keys}
  union all
  select bucket, ${keys}, 0, 0, count(*), arg_min(seq, place), sum(requests)::hugeint, sum(charged)::hugeint, (sum(cost) filter (has_quantities))::hugeint, bool_and(cost_state = 'ok') filter (has_quantities), case when min(first_span) = max(first_span) then min(first_span) end, ${tokens}
  from theirs
  group by bucket, ${keys}
),
summed as (
  select
    bucket, ${keys},
    sum(units)::bigint as units,
    sum(expected_cost)::hugeint as expected_cost,
    sum(rows)::bigint as rows,
    max(seq) as seq,
    max(requests) as requests,
    max(charged) as charged,
    coalesce(bool_and(is_cost), false) as is_cost,
    max(quantity_cost) as quantity_cost,
    max(price_span) as price_span,
    ${joinSql(tokenClasses.map((name) => sql`max(${name}) as ${name}`))}
  from sides
  group by bucket, ${keys}
)
select
  row_number() over (order by summed.bucket, ${joinSql(cellKeys.map((key) => sql`summed.${key} nulls first`))}) as cell,
  bucket, ${keys}, units, expected_cost, rows, seq, requests, is_cost, quantity_cost, price_span, ${joinSql(tokenClasses)},
  ${chargedOf(buckets, terms)}::hugeint as charged,
  buckets.starts as timestamp_utc,
  buckets.day,
  ${nameOf(buckets)} as name,
  case when is_cost then quantity_cost else coalesce(${chargedOf(buckets, terms)}, 0) end::${terms.money} as value,
  case when rows = 0 then 'not_charged' when units = 0 then 'bucket_only' when is_cost then 'bucket_usage' else 'bucket_mix' end as step,
  coalesce(requests, units) as counted
from summed
join buckets using (bucket)
left join models using (model)`,
  );
}

/** A single line of an invoice that is our cost, rounded as invoices are, says that cost: what rounding added is a step of the invoice. */
function chargedOf({ lineRounding }: BucketTerms, terms: Terms): Sql {
  if (lineRounding === null) return sql`summed.charged`;
  const rounded = roundedCost(sql`summed.expected_cost`, { ...terms, rounding: { ...lineRounding, minimum: null } });
  return sql`(case when summed.rows = 1 and summed.units > 0 and summed.charged = ${rounded} then summed.expected_cost else summed.charged end)`;
}

const starts: Readonly<Record<BucketWidth, Sql>> = {
  '1h': sql`strftime(make_timestamp(buckets.starts), '%Y-%m-%dT%H:%MZ')`,
  '1d': sql`strftime(date '1970-01-01' + buckets.day, '%Y-%m-%d')`,
  '1M': sql`strftime(date '1970-01-01' + buckets.day, '%Y-%m')`,
  period: literal('period'),
};

/** `2026-05-10/chat/gpt-4o`: the bucket and what the dimensions say, as people ask for it. */
export function nameOf({ by, width }: BucketTerms): Sql {
  const word = (dimension: BucketDimension): Sql => (dimension === 'model_billed' ? sql`models.name` : sql`summed.${cellColumns[dimension]}`);
  return joinSql([starts[width], ...by.map((dimension) => sql`coalesce(${word(dimension)}, '(none)')`)], ` || '/' || `);
}

/** The keys of cells and of what lies in none, numbered in their own order, as `provider_owners` has them for rows. */
export function cellOwners(): Sql {
  return table(
    sql`provider_owners`,
    sql`with named as (
  select cell_key as key_ref
  from cells
  union
  select key_ref
  from bucket_rows
  where is_refund
)
select row_number() over (order by key_ref nulls first)::integer as owner, null::varchar as account_ref, key_ref
from named`,
  );
}

export function ownerJoin({ by }: BucketTerms, key: Sql): Sql {
  return by.includes('key_ref') ? sql`\nleft join provider_owners as owners on owners.key_ref is not distinct from ${key}` : sql``;
}

export function ownerOf({ by }: BucketTerms): Sql {
  return by.includes('key_ref') ? sql`owners.owner` : sql`null::integer as owner`;
}

/** What every request says where there are rows: E under the keys of the cell, and nothing else, since nothing else is told apart. */
export function countedUnits(buckets: BucketTerms): Sql {
  return view(
    sql`counted_units`,
    sql`select units.unit as request, null::integer as profile, null::role_name as role, units.day, 0::usmallint as incident, units.model, units.expected_cost, true as in_period, true as in_scope, ${ownerOf(buckets)}
from units${ownerJoin(buckets, sql`units.cell_key`)}`,
  );
}

/** Units in cells of which the provider has no row, each by itself. */
export function unchargedUnits(buckets: BucketTerms): Sql {
  return table(
    sql`uncharged`,
    sql`select
  units.unit as request,
  units.layer,
  units.seq,
  units.request_id,
  units.provider_request_id,
  units.timestamp_utc,
  units.status,
  true as billable,
  null::integer as profile,
  units.unit_profile,
  units.model,
  null::role_name as role,
  units.day,
  0::usmallint as incident,
  units.price_span,
  units.expected_model,
  units.expected_cost,
  case when units.layer = 'gateway' then units.seq end as gateway_seq,
  'not_charged' as step,
  true as is_explained,
  null::varchar as lateness,
  ${ownerOf(buckets)}
from units
join cells
  on ${sameCell(sql`units`)}${ownerJoin(buckets, sql`units.cell_key`)}
where cells.rows = 0`,
  );
}

/** Which cell each of the provider's rows fills, by name. */
export function cellRows(buckets: BucketTerms): Sql {
  return view(
    sql`cell_rows`,
    sql`with placed as (
  select seq, bucket, ${cellKeysOf(buckets, { key_ref: sql`key_ref`, model_billed: sql`model`, service_tier: sql`service_tier`, region: sql`region` })}
  from kept_charges
)
select placed.seq, cells.name
from placed
join cells on ${sameCell(sql`placed`)}`,
  );
}

/** On what a unit or a row of that relation lies in a cell. */
export function sameCell(relation: Sql): Sql {
  return joinSql([sql`cells.bucket = ${relation}.bucket`, ...cellKeys.map((key) => sql`cells.${key} is not distinct from ${relation}.${key}`)], '\n  and ');
}

/** The label of whatever a cut cannot tell apart. */
export const mixed = literal(mixedKey);
