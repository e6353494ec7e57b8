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
  anti join (select seq from linked where aside is not null) as set_aside using (seq)
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

/** Fate of every repeated row; `original` is the row that a duplicate repeats, `conflicting` says that it differs from it in model, tokens or amount. */
export function providerFates(terms: Terms): Sql {
  const order = sql`timestamp_utc, provider_request_id nulls last, ${contentOrder('provider', terms)}, seq`;
  const facts = ['model_billed', ...tokenColumns, 'charged_content', 'charged_currency', 'status'] as const;
  return table(
    sql`provider_fates`,
    sql`with repeated as (
  select provider.*, linked.is_charge, linked.is_refund
  from provider
  join linked using (seq)
  semi join provider_repeats using (seq)
),
copies as (
  select *, row_number() over (partition by ${joinSql(contentColumns('provider', terms))} order by seq) as copy
  from repeated
),
identified as (
  select
    *,
    case when is_charge then 'charge' when is_refund then 'refund' else 'error' end as family,
    case when provider_request_id is null then request_id end as attempt_request,
    case when provider_request_id is null then attempt end as attempt_number,
    provider_request_id is not null or (request_id is not null and attempt is not null) as identifiable
  from copies
),
tries as (
  select
    *,
    row_number() over same as try,
    first_value(seq) over same as original,
    first_value(row(${joinSql(facts)})) over same as original_facts
  from identified
  window same as (partition by family, copy = 1, provider_request_id, attempt_request, attempt_number order by ${order})
)
select
  seq,
  original,
  case
    when copy > 1 then 'export-duplicate'
    when family = 'charge' and identifiable and try > 1 then 'duplicate'
    when family = 'refund' and identifiable and try > 1 then 'refund-repeated'
    else 'kept'
  end as fate,
  row(${joinSql(facts)}) is distinct from original_facts as conflicting
from tries`,
  );
}

/** Where no id repeats. */
export function noProviderFates(): Sql {
  return emptyView(sql`provider_fates`, { seq: sql`bigint`, original: sql`bigint`, fate: sql`varchar`, conflicting: sql`boolean` });
}
