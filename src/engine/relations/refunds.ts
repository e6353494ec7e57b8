/** Which rows of kind refund or adjustment are refunds: they fit what was charged before (SPEC §3, Kinds). Exists only where the export states kinds. */
import { sql, type Sql } from '../sql.ts';
import { contentOrder, emptyView, roundedCost, table, type Terms } from '../terms.ts';

/** Where a provider export states no kinds, every row is a charge. */
export function statesKinds(terms: Pick<Terms, 'filled'>): boolean {
  return terms.filled.provider.includes('kind');
}

/** The money of a charge for those who give it back: reported, else rounded cost, else nothing. */
function moneyOf(terms: Terms): Sql {
  return sql`case when charged is not null then charged when billable and cost_state = 'ok' then ${roundedCost(sql`cost`, terms)} else 0 end::${terms.money}`;
}

/** Negative rows of kind refund or adjustment that correct no earlier period. */
export function refundRows(terms: Terms): Sql {
  const corrects = terms.filled.provider.includes('corrects');
  return table(
    sql`refund_rows`,
    sql`select linked.seq, linked.provider_request_id, -linked.charged as size, case when linked.link <> 'none' then linked.request_id end as request_id
from linked
anti join (select seq from provider_fates where fate = 'export-duplicate') as repeated using (seq)
where linked.aside is null and linked.is_refund and linked.charged < 0${corrects ? ' and linked.seq not in (select seq from corrections)' : ''}`,
  );
}

/**
 * Negative rows in order of time, each with the kept charge that it names by the provider's id, and the request whose charges it may give back.
 * A row that names neither gives nothing back. `place` counts through all of them, those of one request together.
 */
export function refundClaims(terms: Terms): Sql {
  return table(
    sql`refund_claims`,
    sql`with named as (
  select ${terms.parts === 'none' ? sql`seq, provider_request_id, case when link <> 'none' then request_id end as request_id, ${moneyOf(terms)} as money` : sql`coalesce(part_of, seq) as seq, provider_request_id, any_value(case when link <> 'none' then request_id end) as request_id, sum(${moneyOf(terms)})::${terms.money} as money`}
  from kept_charges
  semi join refund_rows using (provider_request_id)${terms.parts === 'none' ? '' : '\n  group by coalesce(part_of, seq), provider_request_id'}
),
claims as (
  select
    refund_rows.seq,
    refund_rows.size,
    named.seq as charge,
    named.money as charge_money,
    case when named.seq is null then refund_rows.request_id else named.request_id end as request_id
  from refund_rows
  left join named using (provider_request_id)
),
requests_money as (
  select request_id, sum(${moneyOf(terms)})::hugeint as money
  from kept_charges
  semi join (select request_id from claims where request_id is not null) as claimed using (request_id)
  where link <> 'none'
  group by request_id
),
backed as (
  select
    provider.*,
    claims.charge,
    claims.request_id as claimed_request,
    claims.size,
    claims.charge_money,
    requests_money.money as request_money
  from claims
  join provider on provider.seq = claims.seq
  left join requests_money on requests_money.request_id = claims.request_id
  where claims.charge is not null or requests_money.request_id is not null
)
select
  seq,
  charge,
  claimed_request as request_id,
  size,
  charge_money,
  request_money,
  row_number() over (
    order by
      claimed_request nulls last, case when claimed_request is null then charge end,
      timestamp_utc, provider_request_id nulls last, ${contentOrder('provider', terms)}, seq
  ) as place
from backed`,
  );
}

/** Claims of requests, and of charges without a request, that give back more than was charged: only of these one by one is to be asked what still fits. */
export function overdrawnClaims(): Sql {
  return table(
    sql`overdrawn_claims`,
    sql`with charges as (
  select charge, any_value(request_id) as request_id
  from refund_claims
  where charge is not null
  group by charge
  having sum(size) > any_value(charge_money)
),
overdrawn as (
  select request_id
  from refund_claims
  where request_id is not null
  group by request_id
  having sum(size) > any_value(request_money)
  union
  select request_id
  from charges
  where request_id is not null
)
select refund_claims.*
from refund_claims
semi join overdrawn using (request_id)
union all
select refund_claims.*
from refund_claims
semi join (select charge from charges where request_id is null) as lone using (charge)`,
  );
}

/** Rows that are refunds as a whole. `overdrawn_fits` holds what fits of the overdrawn claims. */
export function refundFits(): Sql {
  return table(
    sql`refund_fits`,
    sql`select seq
from refund_claims
anti join overdrawn_claims using (seq)
union all
select seq
from overdrawn_fits`,
  );
}

/** Where no row gives money back. */
export function noRefundFits(): Sql {
  return emptyView(sql`refund_fits`, { seq: sql`bigint` });
}
