/** The money that exceptions speak of: sums by step, by the exceptions whose filters hold, and by the keys of every cut. */
import type { CutName, RowStep } from '../model/bridge.ts';
import { cutNames } from '../model/bridge.ts';
import { isAboutRows } from '../model/exception.ts';
import type { Exception, ExceptionPart } from '../model/exception.ts';
import { formatMoney, fromScaled } from '../model/money.ts';
import { cutKey } from './cut-key.ts';
import type { Database, Row } from './database.ts';
import { literal } from './database.ts';
import { exceptionRows } from './relations/exception-rows.ts';
import type { Terms } from './terms.ts';

type PlainCut = Exclude<CutName, 'by_model'>;
const plainCuts = cutNames.filter((name): name is PlainCut => name !== 'by_model');

/** Parts in the order of their keys, the same for the same rows; without exceptions about rows nothing is asked of the engine. */
export async function readExceptionParts(database: Database, terms: Terms): Promise<readonly ExceptionPart[]> {
  const asked = [...terms.exceptions.entries()].filter(([, exception]) => isAboutRows(exception));
  if (asked.length === 0) return [];
  const steps = [...new Set(asked.map(([, { category }]) => category as RowStep))];
  const keys = plainCuts.map((name) => `coalesce(${cutKey(name, terms)}, '(none)') as ${name}`);
  const rows = await database.rows(`with exception_rows as (
${exceptionRows(steps)}
),
matched as (
  select
    exception_rows.*,
    concat(${asked.map(([index, exception]) => `case when ${filterOf(exception)} then '${index} ' else '' end`).join(', ')}) as matches
  from exception_rows
  left join profiles using (profile)
  left join models on models.model = exception_rows.named_model
),
facts as (
  select
    step, matches, profile, role, day, incident, billed_model, expected_model, has_billed, has_expected,
    sum(amount)::hugeint as amount,
    sum(billed)::hugeint as billed,
    coalesce(sum(case when amount > 0 then amount end), 0)::hugeint as increase
  from matched
  where matches <> ''
  group by step, matches, profile, role, day, incident, billed_model, expected_model, has_billed, has_expected
),
named as (
  select
    step, matches, ${keys.join(', ')},
    case when has_billed then coalesce(billed_models.name, '(none)') end as billed_name,
    case when has_expected then coalesce(expected_models.name, '(unmapped)') end as expected_name,
    amount, billed, increase
  from facts
  left join profiles using (profile)
  left join models as billed_models on billed_models.model = facts.billed_model
  left join models as expected_models on expected_models.model = facts.expected_model
)
select
  step, matches, ${plainCuts.join(', ')}, billed_name, expected_name,
  sum(amount)::hugeint as amount, sum(billed)::hugeint as billed, sum(increase)::hugeint as increase
from named
group by all
order by all`);
  return rows.map((row) => partOf(row, terms));
}

/** True for the rows that the exception speaks of; null, where a row lacks what a filter names, is not true. */
function filterOf({ category, model, service, requestIds, from, to }: Exception): string {
  return [
    `step = ${literal(category)}`,
    ...(model === null ? [] : [`models.name = ${literal(model)}`]),
    ...(service === null ? [] : [`profiles.service = ${literal(service)}`]),
    ...(requestIds === null ? [] : [`id in (${requestIds.map(literal).join(', ')})`]),
    ...(from === null ? [] : [`timestamp_utc >= ${from}`]),
    ...(to === null ? [] : [`timestamp_utc < ${to}`]),
  ].join(' and ');
}

function partOf(row: Row, terms: Terms): ExceptionPart {
  const [amount, billed, increase] = ['amount', 'billed', 'increase'].map((name) => BigInt(String(row[name]))) as [bigint, bigint, bigint];
  const text = (units: bigint): string => formatMoney(fromScaled(units, terms.scale));
  const nameOf = (column: string): string | null => (row[column] === null ? null : String(row[column]));
  return {
    step: String(row['step']) as RowStep,
    matches: String(row['matches']).trim().split(' ').map(Number),
    keys: Object.fromEntries(plainCuts.map((name) => [name, String(row[name])])) as Record<PlainCut, string>,
    billedModel: nameOf('billed_name'),
    expectedModel: nameOf('expected_name'),
    amount: text(amount),
    billed: text(billed),
    expected: text(amount - billed),
    increase: text(increase),
    decrease: text(amount - increase),
  };
}
