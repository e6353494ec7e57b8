/** Requests with several charges: which one served, and which of the others a logged attempt backs. */
import { indentSql, sql, type Sql } from '../sql.ts';
import { contentOrder, emptyView, lasting, table, type Terms } from '../terms.ts';

/** Charges that count: not set aside, not repeated. */
export function keptCharges(terms: Terms): Sql {
  return lasting(
    sql`kept_charges`,
    sql`select linked.*
from linked
anti join (select seq from provider_fates where fate in ('export-duplicate', 'duplicate')) as repeated using (seq)
where aside is null and is_charge`,
    terms,
  );
}

/** The requests that need a choice. */
export function contested(): Sql {
  return table(
    sql`contested`,
    sql`select request
from kept_charges
where request is not null
group by request
having count(*) > 1`,
  );
}

/** The attempts that were logged of contested requests: the gateway's rows if it has any, else the application's. Only repeated requests look among the fates. */
export function loggedAttempts(terms: Terms): Sql {
  const numbered = sql`select requests.request, numbers.number::integer as attempt
from requests
semi join contested using (request)
cross join lateral (select unnest(range(1, requests.attempts + 1)) as number) as numbers`;
  const rows = sql`select requests.request, application.attempt
from requests
semi join contested using (request)
anti join application_repeats using (request_id)
join application on application.seq = requests.request
union all
select requests.request, application_fates.attempt
from requests
semi join contested using (request)
join application_fates using (request_id)
where application_fates.fate = 'kept'`;
  const application = terms.applicationRows === 'final-only' ? numbered : rows;
  if (terms.gateway === 'absent') return table(sql`logged_attempts`, application);
  return table(
    sql`logged_attempts`,
    sql`with gateway_attempts as (
  select requests.request, gateway.attempt
  from requests
  semi join contested using (request)
  anti join gateway_repeats using (request_id)
  join gateway on gateway.seq = requests.gateway_seq
  union all
  select requests.request, gateway_fates.attempt
  from requests
  semi join contested using (request)
  join gateway_fates using (request_id)
  where gateway_fates.fate = 'kept'
),
application_attempts as (
  ${indentSql(application)}
)
select request, attempt
from gateway_attempts
union all
select application_attempts.request, application_attempts.attempt
from application_attempts
anti join gateway_attempts using (request)`,
  );
}

export function contests(terms: Terms): Sql {
  const ties = sql`provider_request_id nulls last, ${contentOrder('provider', terms)}, seq`;
  return table(
    sql`contests`,
    sql`with logged as (
  select request, attempt
  from logged_attempts
  where attempt is not null
  group by request, attempt
),
sizes as (
  select request, count(*) as size
  from logged_attempts
  group by request
),
charges as (
  select
    provider.*,
    kept_charges.request,
    kept_charges.model,
    coalesce(provider.provider_request_id = requests.provider_request_id, false) as names_final,
    coalesce(provider.response_id = requests.response_id, false) as answers_final,
    coalesce(sizes.size, 0) as size,
    logged.attempt is not null as is_logged
  from kept_charges
  semi join contested using (request)
  join provider using (seq)
  join requests on requests.request = kept_charges.request
  left join sizes using (request)
  left join logged on logged.request = kept_charges.request and logged.attempt = provider.attempt
),
ranked as (
  select
    *,
    row_number() over (
      partition by request
      order by names_final desc, answers_final desc, answers_final or coalesce(status = 'success', true) desc, is_logged desc, attempt desc nulls last, timestamp_utc desc, ${ties}
    ) = 1 as serving
  from charges
),
candidates as (
  select
    *,
    max(case when serving then attempt end) over (partition by request) as serving_attempt,
    max(case when serving then seq end) over (partition by request) as serving_seq,
    row_number() over (partition by request, attempt, serving order by timestamp_utc, ${ties}) as oldest
  from ranked
),
phased as (
  select
    *,
    case
      when serving then 0
      when is_logged and attempt is distinct from serving_attempt and oldest = 1 then 1
      when attempt is null then 2
      else 3
    end as phase
  from candidates
),
filled as (
  select *, row_number() over (partition by request order by phase, timestamp_utc, ${ties}) as place
  from phased
)
select
  filled.seq,
  filled.serving,
  case when filled.names_final then 'names-final' when filled.answers_final then 'answers-final' else 'first-in-order' end as basis,
  filled.serving or (filled.phase < 3 and filled.place <= filled.size) as backed,
  linked.model as serving_model
from filled
join linked on linked.seq = filled.serving_seq`,
  );
}

/** Where no request has two charges. */
export function noContests(): Sql {
  return emptyView(sql`contests`, { seq: sql`bigint`, serving: sql`boolean`, basis: sql`varchar`, backed: sql`boolean`, serving_model: sql`integer` });
}
