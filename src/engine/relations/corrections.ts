/** Rows of kind refund or adjustment that correct an earlier period (SPEC §13). Exists only where rows say what they correct. */
import { zonedTime } from '../reading/typed-column.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { table, type Terms } from '../terms.ts';
import { statesKinds } from './refunds.ts';
import type { Neighbour } from '../../model/earlier-period.ts';
import { moneyOf, toScaled } from '../../model/money.ts';

export function hasCorrections(terms: Pick<Terms, 'filled'>): boolean {
  return terms.filled.provider.includes('corrects') && statesKinds(terms);
}

/** `neighbours`: the other periods of the account and environment. */
export function neighboursTable(neighbours: readonly Neighbour[]): Sql {
  const rows = neighbours.map(({ id, start, end }) => sql`(${literal(id)}, ${start}::bigint, ${end}::bigint)`);
  const values = rows.length === 0 ? sql`(null::varchar, null::bigint, null::bigint)` : joinSql(rows);
  return table(sql`neighbours`, sql`select id, starts, ends\nfrom (values ${values}) as listed (id, starts, ends)\nwhere id is not null`);
}

/**
 * `corrected_words`: what rows say that they correct, as the period of the ledger that it is (by its id, else by a time in it) and whether that lies before
 * the judged one. What is no period of the ledger lies before it too, unless it is a time that does not: `period` is null then.
 */
export function correctedWords({ id, start }: Neighbour): Sql {
  return table(
    sql`corrected_words`,
    sql`with words as (
  select distinct corrects
  from provider_rows
  where corrects is not null and not skipped
),
timed as (
  select corrects, ${zonedTime(sql`corrects`)} as moment
  from words
),
found as (
  select timed.corrects, timed.moment, min(coalesce(named.id, around.id)) as period, min(coalesce(named.ends, around.ends)) as ends
  from timed
  left join neighbours as named on named.id = timed.corrects
  left join neighbours as around on timed.moment >= around.starts and timed.moment < around.ends
  group by timed.corrects, timed.moment
)
select
  corrects,
  period,
  case
    when corrects = ${literal(id)} then false
    when period is not null then ends <= ${start}
    when moment is not null then moment < ${start}
    else true
  end as is_earlier
from found`,
  );
}

/**
 * `correcting`: the rows whose own time does not set them aside, with the period that they correct. What lies at or after the end is a later period's, and what
 * lies in another period than it corrects is that one's: both would count twice.
 */
export function correcting({ start, end, parts }: Pick<Terms, 'start' | 'end' | 'parts'>): Sql {
  return table(
    sql`correcting`,
    sql`select provider.seq, corrected_words.period
from provider
join corrected_words using (corrects)
left join neighbours as own on provider.timestamp_utc >= own.starts and provider.timestamp_utc < own.ends
where provider.kind in ('refund', 'adjustment')${parts === 'none' ? '' : ' and provider.part_of is null'}
  and corrected_words.is_earlier
  and provider.timestamp_utc < ${end}
  and (provider.timestamp_utc >= ${start} or own.id is null or own.id is not distinct from corrected_words.period)
group by provider.seq, corrected_words.period`,
  );
}

/** `corrections`: those that count, and whether what corrects their period is explained: together it gives back, and no more than was charged there. */
export function corrections(terms: Terms): Sql {
  const limits = terms.corrected.flatMap(({ id, charged }) =>
    charged === null ? [] : [sql`(${literal(id)}, ${toScaled(moneyOf(charged), terms.scale)}::hugeint)`],
  );
  const values = limits.length === 0 ? sql`(null::varchar, null::hugeint)` : joinSql(limits);
  return table(
    sql`corrections`,
    sql`with counted as (
  select correcting.seq, correcting.period, coalesce(linked.charged, 0) as amount
  from correcting
  join linked using (seq)
  anti join (select seq from provider_fates where fate = 'export-duplicate') as repeated using (seq)
  where linked.aside is null
),
sums as (
  select counted.period, sum(counted.amount) as amount, any_value(limits.charged) as charged
  from counted
  left join (values ${values}) as limits (period, charged) on limits.period = counted.period
  group by counted.period
)
select counted.seq, counted.period, coalesce(sums.amount <= 0 and -sums.amount <= sums.charged, false) as is_explained
from counted
join sums on sums.period is not distinct from counted.period`,
  );
}
