/** What the ids of each layer look like, for those who look for a wrong join. */
import { joinSql, sql, type Sql } from './sql.ts';
import type { Terms } from './terms.ts';

/** Digits as 9, letters as a, repeats folded, of the first 64 characters. */
export function shapeOf(id: Sql): Sql {
  return sql`regexp_replace(regexp_replace(${id}[1:64], '[0-9]+', '9', 'g'), '[a-zA-Z]+', 'a', 'g')`;
}

/** The most frequent shape of the ids in each layer, over the thousand lowest ids of each. */
export function idShapes(terms: Terms): Sql {
  const layers = (['application', 'gateway', 'provider'] as const).filter((layer) => layer !== 'gateway' || terms.gateway === 'present');
  const shapes = layers.flatMap((layer) =>
    (['request_id', 'provider_request_id'] as const).map(
      (column) => sql`coalesce((
    select shape
    from (
      select ${shapeOf(sql`${column}`)} as shape
      from (select ${column} from ${layer} where ${column} is not null order by ${column} limit 1000) as lowest_ids
    ) as shapes
    group by shape
    order by count(*) desc, shape
    limit 1
  ), '(none)') as ${layer}_${column}`,
    ),
  );
  return sql`select ${joinSql(shapes, ',\n  ')}, 1 as count`;
}
