/** What counts of both sides by day: rows, tokens, and classes that rows leave empty. One pass over each side, of which totals, volumes and silent classes are read. */
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { table } from '../terms.ts';
import { tokenClasses } from '../../model/evidence.ts';

export const trafficSides = ['application', 'provider'] as const;
export type TrafficSide = (typeof trafficSides)[number];

/** The rows of each side that count: the final rows of counted requests, and kept charges. */
const counted: Readonly<Record<TrafficSide, Sql>> = {
  application: sql`(select request as seq from requests where in_period and in_scope)`,
  provider: sql`kept_charges`,
};

/** (layer, day, rows, each token class: Σ, and `<class>_absent`: the rows that leave it empty though their counts can be trusted). */
export function traffic(): Sql {
  const sums = tokenClasses.map(
    (name) => sql`sum(${name})::hugeint as ${name}, count(*) filter (${name} is null and not tokens_flawed) as ${`${name}_absent` as const}`,
  );
  const ofLayer = (
    layer: TrafficSide,
  ): Sql => sql`select ${literal(layer)} as layer, (timestamp_utc // 86400000000)::integer as day, count(*) as rows, ${joinSql(sums)}
from ${layer}
semi join ${counted[layer]} as counted using (seq)
group by day`;
  return table(sql`traffic`, joinSql(trafficSides.map(ofLayer), '\nunion all\n'));
}
