/** Parts of answers that are of another model than their row: each is one more charge that goes where its row goes, and never serves (SPEC §11). Exists only where there are any. */
import { shareOf } from './charges.ts';
import { linkedNames } from './linked.ts';
import { identifier, joinSql, literal, sql, type Sql } from '../sql.ts';
import { costOf, costState, hasCovers, priceJoin, roundedCost, table, type Terms } from '../terms.ts';
import { meterColumns } from '../meter-terms.ts';
import { tokenClasses } from '../../model/evidence.ts';

/**
 * Of each charge with parts: a row of `linked` for each part, at its own model and tokens, and otherwise as its row. `charged` is what is due for it, where its row
 * states an amount, which is that of the whole answer, and the part has a cost.
 */
export function partCharges(terms: Terms): Sql {
  const own = [
    ...tokenClasses.map((name) => sql`provider.${name}::${terms.count} as ${name}`),
    ...meterColumns(terms.meters).map((name) => sql`provider.${name}`),
  ];
  const names = linkedNames(terms);
  const priced: Readonly<Record<string, Sql>> = {
    cost_state: costState(sql`parts`, sql`price`, terms),
    cost: sql`${costOf(sql`parts`, sql`price`, terms)}::${terms.money}`,
  };
  const ofPart = new Set<string>(['seq', 'part_of', 'model', ...tokenClasses, ...meterColumns(terms.meters)]);
  const valueOf = (name: string): Sql => priced[name] ?? (ofPart.has(name) ? sql`parts.${identifier(name)}` : sql`wholes.${identifier(name)}`);
  const due = sql`case when charged is not null and cost_state = 'ok' then ${dueOf(terms)} end::${terms.money} as charged`;
  return table(
    sql`part_charges`,
    sql`with parts as (
  select provider.seq, provider.part_of, models.model, provider.total_input, ${joinSql(own)}
  from provider
  left join models on models.name = provider.model_billed
  where provider.part_of is not null
),
priced as (
  select ${joinSql(names.map((name) => sql`${valueOf(name)} as ${identifier(name)}`))}
  from linked as wholes
  join parts on parts.part_of = wholes.seq
  ${priceJoin(sql`price`, sql`wholes.price_span`, sql`parts.model`, sql`parts`)}
  where wholes.is_charge
)
select ${joinSql(names.map((name) => (name === 'charged' ? due : identifier(name))))}
from priced`,
  );
}

/** Its rounded cost, less what something else than the balance pays: the rule of `covered`, by which nothing of an answer is charged where nothing is charged for it. */
function dueOf(terms: Terms): Sql {
  const rounded = roundedCost(sql`cost`, terms);
  if (!hasCovers(terms)) return rounded;
  const shares = Object.entries(terms.coverFees).map(([cover, fee]) => sql`when covered_by = ${literal(cover)} then ${shareOf(rounded, fee)}`);
  return sql`case when covered_by <> 'wallet' and charged = 0 then 0 ${joinSql(shares, ' ')} else ${rounded} end`;
}

/** What a row states is that of its whole answer: its own charge is left with what is not due for the parts. */
export function takeParts({ money }: Terms): Sql {
  return sql`update linked_rows
set charged = (linked_rows.charged - due.amount)::${money}
from (
  select part_of, sum(charged)::hugeint as amount
  from part_charges
  where charged is not null
  group by part_of
) as due
where due.part_of = linked_rows.seq and linked_rows.link is not null`;
}

export function insertParts(): Sql {
  return sql`insert into linked_rows\nselect *\nfrom part_charges`;
}

/** What becomes of a row becomes of its parts. `provider_fates` has rows only where ids repeat. */
export function insertPartFates(): Sql {
  return sql`insert into provider_fates
select part_charges.seq, provider_fates.fate, false as conflicting
from part_charges
join provider_fates on provider_fates.seq = part_charges.part_of`;
}

/** A part never serves, and is backed where its row is. */
export function insertPartContests(): Sql {
  return sql`insert into contests
select kept_charges.seq, false as serving, null as basis, coalesce(contests.backed, true) as backed, coalesce(contests.serving_model, wholes.model) as serving_model
from kept_charges
join kept_charges as wholes on wholes.seq = kept_charges.part_of
left join contests on contests.seq = kept_charges.part_of`;
}
