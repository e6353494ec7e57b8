/** The key of a cut as SQL, over `facts` joined with `profiles`. */
import type { CutName } from '../model/bridge.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import type { Terms } from './terms.ts';

/** The label of a profile that a cut goes by. */
const labels = {
  by_service: 'service',
  by_cost_center: 'cost_center',
  by_prompt_version: 'prompt_version',
  by_retry_reason: 'retry_reason',
} as const satisfies Partial<Record<CutName, string>>;

/** Null where the rows carry no such word. */
export function cutKey(name: Exclude<CutName, 'by_model'>, terms: Terms): Sql {
  switch (name) {
    case 'by_day':
      return sql`strftime(date '1970-01-01' + day, '%Y-%m-%d')`;
    case 'by_role':
      return sql`facts.role`;
    case 'by_incident':
      return terms.incidents.length === 0
        ? sql`null::varchar`
        : sql`case incident ${joinSql(
            terms.incidents.map(({ id }, index) => sql`when ${index + 1} then ${literal(id)}`),
            ' ',
          )} end`;
    default:
      return sql`profiles.${labels[name]}`;
  }
}
