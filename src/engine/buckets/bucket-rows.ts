/** The provider's rows where each sums up a bucket: which bucket, whether they count, and which say the same again (SPEC §9). */
import type { BucketTerms } from './bucket-terms.ts';
import { hasCorrections } from '../relations/corrections.ts';
import { meterColumns } from '../meter-terms.ts';
import { joinSql, sql, type Sql } from '../sql.ts';
import { contentOrder, costOf, costState, inKeys, inScope, priceJoin, priceSpansOf, spansApart, table, type Terms, view } from '../terms.ts';
import { tokenColumns } from '../../model/evidence.ts';
import { type Instant, microsPerDay } from '../../model/instant.ts';

/** `buckets`: every bucket that holds some of the period; `straddles`: it lies across a bound of the period. */
export function createBuckets({ list }: BucketTerms, bounds: { readonly start: Instant; readonly end: Instant }): Sql {
  const values = list.map(({ start, end, day }, index) => sql`(${index}, ${start}::bigint, ${end}::bigint, ${day})`);
  return table(
    sql`buckets`,
    sql`select
  bucket,
  starts,
  ends,
  day,
  starts < ${bounds.start} or ends > ${bounds.end} as straddles
from (values ${joinSql(values)}) as listed (bucket, starts, ends, day)`,
  );
}

/** Microseconds of the stretches of UTC by which a time is found in its bucket. */
function stretchOf({ width }: BucketTerms): bigint {
  return width === '1h' ? microsPerDay / 24n : microsPerDay;
}

/** `bucket_stretches`: every bucket once for each stretch that it shares, of which most share one with no other. */
export function bucketStretches(buckets: BucketTerms): Sql {
  const length = stretchOf(buckets);
  const values = buckets.list.flatMap(({ start, end }, index) => {
    const first = start / length;
    return Array.from({ length: Number((end - 1n) / length - first) + 1 }, (_, more) => sql`(${first + BigInt(more)}, ${index})`);
  });
  return table(
    sql`bucket_stretches`,
    sql`select listed.stretch::bigint as stretch, buckets.bucket, buckets.starts, buckets.ends, buckets.day
from (values ${joinSql(values)}) as listed (stretch, bucket)
join buckets on buckets.bucket = listed.bucket`,
  );
}

/** Joins `buckets` with the one that a time lies in: a hash finds its stretch, where a join on two bounds would hold every time against every bucket. */
export function bucketJoin(time: Sql, buckets: BucketTerms): Sql {
  return sql`join bucket_stretches as buckets on buckets.stretch = ${time} // ${stretchOf(buckets)} and ${time} >= buckets.starts and ${time} < buckets.ends`;
}

/** Every row with its model, its bucket (null where none begins at its time), the spans of prices that the bucket lies in, why it is set aside, and its place by time and content. */
export function bucketRows(layer: 'provider' | 'usage_buckets', terms: Terms): Sql {
  const ofKey = terms.keys === null ? sql`` : sql`\n      when not ${inKeys(sql`provider.key_ref`, terms)} then 'key'`;
  const ofModel = terms.models === null ? sql`` : sql`\n      when not coalesce(models.in_scope, true) then 'model'`;
  const spans = priceSpansOf({ starts: sql`buckets.starts`, ends: sql`buckets.ends` }, (name) => sql`provider.${name}`, terms);
  return table(
    sql`bucket_rows`,
    sql`with rows as (
  select
    provider.*,
    models.model,
    buckets.bucket,
    buckets.straddles,
    ${spans.first} as first_span,
    ${spans.last} as last_span,
    kind = 'charge' or (kind = 'error' and charged is not null) as is_charge,
    kind in ('refund', 'adjustment') as is_refund,
    case
      when (provider.timestamp_utc < ${terms.start} or provider.timestamp_utc >= ${terms.end})${layer === 'provider' && hasCorrections(terms) ? ' and provider.seq not in (select seq from correcting)' : ''} then 'period'
      when not ${inScope((name) => sql`provider.${name}`, { ...terms, environment: null })} then 'account'
      when not ${inScope((name) => sql`provider.${name}`, terms)} then 'environment'${ofKey}${ofModel}
    end::aside_reason as aside
  from ${layer} as provider
  left join models on models.name = provider.model_billed
  left join buckets on buckets.starts = provider.timestamp_utc
)
select *, row_number() over (order by timestamp_utc, ${contentOrder(layer, terms)}, seq) as place
from rows`,
  );
}

/** What other relations ask of every provider row; sums name no request. */
export function bucketsLinked(): Sql {
  return view(
    sql`linked`,
    sql`select seq, aside, charged, is_charge, is_refund, status, timestamp_utc, null::bigint as request, null::varchar as request_id, null::varchar as provider_request_id, 'none' as link,
  false as billable, 'missing'::cost_state as cost_state, null::hugeint as cost
from bucket_rows`,
  );
}

const identity = joinSql(['timestamp_utc', 'account_ref', 'environment', 'key_ref', 'model_billed', 'service_tier', 'region', 'line_item', 'kind']);
const figures = ['requests', ...tokenColumns, 'meters', 'charged_content'] as const;

/** Rows of one bucket that agree in every word and figure are one row exported twice: the others of them leave. `fates` names the relation that lists them. */
export function bucketFates(fates: Sql): Sql {
  return table(
    fates,
    sql`with copies as (
  select seq, row_number() over (partition by ${identity}, ${joinSql(figures)}, charged_currency order by place) as copy
  from bucket_rows
  where aside is null and (is_charge or is_refund)
)
select seq, 'export-duplicate'::varchar as fate, false as conflicting
from copies
where copy > 1`,
  );
}

/** What is left and fills cells. */
export function keptBuckets(): Sql {
  return view(
    sql`kept_charges`,
    sql`select bucket_rows.*
from bucket_rows
anti join provider_fates using (seq)
where aside is null and is_charge`,
  );
}

/**
 * Buckets of which two rows state the same figure differently: `place` is that of the first of them. Rows that state other figures each, as usage and
 * costs from two reports do, are halves of one bucket.
 */
export function restated(fates: Sql): Sql {
  const twice = joinSql(
    figures.map((figure) => sql`count(${figure}) > 1`),
    ' or ',
  );
  return sql`select min(place) as place, arg_min(seq, place) as seq
from bucket_rows
anti join ${fates} using (seq)
where aside is null and (is_charge or is_refund)
group by ${identity}
having count(*) > 1 and (${twice})`;
}

/**
 * `valued_buckets`: the kept rows with what their quantities cost. `cost` means something where `cost_state` is `ok`; `is_sized`: whatever the sizes of
 * its requests were, they have one price. A price that changes inside of the bucket, or a price of each request where their number is not reported, makes no cost.
 */
export function valuedBuckets(terms: Terms): Sql {
  const price = sql`(${joinSql(['above', 'up_to', 'input', 'cached_input', 'cache_write', 'cache_write_1h', 'output', 'reasoning', ...meterColumns(terms.meters), 'request'])})`;
  const counted = joinSql(
    [...tokenColumns, 'meters' as const].map((column) => sql`rows.${column} is not null`),
    ' or ',
  );
  return table(
    sql`valued_buckets`,
    sql`with rows as (
  select *
  from kept_charges
),
spans as (
  select distinct model, first_span, last_span
  from rows
),
listed as (
  select
    spans.model,
    spans.first_span,
    spans.last_span,
    count(distinct prices.above) as tiers,
    count(distinct ${price}) = count(distinct prices.above) and count(*) = count(distinct prices.above) * ((spans.last_span - spans.first_span) // ${spansApart(terms)} + 1) as is_steady
  from spans
  join prices on prices.model = spans.model and prices.span between spans.first_span and spans.last_span and (prices.span - spans.first_span) % ${spansApart(terms)} = 0
  group by spans.model, spans.first_span, spans.last_span
),
priced as (
  select
    rows.*,
    ${counted} or coalesce(rows.requests is not null and price.request > 0, false) as has_quantities,
    case
      when not coalesce(listed.is_steady, false) then 'unpriced'::cost_state
      when listed.tiers > 1 and price.above >= 0 and coalesce(rows.requests > 1, true) then 'unpriced'
      when price.request <> 0 and rows.requests is null then 'missing'::cost_state
      else ${costState(sql`rows`, sql`price`, terms)}
    end as cost_state,
    (${costOf(sql`rows`, sql`price`, terms)} + price.request * (coalesce(rows.requests, 1) - 1))::${terms.money} as cost,
    not coalesce(listed.tiers > 1 and price.above >= 0 and coalesce(rows.requests > 1, true), false) as is_sized
  from rows
  left join listed on listed.model = rows.model and listed.first_span = rows.first_span and listed.last_span = rows.last_span
  ${priceJoin(sql`price`, sql`rows.first_span`, sql`rows.model`, sql`rows`)}
)
select *
from priced`,
  );
}
