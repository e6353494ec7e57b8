/** Requests that our side broke off and that take the token counts of their serving charge (SPEC §4, `client_stopped`). Exists only where the contract says so. */
import { meterColumns } from '../meter-terms.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { costOf, costState, priceJoin, table, type Terms, view } from '../terms.ts';
import { tokenClasses } from '../../model/evidence.ts';

/** All that a cost rests on. */
function quantities({ meters }: Terms): Sql[] {
  return [...([...tokenClasses, 'total_input'] as const).map((name) => sql`${name}`), ...meterColumns(meters)];
}

/** Counted, billable requests of such a status whose final row lacks counts and whose serving charge has them, with those counts and the E that follows. */
export function providerCounted(terms: Terms): Sql {
  return table(
    sql`provider_counted`,
    sql`with asked as (
  select request, model, price_span
  from requests
  where in_period and in_scope and billable and expected_state = 'missing' and status in (${joinSql(terms.providerCounted.map(literal))})
),
served as (
  select asked.*, ${terms.meters.length === 0 ? '' : 'case when not provider.tokens_flawed then provider.meters end as meters, '}${joinSql(quantities(terms).map((name) => sql`provider.${name}`))}
  from kept_charges
  join asked on asked.request = kept_charges.request
  join provider on provider.seq = kept_charges.seq
  left join contests on contests.seq = kept_charges.seq
  where coalesce(contests.serving, true)
),
priced as (
  select served.*, ${costState(sql`served`, sql`price`, terms)} as expected_state, ${costOf(sql`served`, sql`price`, terms)}::${terms.money} as cost
  from served
  ${priceJoin(sql`price`, sql`served.price_span`, sql`served.model`, sql`served`)}
)
select request, ${terms.meters.length === 0 ? '' : 'meters, '}${joinSql(quantities(terms))}, expected_state, case when expected_state = 'ok' then cost else 0 end::${terms.money} as expected_cost
from priced
where expected_state <> 'missing'`,
  );
}

/** E goes where it was written before the serving charge was known. */
export const takeProviderCounts: readonly Sql[] = [sql`requests`, sql`linked_rows`].map(
  (name) => sql`update ${name}
set expected_state = provider_counted.expected_state, expected_cost = provider_counted.expected_cost
from provider_counted
where provider_counted.request = ${name}.request`,
);

/** The time of the final row of every request, what prices depend on beside where they do, and the token counts that its E rests on: those of the row, or those taken from its serving charge. */
export function expectedRows(terms: Terms): Sql {
  const varied = terms.priceConditions === null ? '' : sql`application.service_tier, application.region, `;
  const meters = (row: Sql): Sql => (terms.meters.length === 0 ? sql`` : sql`case when not ${row}.tokens_flawed then ${row}.meters end as meters, `);
  const own = sql`select seq as request, timestamp_utc, ${varied}${meters(sql`application`)}${joinSql([...([...tokenClasses, 'total_input'] as const).map((name) => sql`application.${name}::${terms.count} as ${name}`), ...meterColumns(terms.meters).map((name) => sql`application.${name}`)])}\nfrom application`;
  if (terms.providerCounted.length === 0) return view(sql`expected_rows`, own);
  return view(
    sql`expected_rows`,
    sql`${own}
anti join (select request as seq from provider_counted) as counted using (seq)
union all
select request, application.timestamp_utc, ${varied}${terms.meters.length === 0 ? '' : 'provider_counted.meters, '}${joinSql(quantities(terms).map((name) => sql`provider_counted.${name}`))}
from provider_counted
join application on application.seq = provider_counted.request`,
  );
}
