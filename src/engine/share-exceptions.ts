/** Shares money and counts out to the exceptions of the period, in the order of their list: each takes the oldest of what it matches and nobody before it took. */
import type { RowStep } from '../model/bridge.ts';
import { isAboutRows, isInForce, type Exception } from '../model/exception.ts';
import { amountOfUnits, noAmount } from '../model/money.ts';
import type { ExceptionUse } from '../model/reconciliation.ts';
import type { Database, Row } from './database.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import { exceptionEntries, exceptionParts } from './relations/exception-parts.ts';
import { factKeys, noModel } from './relations/facts.ts';
import type { Terms } from './terms.ts';

/** What an exception takes that is about no row. */
const nothing: ExceptionUse = { covered: noAmount, used: noAmount, matched: noAmount, takenBefore: noAmount, takers: [], count: 0, matchedCount: 0 };

/**
 * Leaves `exception_takes` (part, exception, amount, billed) and `exception_counted` (entry, exception) behind, and adds to `facts` and `model_facts`
 * what is covered there. Without exceptions about rows nothing is asked of the engine.
 */
export async function shareExceptions(database: Database, terms: Terms): Promise<readonly ExceptionUse[]> {
  const { exceptions } = terms;
  const asked = exceptions.filter(isAboutRows);
  if (asked.length === 0) return exceptions.map(() => nothing);
  const steps = [...new Set(asked.map(({ category }) => category as RowStep))];
  const spokenOf = joinSql(
    asked.map((exception) => sql`(${filterOf(exception)})`),
    ' or ',
  );
  for (const statement of [exceptionParts(steps, spokenOf, terms), exceptionEntries(spokenOf, terms)]) await database.run(statement);
  await database.run(sql`create table exception_takes (step varchar, place bigint, exception integer, amount hugeint, billed hugeint)`);
  await database.run(sql`create table exception_counted (step varchar, place bigint, exception integer)`);
  const uses: ExceptionUse[] = [];
  for (const [index, exception] of exceptions.entries()) {
    uses.push(
      isAboutRows(exception) ? { ...(await takeMoney(database, terms, index, exception)), ...(await takeCounts(database, terms, index, exception)) } : nothing,
    );
  }
  for (const statement of coveredFacts(terms)) await database.run(statement);
  return uses;
}

/** True for the parts and entries that the exception speaks of; null, where one lacks what a filter names, is not true. */
function filterOf({ category, model, service, requestIds, from, to }: Exception): Sql {
  return joinSql(
    [
      sql`step = ${literal(category)}`,
      ...(model === null ? [] : [sql`model_name = ${literal(model)}`]),
      ...(service === null ? [] : [sql`service = ${literal(service)}`]),
      ...(requestIds === null ? [] : [sql`id in (${joinSql(requestIds.map(literal))})`]),
      ...(from === null ? [] : [sql`timestamp_utc >= ${from}`]),
      ...(to === null ? [] : [sql`timestamp_utc < ${to}`]),
    ],
    ' and ',
  );
}

/** A CTE `rests`: what is left of the parts that an exception speaks of, and which earlier ones took of each. */
function restsOf(exception: Exception): Sql {
  return sql`takes as (
  select place, sum(amount)::hugeint as amount, sum(billed)::hugeint as billed, list(exception) filter (amount <> 0) as takers
  from exception_takes
  where step = ${literal(exception.category)}
  group by place
),
rests as (
  select
    parts.place,
    (parts.amount - coalesce(takes.amount, 0))::hugeint as amount,
    (parts.billed - coalesce(takes.billed, 0))::hugeint as billed,
    coalesce(takes.amount, 0)::hugeint as taken,
    takes.takers
  from exception_parts as parts
  left join takes using (place)
  where ${filterOf(exception)}
)`;
}

async function takeMoney(database: Database, terms: Terms, index: number, exception: Exception): Promise<Omit<ExceptionUse, 'count' | 'matchedCount'>> {
  const [before] = await database.rows(sql`with ${restsOf(exception)}
select
  sum(abs(amount))::hugeint as matched,
  sum(taken)::hugeint as taken_before,
  list_sort(list_distinct(flatten(list(takers) filter (takers is not null)))) as takers
from rests`);
  if (isInForce(exception, terms.asOf)) await database.run(takeStatement(index, exception, terms));
  const [taken] = await database.rows(
    sql`select sum(amount)::hugeint as covered, sum(abs(amount))::hugeint as used from exception_takes where exception = ${index}`,
  );
  return {
    covered: amountOfUnits(taken?.['covered'], terms.scale),
    used: amountOfUnits(taken?.['used'], terms.scale),
    matched: amountOfUnits(before?.['matched'], terms.scale),
    takenBefore: amountOfUnits(before?.['taken_before'], terms.scale),
    takers: takersOf(before),
  };
}

/** A part that fits is taken with both of its sides; of the first that does not fit, what is left of the cap, off the side that points the same way, the billed one first. */
function takeStatement(index: number, exception: Exception, terms: Terms): Sql {
  const cap = capOf(exception, terms);
  return sql`insert into exception_takes
with ${restsOf(exception)},
summed as (
  select *, (sum(abs(amount)) over (order by place rows unbounded preceding))::hugeint - abs(amount) as before
  from rests
),
sized as (
  select *, ${cap}::hugeint - before >= abs(amount) as is_whole, (sign(amount) * (${cap}::hugeint - before))::hugeint as part
  from summed
  where before <= ${cap}::hugeint
)
select
  ${literal(exception.category)} as step,
  place,
  ${index} as exception,
  case when is_whole then amount else part end as amount,
  case
    when is_whole then billed
    when sign(billed) <> sign(part) then 0
    when abs(billed) < abs(part) then billed
    else part
  end as billed
from sized
where is_whole or part <> 0`;
}

/** No sum of a run comes near it, and the engine's integers hold it. */
const largestCap = 10n ** 37n;

/** `max_amount` in scaled units; what is finer than any amount of the run is cut off, what is larger than any sum is one. */
function capOf({ maxAmount }: Exception, { scale }: Terms): bigint {
  const units = BigInt(maxAmount.times(`1e${scale}`).floor().toFixed(0));
  return units < largestCap ? units : largestCap;
}

async function takeCounts(database: Database, terms: Terms, index: number, exception: Exception): Promise<Pick<ExceptionUse, 'count' | 'matchedCount'>> {
  const free = sql`select place
from exception_entries
anti join (select place from exception_counted where step = ${literal(exception.category)}) as counted using (place)
where ${filterOf(exception)}`;
  const [matched] = await database.rows(sql`select count(*) as count from (${free}) as free`);
  const matchedCount = Number(matched?.['count'] ?? 0);
  const { maxCount } = exception;
  if (maxCount === null || matchedCount === 0 || !isInForce(exception, terms.asOf)) return { count: 0, matchedCount };
  await database.run(sql`insert into exception_counted
select ${literal(exception.category)} as step, place, ${index} as exception
from (${free}) as free
order by place
limit ${maxCount}`);
  return { count: maxCount < BigInt(matchedCount) ? Number(maxCount) : matchedCount, matchedCount };
}

/** What is covered, under the keys of the parts and under the models of their sides. */
const covered = sql`with covered as (
  select takes.amount as taken, takes.billed as taken_billed, parts.*
  from (
    select step, place, sum(amount)::hugeint as amount, sum(billed)::hugeint as billed
    from exception_takes
    group by step, place
  ) as takes
  join exception_parts as parts on parts.step = takes.step and parts.place = takes.place
)`;

function insertCovered(target: Sql, keys: Sql, rows: Sql): Sql {
  return sql`insert into ${target} (${keys}, step, is_open, amount, increase, parts, excepted, excepted_up)
${covered},
shares as (
  ${rows}
)
select
  ${keys}, step, is_open, 0 as amount, 0 as increase, 0 as parts,
  sum(taken)::hugeint as excepted,
  coalesce(sum(taken) filter (taken > 0), 0)::hugeint as excepted_up
from shares
group by ${keys}, step, is_open`;
}

function coveredFacts(terms: Terms): Sql[] {
  const [unbilled, unmapped] = noModel(terms);
  const [cell, own] = terms.gross === 'parts' ? [sql``, sql``] : [sql`, cell_model`, sql`, named_model as cell_model`];
  const [modelCell, modelOwn] = terms.gross === 'parts' ? [sql``, sql``] : [sql`, cell_model, profile, day`, sql`, named_model as cell_model, profile, day`];
  return [
    insertCovered(sql`facts`, sql`${factKeys(terms)}${cell}`, sql`select ${factKeys(terms)}${own}, step, is_open, taken from covered`),
    insertCovered(
      sql`model_facts`,
      sql`key${modelCell}`,
      sql`select coalesce(models.name, ${unbilled}) as key${modelOwn}, step, is_open, taken_billed as taken
  from covered
  left join models on models.model = covered.billed_model
  where has_billed
  union all
  select coalesce(models.name, ${unmapped}) as key${modelOwn}, step, is_open, taken - taken_billed as taken
  from covered
  left join models on models.model = covered.expected_model
  where has_expected`,
    ),
  ];
}

function takersOf(row: Row | undefined): number[] {
  const takers = row?.['takers'];
  return Array.isArray(takers) ? takers.map(Number) : [];
}
