/** Token classes that somebody prices and that rows leave empty. */
import { tokenClasses } from '../model/evidence.ts';
import type { PriceBook } from '../model/price-book.ts';
import { joinSql, sql, type Sql } from './sql.ts';
import type { ObservationQuery } from './terms.ts';

/** Classes that somebody prices above zero and that rows leave empty: valued at 0, so they are counted. */
export function unreportedClasses(prices: PriceBook): ObservationQuery[] {
  const priced = tokenClasses.filter(
    (name) => name !== 'input' && name !== 'output' && prices.rows.some((row) => row.row.prices[name] !== undefined && !row.unit[name]?.isZero()),
  );
  if (priced.length === 0) return [];
  const counts = joinSql(priced.map((name) => sql`count(*) filter (${name} is null) as ${name}`));
  const missing = (layer: 'application' | 'provider', counted: Sql): Sql => sql`select '${layer}' as layer, ${counts}
  from ${layer}
  semi join ${counted} using (seq)
  where not tokens_flawed`;
  const classes = priced.map((name, place) => sql`select ${place} as place, layer, '${name}' as class, ${name} as count from missing`);
  return [
    {
      code: 'unreported-class' as const,
      query: sql`with missing as (
  ${missing('application', sql`(select request as seq from requests where in_period and in_scope) as counted`)}
  union all
  ${missing('provider', sql`kept_charges`)}
),
classes as (
  ${joinSql(classes, '\n  union all\n  ')}
)
select layer, class, count
from classes
where count > 0
order by place, layer`,
    },
  ];
}
