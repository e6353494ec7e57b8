/** Repeated provider rows: export duplicates, duplicate charges and repeated refunds. */
import { joinSql, sql, type Sql } from '../sql.ts';
import { contentColumns, contentOrder, emptyView, table, type Terms } from '../terms.ts';
import { tokenColumns } from '../../model/evidence.ts';

/** Rows that share an id with another row that is not set aside: only they pay for windows. Hashes are counted first, ids decide. */
export function providerRepeats(terms: Terms): Sql {
  // A response id makes no duplicate, but a row that carries one can be told to be exported twice.
  const responses = terms.filled.provider.includes('response_id')
    ? {
        shared: sql`,
shared_responses as (
  select response_id
  from present
  where provider_request_id is null and attempt is null and response_id is not null
  group by response_id
  having count(*) > 1
)`,
        rows: sql`
union all
select present.seq
from present
semi join shared_responses using (response_id)
where present.provider_request_id is null and present.attempt is null`,
      }
    : { shared: sql``, rows: sql`` };
  return table(
    sql`provider_repeats`,
    sql`with present as (
  select seq, request_id, provider_request_id, response_id, attempt
  from provider
  anti join (select seq from linked where aside is not null) as set_aside using (seq)${terms.parts === 'none' ? '' : '\n  where part_of is null'}
),
suspects as (
  select hash(provider_request_id) as id_hash
  from present
  where provider_request_id is not null
  group by id_hash
  having count(*) > 1
),
shared_ids as (
  select provider_request_id
  from present
  where provider_request_id is not null and hash(provider_request_id) in (select id_hash from suspects)
  group by provider_request_id
  having count(*) > 1
),
shared_attempts as (
  select request_id, attempt
  from present
  where provider_request_id is null and attempt is not null
  group by request_id, attempt
  having count(*) > 1
)${responses.shared}
select present.seq
from present
semi join shared_ids using (provider_request_id)
union all
select present.seq
from present
join shared_attempts
  on shared_attempts.request_id is not distinct from present.request_id
  and shared_attempts.attempt = present.attempt
where present.provider_request_id is null${responses.rows}`,
  );
}

/** Fate of every repeated row; `conflicting` says that a duplicate differs from the row that it repeats in model, tokens or amount. One window gives every row its place, copies side by side. */
export function providerFates(terms: Terms): Sql {
  const facts = [
    'model_billed',
    ...tokenColumns,
    'charged_content',
    'charged_currency',
    'status',
    ...(terms.parts === 'none' ? [] : (['parts'] as const)),
  ] as const;
  const content = sql`row(${joinSql(contentColumns('provider', terms))})`;
  return table(
    sql`provider_fates`,
    sql`with repeated as (
  select
    provider.*,
    case when linked.is_charge then 'charge' when linked.is_refund then 'refund' else 'error' end as family
  from provider
  join linked using (seq)
  semi join provider_repeats using (seq)
),
placed as materialized (
  select
    seq,
    family,
    row(family, provider_request_id, case when provider_request_id is null then request_id end, case when provider_request_id is null then attempt end) as identity,
    provider_request_id is not null or (request_id is not null and attempt is not null) as identifiable,
    row(${joinSql(facts)}) as facts,
    row_number() over in_order as place,
    lag(${content}) over in_order is not distinct from ${content} as is_copy
  from repeated
  window in_order as (order by timestamp_utc, provider_request_id nulls last, ${contentOrder('provider', terms)}, seq)
),
originals as (
  select identity, min(place) as place, arg_min(facts, place) as facts
  from placed
  where not is_copy and identifiable
  group by identity
)
select
  placed.seq,
  case
    when placed.is_copy then 'export-duplicate'
    when placed.family = 'charge' and placed.place > originals.place then 'duplicate'
    when placed.family = 'refund' and placed.place > originals.place then 'refund-repeated'
    else 'kept'
  end as fate,
  originals.place is not null and placed.facts is distinct from originals.facts as conflicting
from placed
left join originals on originals.identity is not distinct from placed.identity`,
  );
}

/** Where no id repeats. */
export function noProviderFates(): Sql {
  return emptyView(sql`provider_fates`, { seq: sql`bigint`, fate: sql`varchar`, conflicting: sql`boolean` });
}
