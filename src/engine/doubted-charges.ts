/** The charges that observations put in doubt, so that each is counted once whatever is quarantined (SPEC §5). */
import type { FindingCode } from '../model/finding.ts';
import { amountOfUnits } from '../model/money.ts';
import type { DoubtedCharges } from '../model/reconciliation.ts';
import type { Database } from './database.ts';
import { joinSql, literal, sql } from './sql.ts';
import type { Terms } from './terms.ts';
import type { Occurrence } from './occurrences.ts';

/** What puts a charge in doubt, whatever the contract says. */
const doubtful: readonly Occurrence[] = ['unmapped', 'unpricedCharge', 'unpricedRequest', 'unusedCharge', 'unusedRequest'];

/** The conditions are those of the observations of the same codes. */
export async function readDoubtedCharges(database: Database, terms: Terms, occurrences: ReadonlySet<Occurrence>): Promise<DoubtedCharges[]> {
  const unverified = Object.entries(terms.billing).filter(([, rule]) => rule === 'unverified');
  if (unverified.length === 0 && !doubtful.some((name) => occurrences.has(name))) return [];
  const billing = sql`
  union all
  select seq, value, 'unverified-billing-rule' as code
  from charges
  where line = 'charge' and coalesce(status, final_status)::varchar in (${joinSql(unverified.map(([status]) => literal(status)))})`;
  const rows = await database.rows(sql`with held as (
  select noted_lines.*, requests.expected_state, requests.status as request_status, requests.billable as request_billable, requests.in_period and requests.in_scope as is_counted
  from noted_lines
  left join requests using (request)
  where line = 'charge'
),
doubts as (
  select seq, value, 'unknown-model' as code
  from held
  where is_counted and expected_state = 'unmapped'
  union all
  select seq, value, 'unpriced' as code
  from held
  where (main_step = 'unpriced' and cost_state = 'unpriced') or (carries_expected and is_counted and expected_state = 'unpriced')
  union all
  select seq, value, 'missing-token-usage' as code
  from held
  where main_step = 'missing_usage' and cost_state = 'missing'
  union all
  select seq, value, case when request_status in ('timeout', 'canceled') and cost_state = 'ok' then 'client-stopped-usage' else 'missing-token-usage' end as code
  from held
  where carries_expected and is_counted and request_billable and expected_state = 'missing' and cost_state <> 'missing'${unverified.length === 0 ? '' : billing}
),
charged as (
  select seq, any_value(value) as value, list_sort(list_distinct(list(code))) as codes
  from doubts
  group by seq
)
select codes, sum(abs(value))::hugeint as amount
from charged
group by codes
order by codes`);
  return rows.map(({ codes, amount }) => ({ codes: codes as FindingCode[], amount: amountOfUnits(amount, terms.scale) }));
}
