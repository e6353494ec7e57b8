/** The volume of each UTC day, by two witnesses: counted requests by the day of their final row, kept charges by their own. Days without rows are absent. */
import { tokenClasses } from '../model/evidence.ts';
import { joinSql, sql, type Sql } from './sql.ts';

const counted = {
  application: sql`select request as seq from requests where in_period and in_scope`,
  provider: sql`select seq from kept_charges`,
};

export function volumeQueries(): { readonly code: 'volume-spike'; readonly query: Sql }[] {
  const tokens = joinSql(
    tokenClasses.map((name) => sql`coalesce(sum(${name}), 0)`),
    ' + ',
  );
  return (['application', 'provider'] as const).map((layer) => ({
    code: 'volume-spike',
    query: sql`with volumes as (
  select timestamp_utc // 86400000000 as day, count(*) as requests, (${tokens})::hugeint as tokens
  from ${layer}
  semi join (${counted[layer]}) as counted using (seq)
  group by day
)
select '${layer}' as layer, strftime(date '1970-01-01' + day::integer, '%Y-%m-%d') as day, requests, tokens, requests as count
from volumes
order by volumes.day`,
  }));
}
