/** What buckets and units show besides the bridge: the observations of a period whose provider rows are sums (SPEC §9). */
import type { BucketTerms } from './bucket-terms.ts';
import { restated } from './bucket-rows.ts';
import { asideQueries, unreportedClasses } from '../observation-queries.ts';
import type { ObservationQuery, Occurrence } from '../occurrences.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import type { Terms } from '../terms.ts';
import { carriedQueries, volumeQuery } from '../witness-queries.ts';
import { type EvidenceLayer, type Layer, tokenClasses } from '../../model/evidence.ts';
import type { PriceBook } from '../../model/price-book.ts';

/** The lowest five: the choice depends on content alone. */
const lowest = (id: Sql): Sql => sql`list_sort(list_distinct(min(${id}, 5))) as samples`;

export function bucketQueries(buckets: BucketTerms, terms: Terms, prices: PriceBook): ObservationQuery[] {
  return [
    ...cutQueries(buckets, terms, { layer: 'provider', fates: sql`provider_fates` }),
    ...mappingQueries(),
    ...expectedQueries(),
    ...cellQueries(),
    ...flawedTokens(terms),
    // An invoice counts no tokens at all.
    ...(buckets.width === 'period' ? [] : unreportedClasses(prices)),
    ...contractQueries(terms),
    ...copyQueries(terms),
    ...asideQueries(),
    // Days of the provider are those of its zone, and its rows no requests.
    volumeQuery(['application']),
    ...carriedQueries(terms),
  ];
}

export const rowName = sql`concat_ws('/', strftime(make_timestamp(rows.timestamp_utc), '%Y-%m-%dT%H:%MZ'), rows.key_ref, rows.model_billed, rows.service_tier, rows.region, rows.line_item)`;

/** Whose sums `bucket_rows` holds, and the relation that lists their copies. */
interface SummedLayer {
  readonly layer: EvidenceLayer;
  readonly fates: Sql;
}

/** Rows that no bucket of the period holds whole, and buckets that are stated twice: nothing that rests on them can be judged. */
export function cutQueries({ width, zone, list }: BucketTerms, terms: Terms, { layer, fates }: SummedLayer): ObservationQuery[] {
  const [first] = list;
  const start = first === undefined ? terms.start : first.start;
  const words = sql`${literal(width)} as width, ${literal(zone)} as zone, strftime(make_timestamp(min(rows.timestamp_utc)), '%Y-%m-%dT%H:%M:%SZ') as start`;
  const place = sql`count(*) as count, ${lowest(rowName)}, '${layer}' as layer, arg_min(rows.seq, rows.place) as seq`;
  return [
    {
      code: 'bucket-straddles',
      query: sql`select 'bounds' as problem, ${words}, ${place}
from bucket_rows as rows
where rows.is_charge and coalesce(rows.straddles, false) and (rows.aside is null or rows.aside = 'period')
having count(*) > 0`,
    },
    {
      code: 'bucket-straddles',
      query: sql`select 'no-start' as problem, ${words}, ${place}
from bucket_rows as rows
where rows.is_charge and rows.bucket is null and rows.timestamp_utc >= ${start} and rows.timestamp_utc < ${terms.end} and (rows.aside is null or rows.aside = 'period')
having count(*) > 0`,
    },
    {
      code: 'bucket-restated',
      query: sql`select count(*) as count, arg_min(${rowName}, rows.place) as bucket, ${lowest(rowName)}, '${layer}' as layer, arg_min(rows.seq, rows.place) as seq
from (${restated(fates)}) as twice
join bucket_rows as rows on rows.seq = twice.seq
having count(*) > 0`,
    },
  ];
}

function mappingQueries(): ObservationQuery[] {
  const unmapped = sql`with unmapped as (
  select units.*, profiles.first_internal_name as internal_name, profiles.first_model_requested as requested
  from units
  join profiles on profiles.profile = units.unit_profile
  where units.expected_state = 'unmapped'
)`;
  return [
    {
      code: 'unknown-model',
      query: sql`${unmapped}
select internal_name, requested as model, count(*) as count, ${lowest(sql`request_id`)}, min(layer) as layer, min(seq) as seq
from unmapped
group by internal_name, requested
order by internal_name, requested`,
    },
    {
      code: 'mapping-late',
      query: sql`${unmapped},
later as (
  select unmapped.unit, min(mapping_starts.valid_from) as valid_from
  from unmapped
  join mapping_starts
    on mapping_starts.requested_model = unmapped.requested
    and mapping_starts.internal_name = coalesce(unmapped.internal_name, mapping_starts.internal_name)
  where mapping_starts.valid_from > unmapped.timestamp_utc
  group by unmapped.unit
)
select internal_name, requested as model, min(valid_from) as valid_from_utc, count(*) as count, ${lowest(sql`request_id`)}
from unmapped
join later using (unit)
group by internal_name, requested
order by internal_name, requested`,
    },
    {
      code: 'new-model',
      query: sql`with unnamed as (
  select model, name
  from models
  anti join mapping_starts on mapping_starts.billable_model = models.name
)
select unnamed.name as model, count(*) as count, coalesce(sum(rows.charged), 0)::hugeint as amount, ${lowest(rowName)}
from kept_charges as rows
join unnamed using (model)
group by unnamed.name
order by unnamed.name`,
    },
  ];
}

/** Units without an E. */
function expectedQueries(): ObservationQuery[] {
  return [
    {
      code: 'unpriced',
      query: sql`select
  'expected' as side,
  models.name as model,
  case when units.expected_model in (select model from prices) then 'class' else 'model' end as missing,
  count(*) as count,
  ${lowest(sql`units.request_id`)},
  min(units.layer) as layer,
  min(units.seq) as seq
from units
join models on models.model = units.expected_model
where units.expected_state = 'unpriced'
group by models.name, units.expected_model
order by models.name`,
    },
    {
      code: 'missing-token-usage',
      query: sql`select 'application' as side, status::varchar as status, count(*) as count, ${lowest(sql`request_id`)}, layer, min(seq) as seq
from units
where expected_state = 'missing'
group by status, layer
order by status, layer`,
    },
  ];
}

/** Cells that cannot be valued, and those whose requests nobody counted. */
function cellQueries(): ObservationQuery[] {
  const price = (which: Sql): Sql =>
    sql`(${joinSql(
      tokenClasses.map((name) => sql`coalesce(rows.${name} * ${which}.${name}, 0)`),
      ' + ',
    )} + ${which}.request * coalesce(rows.requests, 1))`;
  return [
    {
      code: 'tier-unknown',
      query: sql`with sizes as (
  select model, span, min(above) as lowest, max(above) as highest
  from prices
  group by model, span
)
select
  models.name as model,
  sum(${price(sql`base`)})::hugeint as base,
  sum(${price(sql`top`)})::hugeint as top,
  count(*) as count,
  ${lowest(rowName)},
  'provider' as layer,
  arg_min(rows.seq, rows.place) as seq
from valued_buckets as rows
join models using (model)
join sizes on sizes.model = rows.model and sizes.span = rows.first_span
join prices as base on base.model = rows.model and base.span = rows.first_span and base.above = sizes.lowest
join prices as top on top.model = rows.model and top.span = rows.first_span and top.above = sizes.highest
where rows.has_quantities and not rows.is_sized
group by models.name
order by models.name`,
    },
    {
      code: 'bucket-unvalued',
      query: sql`select count(*) as count, ${lowest(sql`name`)}, 'provider' as layer, min(seq) as seq
from cells
where rows > 0 and not is_cost and charged is null
having count(*) > 0`,
    },
    {
      code: 'requests-unreported',
      query: sql`select count(*) as count, sum(units)::bigint as requests
from cells
where rows > 0 and units > 0 and requests is null
having count(*) > 0`,
    },
  ];
}

function flawedTokens(terms: Terms): ObservationQuery[] {
  const held: readonly Layer[] = terms.gateway === 'present' ? ['application', 'gateway', 'provider'] : ['application', 'provider'];
  return held.map((layer) => ({
    code: 'token-data-error' as const,
    query: sql`select count(*) as count, ${lowest(sql`coalesce(request_id, provider_request_id, '(no id)')`)}, '${layer}' as layer, min(seq) as seq
from ${layer}
where tokens_flawed
having count(*) > 0`,
  }));
}

function contractQueries(terms: Terms): ObservationQuery[] {
  const unverified = Object.entries(terms.billing).filter(([, rule]) => rule === 'unverified');
  if (unverified.length === 0) return [];
  return [
    {
      code: 'unverified-billing-rule',
      query: sql`select status::varchar as status, count(*) as count, sum(expected_cost)::hugeint as amount, ${lowest(sql`request_id`)}
from units
where status::varchar in (${joinSql(unverified.map(([status]) => literal(status)))})
group by status
order by status`,
    },
  ];
}

function copyQueries(terms: Terms): ObservationQuery[] {
  const logs: readonly { readonly layer: 'application' | 'gateway'; readonly about: Occurrence }[] = [
    { layer: 'application', about: 'repeatedApplication' },
    ...(terms.gateway === 'present' ? [{ layer: 'gateway', about: 'repeatedGateway' } as const] : []),
  ];
  return [
    ...logs.map(({ layer, about }) => ({
      code: 'export-duplicate' as const,
      about,
      query: sql`select '${layer}' as layer, count(*) as count, ${lowest(sql`request_id`)}, min(seq) as seq
from ${layer}_fates
where fate = 'export-duplicate'
having count(*) > 0`,
    })),
    {
      code: 'export-duplicate',
      about: 'repeatedProvider',
      query: sql`select 'provider' as layer, count(*) as count, ${lowest(rowName)}, min(rows.seq) as seq
from provider_fates
join bucket_rows as rows using (seq)
having count(*) > 0`,
    },
  ];
}
