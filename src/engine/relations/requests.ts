/** One row per request of the application: what was expected, when, where it belongs, and what E is. */
import { literal } from '../database.ts';
import type { Relation, Terms } from '../terms.ts';
import { billable, costOf, costState, incidentOf, priceJoin, spanOf, table } from '../terms.ts';
import { profileColumns } from './profiles.ts';

/** `request` is the rowid of the final application row. `expected_cost` is E; it is 0 where `expected_state` is not `ok` or the status is not billable. `is_elsewhere`: out of this scope, in that of another period. */
export function requests(terms: Terms): Relation {
  const scope = terms.models === null ? 'true' : 'coalesce(models.in_scope, true)';
  const gateway =
    terms.gateway === 'present'
      ? {
          columns:
            'gateway_requests.seq as gateway_seq, coalesce(gateway_requests.rows, 0)::integer as gateway_rows, gateway_requests.timestamp_utc as gateway_time',
          join: 'left join gateway_requests on gateway_requests.request_id = described.request_id',
        }
      : { columns: 'null::bigint as gateway_seq, 0::integer as gateway_rows, null::bigint as gateway_time', join: '' };
  return table(
    'requests',
    `with described as (
  select
    finals.*,
    profiles.profile,
    profiles.in_scope as profile_in_scope,
    ${spanOf('finals.timestamp_utc', terms.mappingBoundaries)} as mapping_span,
    ${spanOf('finals.timestamp_utc', terms.priceBoundaries)} as price_span
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
    case when expected.model is null then 'unmapped'::cost_state else ${costState('expected', 'price')} end as expected_state,
    ${costOf('expected', 'price')} as cost
  from expected
  ${priceJoin('price', 'expected.price_span', 'expected.model', 'expected')}
)
select
  seq as request,
  request_id,
  provider_request_id,
  response_id,
  timestamp_utc,
  status,
  ${billable('status', terms)} as billable,
  profile,
  expectation,
  model,
  role,
  attempts::integer as attempts,
  price_span,
  (timestamp_utc // 86400000000)::integer as day,
  ${incidentOf('timestamp_utc', 'service', terms)} as incident,
  gateway_seq,
  gateway_rows,
  gateway_time,
  timestamp_utc >= ${terms.start} and timestamp_utc < ${terms.end} as in_period,
  profile_in_scope and model_in_scope as in_scope,
  case when profile_in_scope and model_in_scope then false else ${elsewhere(terms)} end as is_elsewhere,
  expected_state,
  case when expected_state = 'ok' and ${billable('status', terms)} then cost else 0 end::${terms.money} as expected_cost
from priced`,
  );
}

function sameProfile(terms: Terms): string {
  return profileColumns(terms)
    .map((column) => `finals.${column} is not distinct from profiles.${column}`)
    .join('\n    and ');
}

/** True where another period of the ledger declares the account, the environment and the expected model of the final row for its time; null is inside every scope. */
function elsewhere(terms: Terms): string {
  const scopes = terms.otherScopes.map(({ accountRef, environment, models, start, end }) => {
    const conditions = [
      `timestamp_utc >= ${start}`,
      `timestamp_utc < ${end}`,
      `coalesce(account_ref = ${literal(accountRef)}, true)`,
      ...(environment === null ? [] : [`coalesce(environment = ${literal(environment)}, true)`]),
      ...(models === null ? [] : [`coalesce(model_name in (${models.map(literal).join(', ')}), true)`]),
    ];
    return `(${conditions.join(' and ')})`;
  });
  return scopes.length === 0 ? 'false' : scopes.join(' or ');
}
