/** Units: the attempts of counted requests that our logs have a row of, which the provider's sums are held against (SPEC §9). */
import { bucketJoin } from './bucket-rows.ts';
import { cellKeysOf, type BucketTerms, type LogLayer } from './bucket-terms.ts';
import { meterColumns } from '../meter-terms.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { billable, costOf, costState, priceJoin, priceSpanOf, spanOf, table, type Terms, view } from '../terms.ts';
import { tokenClasses } from '../../model/evidence.ts';

const rowColumns = ['seq', 'request_id', 'provider_request_id', 'timestamp_utc', 'status', 'key_ref', 'service_tier', 'region', 'model_billed'] as const;

/** The rows of a log that stand for attempts: the gateway's of a request that it knows, else the application's, of which an export of final rows has one for each request. */
function loggedRows(layer: LogLayer, { units }: BucketTerms, terms: Terms): Sql {
  const only =
    layer === 'gateway'
      ? sql``
      : joinSql(
          [
            ...(units.includes('gateway') ? [sql` and requests.gateway_rows = 0`] : []),
            ...(terms.applicationRows === 'final-only' ? [sql` and logged.seq = requests.request`] : []),
          ],
          '',
        );
  return sql`select ${literal(layer)} as layer, ${joinSql([...[...rowColumns, ...tokenClasses, 'total_input'].map((column) => sql`${column as 'seq'}`), ...meterColumns(terms.meters)].map((column) => sql`logged.${column}`))}, requests.request, requests.profile as unit_profile
  from ${layer}_kept as logged
  join requests on requests.request_id = logged.request_id
  where requests.in_period and requests.in_scope${only}`;
}

/**
 * One row per unit, with the E of its own row and the cell that its time, key and model name: `expected_model` is that of its request, `model` the cell's, which
 * is the billed one where our log carries it. An attempt outside of what is judged lies in no bucket of it.
 */
export function units(buckets: BucketTerms, terms: Terms): Sql {
  const sources = buckets.units.map((layer) => loggedRows(layer, buckets, terms));
  return table(
    sql`units`,
    sql`with logged as (
  ${joinSql(sources, '\n  union all\n  ')}
),
timed as (
  select
    logged.*,
    buckets.bucket,
    buckets.day,
    buckets.ends,
    ${spanOf(sql`logged.timestamp_utc`, terms.mappingBoundaries)} as mapping_span,
    ${priceSpanOf((name) => sql`logged.${name}`, terms)} as price_span
  from logged
  ${bucketJoin(sql`logged.timestamp_utc`, buckets)}
  where logged.timestamp_utc >= ${terms.start} and logged.timestamp_utc < ${terms.end} and ${billable(sql`logged.status`, terms)}
),
mapped as (
  select timed.*, expected.model as expected_model, named.model as named_model
  from timed
  left join profile_expectations as expected on expected.profile = timed.unit_profile and expected.span = timed.mapping_span
  left join models as named on named.name = timed.model_billed
),
priced as (
  select
    mapped.*,
    case when mapped.expected_model is null then 'unmapped'::cost_state else ${costState(sql`mapped`, sql`price`, terms)} end as expected_state,
    ${costOf(sql`mapped`, sql`price`, terms)} as cost
  from mapped
  ${priceJoin(sql`price`, sql`mapped.price_span`, sql`mapped.expected_model`, sql`mapped`)}
)
select
    row_number() over (order by layer, seq) as unit,
    false as moved,
    layer, seq, request_id, provider_request_id, timestamp_utc, status, unit_profile,
    ${joinSql(tokenClasses)}, total_input,
    bucket, day, ends, price_span, expected_model, expected_state,
    ${cellKeysOf(buckets, { key_ref: sql`key_ref`, model_billed: sql`coalesce(named_model, expected_model)`, service_tier: sql`service_tier`, region: sql`region` })},
    case when expected_state = 'ok' then cost else 0 end::${terms.money} as expected_cost
from priced`,
  );
}

/** What E rests on, by unit. */
export function unitRows(terms: Terms): Sql {
  return view(
    sql`expected_rows`,
    sql`select unit as request, timestamp_utc, ${joinSql(tokenClasses.map((name) => sql`${name}::${terms.count} as ${name}`))}, total_input
from units`,
  );
}
