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

/**
 * The fate of every row of a repeated request, and which of the kept ones are its first and its final row, of how many. One window gives every row its place
 * among all of them, copies side by side; what follows compares narrow rows of numbers.
 */
export function logFates(layer: LogLayer, terms: Terms): Sql {
  const content = sql`row(${joinSql(contentColumns(layer, terms))})`;
  return table(
    sql`${layer}_fates`,
    sql`with repeated as (
  select ${layer}.*
  from ${layer}
  semi join ${layer}_repeats using (request_id)
),
placed as materialized (
  select
    seq,
    request_id,
    attempt,
    timestamp_utc,
    status = 'success' as succeeded,
    row_number() over in_order as place,
    lag(${content}) over in_order is not distinct from ${content} as is_copy
  from repeated
  window in_order as (order by timestamp_utc, provider_request_id nulls last, ${contentOrder(layer, terms)}, seq)
),
tries as (
  select request_id, attempt, min(place) as place
  from placed
  where not is_copy and attempt is not null
  group by request_id, attempt
),
fates as materialized (
  select placed.*, case when placed.is_copy then 'export-duplicate' when placed.place > tries.place then 'duplicate' else 'kept' end as fate
  from placed
  left join tries on tries.request_id = placed.request_id and tries.attempt = placed.attempt
),
chosen as (
  select
    request_id,
    arg_min(seq, row(attempt is null, coalesce(attempt, 0), place)) as first,
    arg_min(seq, row(succeeded is null, not coalesce(succeeded, false), attempt is null, -coalesce(attempt, 0), -timestamp_utc, place)) as final,
    count(*) as rows
  from fates
  where fate = 'kept'
  group by request_id
)
select
  fates.seq,
  fates.request_id,
  fates.attempt,
  fates.fate,
  fates.seq = chosen.first as is_first,
  fates.seq = chosen.final as is_final,
  chosen.rows
from fates
join chosen using (request_id)`,
  );
}

/** Where no request repeats. */
export function noLogFates(layer: LogLayer): Sql {
  return emptyView(sql`${layer}_fates`, {
    seq: sql`bigint`,
    request_id: sql`varchar`,
    attempt: sql`integer`,
    fate: sql`varchar`,
    is_first: sql`boolean`,
    is_final: sql`boolean`,
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
where gateway_fates.is_first`,
  );
}
