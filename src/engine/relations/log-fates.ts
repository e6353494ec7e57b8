/** What becomes of log rows: export duplicates and duplicates leave; of the rest one row is the first and one the final of its request. */
import { joinSql, sql, type Sql } from '../sql.ts';
import { contentColumns, contentOrder, emptyView, table, type Terms, view } from '../terms.ts';

type LogLayer = 'application' | 'gateway';

/** Requests with more than one row in the layer: only they pay for windows. Hashes of eight bytes are counted first; the ids of those that occur twice decide. */
export function repeatedRequests(layer: LogLayer): Sql {
  return table(
    sql`${layer}_repeats`,
    sql`with suspects as (
  select hash(request_id) as request_hash
  from ${layer}
  group by request_hash
  having count(*) > 1
)
select request_id
from ${layer}
where hash(request_id) in (select request_hash from suspects)
group by request_id
having count(*) > 1`,
  );
}

/** The fate of every row of a repeated request, with its rank as first and as final row among the kept ones. */
export function logFates(layer: LogLayer, terms: Terms): Sql {
  const ties = sql`provider_request_id nulls last, ${contentOrder(layer, terms)}, seq`;
  return table(
    sql`${layer}_fates`,
    sql`with repeated as (
  select ${layer}.*
  from ${layer}
  semi join ${layer}_repeats using (request_id)
),
copies as (
  select *, row_number() over (partition by ${joinSql(contentColumns(layer, terms))} order by seq) as copy
  from repeated
),
tries as (
  select *, row_number() over (partition by request_id, attempt, copy = 1 order by timestamp_utc, ${ties}) as try
  from copies
),
fates as (
  select *, case when copy > 1 then 'export-duplicate' when attempt is not null and try > 1 then 'duplicate' else 'kept' end as fate
  from tries
)
select
  seq,
  request_id,
  attempt,
  fate,
  row_number() over (partition by request_id, fate = 'kept' order by attempt nulls last, timestamp_utc, ${ties}) as first_rank,
  row_number() over (partition by request_id, fate = 'kept' order by status = 'success' desc, attempt desc nulls last, timestamp_utc desc, ${ties}) as final_rank,
  count(*) over (partition by request_id, fate = 'kept') as rows
from fates`,
  );
}

/** Where no request repeats. */
export function noLogFates(layer: LogLayer): Sql {
  return emptyView(sql`${layer}_fates`, {
    seq: sql`bigint`,
    request_id: sql`varchar`,
    attempt: sql`integer`,
    fate: sql`varchar`,
    first_rank: sql`bigint`,
    final_rank: sql`bigint`,
    rows: sql`bigint`,
  });
}

/** The layer without export duplicates and duplicates. */
export function keptRows(layer: LogLayer): Sql {
  return view(
    sql`${layer}_kept`,
    sql`select ${layer}.*
from ${layer}
anti join (select seq from ${layer}_fates where fate <> 'kept') as left_out using (seq)`,
  );
}

/** One row per request of the gateway: its first kept row and how many there are. */
export function gatewayRequests(): Sql {
  return view(
    sql`gateway_requests`,
    sql`select request_id, seq, timestamp_utc, 1 as rows
from gateway
anti join gateway_repeats using (request_id)
union all
select gateway_fates.request_id, gateway_fates.seq, gateway.timestamp_utc, gateway_fates.rows
from gateway_fates
join gateway using (seq)
where gateway_fates.fate = 'kept' and gateway_fates.first_rank = 1`,
  );
}
