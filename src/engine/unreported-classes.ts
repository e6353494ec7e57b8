/** Token classes that somebody prices and that rows leave empty. */
import { tokenClasses } from '../model/evidence.ts';
import type { PriceBook } from '../model/price-book.ts';
import type { ObservationQuery } from './observation-queries.ts';

/** Classes that somebody prices above zero and that rows leave empty: valued at 0, so they are counted. */
export function unreportedClasses(prices: PriceBook): ObservationQuery[] {
  const priced = tokenClasses.filter(
    (name) => name !== 'input' && name !== 'output' && prices.rows.some((row) => row.row.prices[name] !== undefined && !row.unit[name]?.isZero()),
  );
  if (priced.length === 0) return [];
  const missing = (
    layer: string,
    counted: string,
  ): string => `select '${layer}' as layer, ${priced.map((name) => `count(*) filter (${name} is null) as ${name}`).join(', ')}
  from ${layer}
  semi join ${counted} using (seq)
  where not tokens_flawed`;
  return [
    {
      code: 'unreported-class' as const,
      query: `with missing as (
  ${missing('application', '(select request as seq from requests where in_period and in_scope) as counted')}
  union all
  ${missing('provider', 'kept_charges')}
),
classes as (
  ${priced.map((name, place) => `select ${place} as place, layer, '${name}' as class, ${name} as count from missing`).join('\n  union all\n  ')}
)
select layer, class, count
from classes
where count > 0
order by place, layer`,
    },
  ];
}
