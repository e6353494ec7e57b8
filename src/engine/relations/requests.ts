/** One row per request of the application: what was expected, when, where it belongs, and what E is. */
import { profileColumns } from './profiles.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { billable, costOf, costState, inAccounts, incidentOf, inKeys, priceJoin, priceSpanOf, spanOf, table, type Terms } from '../terms.ts';

/** `request` is the rowid of the final application row. `expected_cost` is E; it is 0 where `expected_state` is not `ok` or the status is not billable. `is_elsewhere`: out of this scope, in that of another period. */
export function requests(terms: Terms): Sql {
  const scope = terms.models === null ? 'true' : 'coalesce(models.in_scope, true)';
  const gateway =
    terms.gateway === 'present'
      ? {
          columns: sql`gateway_requests.seq as gateway_seq, coalesce(gateway_requests.rows, 0)::integer as gateway_rows, gateway_requests.timestamp_utc as gateway_time`,
          join: sql`left join gateway_requests on gateway_requests.request_id = described.request_id`,
        }
      : { columns: sql`null::bigint as gateway_seq, 0::integer as gateway_rows, null::bigint as gateway_time`, join: sql`` };
  return table(
    sql`requests`,
    sql`with described as (
  select
    finals.*,
    profiles.profile,
    profiles.in_scope as profile_in_scope,
    ${spanOf(sql`finals.timestamp_utc`, terms.mappingBoundaries)} as mapping_span,
    ${priceSpanOf((name) => sql`finals.${name}`, terms)} as price_span
  from finals
  join profiles
    on ${sameProfile(terms)}
),
expected as (
  select
    described.*,
    profile_expectations.expectation,
    profile_expectations.model,
    profile_expectations.role,
    ${scope} as model_in_scope,
    models.name as model_name,
    ${gateway.columns}
  from described
  left join profile_expectations
    on profile_expectations.profile = described.profile
    and profile_expectations.span = described.mapping_span
  left join models on models.model = profile_expectations.model
  ${gateway.join}
),
priced as (
  select
    expected.*,
    case when expected.model is null then 'unmapped'::cost_state else ${costState(sql`expected`, sql`price`, terms)} end as expected_state,
    ${costOf(sql`expected`, sql`price`, terms)} as cost
  from expected
  ${priceJoin(sql`price`, sql`expected.price_span`, sql`expected.model`, sql`expected`)}
)
select
  seq as request,
  request_id,
  provider_request_id,
  response_id,
  timestamp_utc,
  status,
  ${billable(sql`status`, terms)} as billable,
  profile,
  expectation,
  model,
  role,
  attempts::integer as attempts,
  price_span,
  (timestamp_utc // 86400000000)::integer as day,
  ${incidentOf(sql`timestamp_utc`, sql`service`, terms)} as incident,
  gateway_seq,
  gateway_rows,
  gateway_time,
  timestamp_utc >= ${terms.start} and timestamp_utc < ${terms.end} as in_period,
  profile_in_scope and model_in_scope as in_scope,
  case when profile_in_scope and model_in_scope then false else ${elsewhere(terms)} end as is_elsewhere,
  expected_state,
  case when expected_state = 'ok' and ${billable(sql`status`, terms)} then cost else 0 end::${terms.money} as expected_cost
from priced`,
  );
}

function sameProfile(terms: Terms): Sql {
  return joinSql(
    profileColumns(terms).map((column) => sql`finals.${column} is not distinct from profiles.${column}`),
    '\n    and ',
  );
}

/** True where another period of the ledger declares the account, the environment, the key and the expected model of the final row for its time; null is inside every scope. */
function elsewhere(terms: Terms): Sql {
  const scopes = terms.otherScopes.map(({ accounts, environment, models, keys, start, end }) => {
    const conditions = [
      sql`timestamp_utc >= ${start}`,
      sql`timestamp_utc < ${end}`,
      inAccounts(sql`account_ref`, { accounts }),
      ...(environment === null ? [] : [sql`coalesce(environment = ${literal(environment)}, true)`]),
      ...(keys === null ? [] : [inKeys(sql`key_ref`, { keys })]),
      ...(models === null ? [] : [sql`coalesce(model_name in (${joinSql(models.map(literal))}), true)`]),
    ];
    return sql`(${joinSql(conditions, ' and ')})`;
  });
  return scopes.length === 0 ? sql`false` : joinSql(scopes, ' or ');
}
