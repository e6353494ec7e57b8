/** What serving charges count beside tokens against what their requests count (SPEC §11). Exists only where rows count anything beside tokens. */
import { isApart, meterColumns, type MeterTerm } from '../meter-terms.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { costOf, costState, priceJoin, table, type Terms } from '../terms.ts';
import { tokenClasses } from '../../model/evidence.ts';

/** The meters that are no part of a token class, with the number of their column. */
function others({ meters }: Terms): { readonly meter: MeterTerm; readonly index: number }[] {
  return meters.map((meter, index) => ({ meter, index })).filter(({ meter }) => isApart(meter));
}

/**
 * Of each serving charge of a counted request: `metered_amount`, what it counts beyond its request at the price of its own model, and for each meter
 * that it leaves empty and that this price has what is taken from the request in its place (`taken_<n>`, `taken_amount_<n>`).
 */
export function metered(terms: Terms): Sql {
  const own = others(terms);
  const isTaken = (index: number): Sql => sql`(meter_${index} is null and ours_${index} > 0 and price_${index} is not null)`;
  const difference = own.map(
    ({ index }) =>
      sql`coalesce((coalesce(meter_${index}, case when ${isTaken(index)} then ours_${index} end, 0) - coalesce(ours_${index}, 0)) * price_${index}, 0)`,
  );
  const taken = own.flatMap(({ index }) => [
    sql`case when ${isTaken(index)} then ours_${index} end as taken_${index}`,
    sql`(case when ${isTaken(index)} then ours_${index} * price_${index} end)::${terms.money} as taken_amount_${index}`,
  ]);
  return table(
    sql`metered`,
    sql`with priced as (
  select
    kept_charges.seq,
    kept_charges.request_id,
    ${joinSql(
      own.map(({ index }) => sql`kept_charges.meter_${index}, expected_rows.meter_${index} as ours_${index}, prices.meter_${index} as price_${index}`),
      ',\n    ',
    )}
  from kept_charges
  join expected_rows on expected_rows.request = kept_charges.request
  join prices on prices.span = kept_charges.price_span and prices.model = kept_charges.model and prices.above < 0
  left join contests on contests.seq = kept_charges.seq
  where kept_charges.link = 'request' and kept_charges.in_period and kept_charges.in_scope and coalesce(contests.serving, true)
)
select ${joinSql([sql`seq`, sql`request_id`, sql`(${difference.length === 0 ? '0' : joinSql(difference, ' + ')})::${terms.money} as metered_amount`, ...taken])}
from priced`,
  );
}

/** Charges that take quantities of their request, with the cost that follows. */
export function taken(terms: Terms): Sql {
  const own = others(terms);
  const isAny =
    own.length === 0
      ? sql`false`
      : joinSql(
          own.map(({ index }) => sql`metered.taken_${index} is not null`),
          ' or ',
        );
  const filled = terms.meters.map((meter, index) =>
    isApart(meter) ? sql`coalesce(linked.meter_${index}, metered.taken_${index}) as meter_${index}` : sql`linked.meter_${index}`,
  );
  return table(
    sql`taken`,
    sql`with filled as (
  select linked.seq, linked.model, linked.price_span, provider.total_input, ${joinSql([...tokenClasses.map((name) => sql`linked.${name}`), ...filled])}
  from linked
  join metered using (seq)
  join provider using (seq)
  where ${isAny}
)
select filled.seq, ${joinSql(meterColumns(terms.meters).map((name) => sql`filled.${name}`))}, ${costState(sql`filled`, sql`price`, terms)} as cost_state, ${costOf(sql`filled`, sql`price`, terms)}::${terms.money} as cost
from filled
${priceJoin(sql`price`, sql`filled.price_span`, sql`filled.model`, sql`filled`)}`,
  );
}

/** The charges go on with what they took. */
export function takeQuantities(terms: Terms): Sql[] {
  const set = joinSql([...meterColumns(terms.meters), sql`cost_state`, sql`cost`].map((name) => sql`${name} = taken.${name}`));
  const relations = terms.lasting === 'tables' ? [sql`linked_rows`, sql`kept_charges`] : [sql`linked_rows`];
  return relations.map(
    (name) => sql`update ${name}
set ${set}
from taken
where taken.seq = ${name}.seq`,
  );
}

/** Which meters charges leave empty, as the words of an observation. */
export function unreportedMeters(terms: Terms): Sql | null {
  const own = others(terms);
  if (own.length === 0 || !terms.steps.includes('meter_difference')) return null;
  const each = own.map(
    ({ meter, index }) =>
      sql`select ${literal(meter.name)} as meter, count(*) as count, sum(taken_amount_${index})::hugeint as amount, list_sort(list_distinct(min(request_id, 5))) as samples, 'provider' as layer, min(seq) as seq
from metered
where taken_${index} is not null
having count(*) > 0`,
  );
  return sql`select *
from (
${joinSql(each, '\nunion all\n')}
)
order by meter`;
}
