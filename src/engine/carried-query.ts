/** What the rows say of the open items that the period took over. */
import { sql } from './sql.ts';
import type { ObservationQuery, Terms } from './terms.ts';

/** Items that no charge of the period names; the age is that of the oldest, in whole days at the judged end. */
export function carriedQueries(terms: Terms): ObservationQuery[] {
  if (terms.carried === 'none') return [];
  return [
    {
      code: 'in-transit-missing',
      query: sql`select
  count(*) as count,
  sum(expected)::hugeint as amount,
  list_sort(min(request_id, 5)) as samples,
  ((${terms.end} - min(sent)) // 86400000000)::varchar as days
from carried
anti join carried_charges on carried_charges.item = carried.request_id
having count(*) > 0`,
    },
  ];
}
