/** The money of every step, by the keys of all cuts: one pass over the lines, then everything else is small. */
import type { Relation } from '../terms.ts';
import { table } from '../terms.ts';

/** A measure of `lines` and the step its money goes to (a constant, or a column of `lines`). */
interface Measure {
  readonly column: string;
  readonly step: string;
}

const wholeMeasures: readonly Measure[] = [
  { column: 'main_amount', step: 'main_step' },
  { column: 'model_amount', step: 'model_step' },
  ...['price_timing', 'token_difference', 'rounding', 'price_difference', 'duplicate', 'refund'].map((name) => ({ column: name, step: `'${name}'` })),
];

const ownMeasures: readonly Measure[] = [
  { column: 'main_own', step: 'main_step' },
  { column: 'model_own', step: 'model_step' },
  ...['token_difference', 'rounding', 'price_difference', 'duplicate', 'refund'].map((name) => ({ column: name, step: `'${name}'` })),
];

const expectedMeasures: readonly Measure[] = [
  { column: 'main_expected_side', step: 'main_step' },
  { column: 'model_expected_side', step: 'model_step' },
  { column: 'price_timing', step: `'price_timing'` },
];

/** Σ, Σ of the positive parts and the number of parts that are not zero. */
function sums(column: string, name = column): string {
  return `sum(${column})::hugeint as ${name}_sum, coalesce(sum(case when ${column} > 0 then ${column} end), 0)::hugeint as ${name}_up, count(*) filter (${column} <> 0) as ${name}_parts`;
}

function unfold(measures: readonly Measure[], keys: string, relation: string): string {
  return measures
    .map(({ column, step }) => `select ${keys}, ${step} as step, ${column}_sum as amount, ${column}_up as increase, ${column}_parts as parts\nfrom ${relation}`)
    .join('\nunion all\n');
}

const keys = 'profile, role, day, incident';

/** Every measure of the lines by every key at once: the one pass over them. */
export function lineSums(): Relation {
  const columns = [...new Set([...wholeMeasures, ...ownMeasures, ...expectedMeasures].map(({ column }) => column))];
  return table(
    'line_sums',
    `select ${keys}, model, expected_model, carries_expected, main_step, model_step, ${columns.map((column) => sums(column)).join(', ')}
from lines
group by ${keys}, model, expected_model, carries_expected, main_step, model_step`,
  );
}

/** Every step under the keys of its line: (profile, role, day, incident, step, amount, increase, parts). */
export function facts(): Relation {
  return table(
    'facts',
    `with expected_sums as (
  select ${keys}, ${sums('expected_cost')}
  from requests
  where in_period and in_scope
  group by ${keys}
),
uncharged_sums as (
  select ${keys}, step, ${sums('-expected_cost', 'expected_cost')}
  from uncharged
  group by ${keys}, step
)
${unfold(wholeMeasures, keys, 'line_sums')}
union all
${unfold([{ column: 'expected_cost', step: `'expected'` }], keys, 'expected_sums')}
union all
${unfold([{ column: 'expected_cost', step: 'step' }], keys, 'uncharged_sums')}`,
  );
}

/** Every step under the model it belongs to: the billed model for what was charged, the expected one for E and its counterparts. */
export function modelFacts(): Relation {
  return table(
    'model_facts',
    `with own as (
  select coalesce(models.name, '(none)') as key, line_sums.*
  from line_sums
  left join models using (model)
),
other as (
  select coalesce(models.name, '(unmapped)') as key, line_sums.*
  from line_sums
  left join models on models.model = line_sums.expected_model
  where line_sums.carries_expected
),
expected_sums as (
  select coalesce(models.name, '(unmapped)') as key, ${sums('expected_cost')}
  from requests
  left join models using (model)
  where requests.in_period and requests.in_scope
  group by models.name
),
uncharged_sums as (
  select coalesce(models.name, '(unmapped)') as key, step, ${sums('-expected_cost', 'expected_cost')}
  from uncharged
  left join models using (model)
  group by models.name, step
)
${unfold(ownMeasures, 'key', 'own')}
union all
${unfold(expectedMeasures, 'key', 'other')}
union all
${unfold([{ column: 'expected_cost', step: `'expected'` }], 'key', 'expected_sums')}
union all
${unfold([{ column: 'expected_cost', step: 'step' }], 'key', 'uncharged_sums')}`,
  );
}
