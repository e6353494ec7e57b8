/** What the bridge from the charges to a prepaid balance rests on: rows of the account outside of the period's scope, and those between its bounds and the readings (SPEC §12). */
import type { Database } from './database.ts';
import { joinSql, sql } from './sql.ts';
import { contentColumns, inScope, roundedCost, type Terms } from './terms.ts';
import { amountOfUnits } from '../model/money.ts';
import type { BalanceRows, RowSums } from '../model/reconciliation.ts';

/** null where the period has no readings: then nothing is asked. */
export async function readBalance(database: Database, terms: Terms): Promise<BalanceRows | null> {
  if (terms.readings === null) return null;
  const { opening, closing } = terms.readings;
  const isAccount = inScope((name) => sql`provider.${name}`, { ...terms, environment: null });
  const content = contentColumns('provider', terms);
  // Rows that are set aside undergo no rule of repeated rows; what was exported twice was still taken from the balance once.
  const [row] = await database.rows(sql`with rows as (
  select
    ${terms.parts === 'none' ? sql`linked.seq` : sql`coalesce(linked.part_of, linked.seq) as seq, case when linked.part_of is not null then linked.model end as part_model`},
    linked.aside in ('environment', 'key', 'model') as is_other_scope,
    provider.timestamp_utc >= ${terms.start} and provider.timestamp_utc < ${terms.end} as in_period,
    provider.timestamp_utc >= ${opening} and provider.timestamp_utc < ${closing} as in_readings,
    coalesce(
      linked.charged,
      case when linked.is_charge and linked.billable and linked.cost_state = 'ok' then ${roundedCost(sql`linked.cost`, terms)} else 0 end
    ) as worth
  from linked
  join provider on provider.seq = linked.seq
  left join provider_fates on provider_fates.seq = linked.seq
  where (linked.is_charge or linked.is_refund)
    and provider_fates.fate is distinct from 'export-duplicate'
    and ${isAccount}
),
identified as (
  select rows.*, provider.provider_request_id is not null or provider.response_id is not null or provider.attempt is not null as carries_id, ${joinSql(content.map((column, index) => sql`provider.${column} as content_${index}`))}
  from rows
  join provider on provider.seq = rows.seq
  where coalesce(rows.is_other_scope, false) or rows.in_period <> rows.in_readings
),
copies as (
  select identified.*, row_number() over (partition by carries_id, ${joinSql(content.map((_, index) => sql`content_${index}`))}${terms.parts === 'none' ? '' : ', part_model'} order by seq) as copy
  from identified
),
once as (
  select *
  from copies
  where not carries_id or copy = 1
),
moved as (
  select
    case when is_other_scope then worth else 0 end as other_scope,
    case when in_period = in_readings then 0 when in_readings then worth else -worth end as timing
  from once
)
select
  coalesce(sum(other_scope) filter (other_scope > 0), 0)::hugeint as other_scope_up,
  coalesce(sum(other_scope) filter (other_scope < 0), 0)::hugeint as other_scope_down,
  count(*) filter (other_scope <> 0) as other_scope_rows,
  coalesce(sum(timing) filter (timing > 0), 0)::hugeint as timing_up,
  coalesce(sum(timing) filter (timing < 0), 0)::hugeint as timing_down,
  count(*) filter (timing <> 0) as timing_rows
from moved`);
  const sumsOf = (name: 'other_scope' | 'timing'): RowSums => ({
    increase: amountOfUnits(row?.[`${name}_up`], terms.scale),
    decrease: amountOfUnits(row?.[`${name}_down`], terms.scale),
    count: Number(row?.[`${name}_rows`] ?? 0),
  });
  return { otherScope: sumsOf('other_scope'), timing: sumsOf('timing') };
}
