/** What sums beside calls show: where the two differ, what was not compared, and which of the sums count (SPEC §9, second witness). */
import { cutQueries, rowName } from './bucket-queries.ts';
import type { BucketTerms } from './bucket-terms.ts';
import { witnessFates } from './match-witness.ts';
import type { ObservationQuery } from '../occurrences.ts';
import { enumOrder } from '../reading/column-types.ts';
import { sql, type Sql } from '../sql.ts';
import type { Terms } from '../terms.ts';

const layer = sql`'usage_buckets' as layer`;
const lowest = (id: Sql): Sql => sql`list_sort(list_distinct(min(${id}, 5))) as samples`;
/** The cells that differ most. */
const order = sql`order by abs(rest) desc, bucket, name) filter (rest <> 0)`;
const widest = sql`(list(name ${order})[1:5] as samples, ${layer}, (list(seq ${order})[1] as seq`;

export function witnessedQueries(buckets: BucketTerms, terms: Terms): ObservationQuery[] {
  return [...cutQueries(buckets, terms, { layer: 'usage_buckets', fates: witnessFates }), ...differences(), uncompared(), ...passedOver()];
}

/** Money apart from counts: `short` and `missing` are what calls lack, `over` and `extra` what they have too much. */
function differences(): ObservationQuery[] {
  const money = sql`measure in ('charged_amount', 'refunds')`;
  return [
    {
      code: 'bucket-mismatch',
      query: sql`select measure, count(*) as count, sum(abs(rest))::hugeint as amount, coalesce(sum(rest) filter (rest > 0), 0)::hugeint as short, coalesce(-sum(rest) filter (rest < 0), 0)::hugeint as over, ${widest}
from witness_measures
where is_compared and rest <> 0 and ${money}
group by measure, place
order by place`,
    },
    {
      code: 'bucket-mismatch',
      query: sql`select measure, count(*) filter (rest <> 0) as count, coalesce(sum(rest) filter (rest > 0), 0)::varchar as missing, coalesce(-sum(rest) filter (rest < 0), 0)::varchar as extra, sum(stated)::varchar as stated_sum, ${widest}
from witness_measures
where is_compared and not ${money}
group by measure, place
having count(*) filter (rest <> 0) > 0
order by place`,
    },
  ];
}

/** Cells of which nothing was compared, and measures that were not compared in every cell where one side states them; `money` says whether any amount was. */
function uncompared(): ObservationQuery {
  return {
    code: 'bucket-uncompared',
    query: sql`with cells as (
  select name, any_value(seq) as seq, coalesce(bool_or(is_compared and measure <> 'refunds'), false) as is_compared
  from witness_measures
  group by bucket, name
),
silent as (
  select string_agg(measure, ', ' order by place) as measures, min(place) as place, cells, compared
  from (
    select measure, place, count(*) as cells, count(*) filter (is_compared) as compared
    from witness_measures
    group by measure, place
  ) as each
  where compared < cells
  group by cells, compared
)
select
  count(*) filter (not is_compared) as count,
  count(*) as cells,
  (select string_agg(measures || ' in ' || compared::varchar || ' of ' || cells::varchar, '; ' order by place) from silent) as measures,
  (list(name order by name) filter (not is_compared))[1:5] as samples,
  ${layer},
  (list(seq order by name) filter (not is_compared))[1] as seq
from cells
having count(*) > 0 and (select count(*) from silent) > 0`,
  };
}

/** Sums that enter no cell, or not with all that they say. */
function passedOver(): ObservationQuery[] {
  return [
    {
      code: 'export-duplicate',
      query: sql`select ${layer}, count(*) as count, ${lowest(rowName)}, arg_min(rows.seq, rows.place) as seq
from ${witnessFates}
join bucket_rows as rows using (seq)
having count(*) > 0`,
    },
    {
      code: 'set-aside',
      query: sql`select aside as reason, count(*) as count, coalesce(sum(charged), 0)::hugeint as amount, ${lowest(rowName)}, ${layer}, arg_min(seq, place) as seq
from bucket_rows as rows
where aside is not null
group by aside
order by ${enumOrder('aside_reason', sql`aside`)}`,
    },
    {
      code: 'currency-mismatch',
      query: sql`select charged_currency as currency, count(*) as count, ${lowest(rowName)}, ${layer}, arg_min(seq, place) as seq
from bucket_rows as rows
where foreign_currency and charged_content is not null
group by charged_currency
order by charged_currency`,
    },
    {
      code: 'token-data-error',
      query: sql`select count(*) as count, ${lowest(rowName)}, ${layer}, arg_min(seq, place) as seq
from bucket_rows as rows
where tokens_flawed
having count(*) > 0`,
    },
  ];
}
