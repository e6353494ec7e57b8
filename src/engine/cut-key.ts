/** The key of a cut as SQL, over `facts` joined with `profiles`. */
import type { CutName } from '../model/bridge.ts';
import { literal } from './database.ts';
import type { Terms } from './terms.ts';

/** Null where the rows carry no such word. */
export function cutKey(name: Exclude<CutName, 'by_model'>, terms: Terms): string {
  switch (name) {
    case 'by_day':
      return `strftime(date '1970-01-01' + day, '%Y-%m-%d')`;
    case 'by_role':
      return 'facts.role';
    case 'by_incident':
      return terms.incidents.length === 0
        ? 'null::varchar'
        : `case incident ${terms.incidents.map(({ id }, index) => `when ${index + 1} then ${literal(id)}`).join(' ')} end`;
    default:
      return `profiles.${name.slice('by_'.length)}`;
  }
}
