/** Requests with several charges: which one served, and which of the others a logged attempt backs. */
import { indentSql, sql, type Sql } from '../sql.ts';
import { contentOrder, emptyTable, emptyView, lasting, table, type Terms } from '../terms.ts';

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

/** Parts of answers are no attempts. */
function onlyWholes({ parts }: Terms): Sql {
  return sql`${parts === 'none' ? '' : ' and part_of is null'}`;
}

/** The requests that need a choice. */
export function contested(terms: Terms): Sql {
  return table(
    sql`contested`,
    sql`select request
from kept_charges
where request is not null${onlyWholes(terms)}
group by request
having count(*) > 1`,
  );
}

/** The attempts that were logged of contested requests: the gateway's rows if it has any, else the application's. Only repeated requests look among the fates. */
export function loggedAttempts(terms: Terms): Sql {
  const numbered = sql`select requests.request, numbers.number::integer as attempt
from requests
semi join contested using (request)
cross join unnest(range(1, requests.attempts + 1)) as numbers (number)`;
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

/** A CTE: the charges of contested requests, each with its place by time and content, as narrow rows of numbers. Needs the CTE `logged`. */
function claims(terms: Terms): Sql {
  return sql`rivals as (
  select kept_charges.seq, kept_charges.request, kept_charges.model
  from kept_charges
  semi join contested using (request)${terms.parts === 'none' ? '' : '\n  where part_of is null'}
),
placed as (
  select
    seq,
    rivals.request,
    rivals.model,
    provider.attempt,
    provider.timestamp_utc,
    provider.status,
    provider.provider_request_id,
    provider.response_id,
    row_number() over (order by provider.timestamp_utc, provider.provider_request_id nulls last, ${contentOrder('provider', terms)}, seq) as place
  from rivals
  join provider using (seq)
),
claims as materialized (
  select
    placed.seq,
    placed.request,
    placed.model,
    placed.attempt,
    placed.timestamp_utc,
    placed.place,
    coalesce(placed.provider_request_id = requests.provider_request_id, false) as names_final,
    coalesce(placed.response_id = requests.response_id, false) as answers_final,
    coalesce(placed.status = 'success', true) as may_succeed,
    logged.attempt is not null as is_logged
  from placed
  join requests on requests.request = placed.request
  left join logged on logged.request = placed.request and logged.attempt = placed.attempt
)`;
}

/**
 * `serving`: of the charges of a request the first in the order of their claim to it; `backed`: a logged attempt stands for the charge.
 */
export function contests(terms: Terms): Sql {
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
${claims(terms)},
servings as (
  select
    request,
    arg_min(
      seq,
      row(not names_final, not answers_final, not (answers_final or may_succeed), not is_logged, attempt is null, -coalesce(attempt, 0), -timestamp_utc, place)
    ) as seq
  from claims
  group by request
),
candidates as materialized (
  select claims.*, serving.attempt as serving_attempt, serving.model as serving_model, claims.seq = servings.seq as is_serving
  from claims
  join servings on servings.request = claims.request
  join claims as serving on serving.seq = servings.seq
),
oldest as (
  select request, attempt, min(place) as place
  from candidates
  where is_logged and not is_serving
  group by request, attempt
),
phased as (
  select
    candidates.*,
    case
      when is_serving then 0
      when candidates.attempt is distinct from candidates.serving_attempt and candidates.place = oldest.place then 1
      when candidates.attempt is null then 2
      else 3
    end as phase
  from candidates
  left join oldest on oldest.request = candidates.request and oldest.attempt = candidates.attempt
),
filled as (
  select *, row_number() over (partition by request order by phase, place) as turn
  from phased
)
select
  filled.seq,
  is_serving as serving,
  case when names_final then 'names-final' when answers_final then 'answers-final' else 'first-in-order' end as basis,
  is_serving or (phase < 3 and turn <= coalesce(sizes.size, 0)) as backed,
  serving_model
from filled
left join sizes using (request)`,
  );
}

/** Where no request has two charges; parts of answers are still to be told of. */
export function noContests({ parts }: Terms): Sql {
  return (parts === 'none' ? emptyView : emptyTable)(sql`contests`, {
    seq: sql`bigint`,
    serving: sql`boolean`,
    basis: sql`varchar`,
    backed: sql`boolean`,
    serving_model: sql`integer`,
  });
}
