/** The money of every step, by the keys of all cuts: one pass over the lines, then everything else is small. */
import { explainedSteps } from '../../model/bridge.ts';
import { literal } from '../database.ts';
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
  ...['price_timing', 'token_difference', 'rounding', 'price_difference', 'duplicate', 'refund', 'adjustment'].map((name) => ({
    column: name,
    step: `'${name}'`,
  })),
];

const ownMeasures: readonly Measure[] = [
  { column: 'main_own', step: 'main_step' },
  { column: 'model_own', step: 'model_step' },
  ...['token_difference', 'rounding', 'price_difference', 'duplicate', 'refund', 'adjustment'].map((name) => ({ column: name, step: `'${name}'` })),
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

/** True where the money of a step is unexplained; of the two steps that are explained part by part the relation says which part it is. */
function isOpen(step: string): string {
  const ofParts = "('in_transit', 'out_of_scope')";
  const always = ['expected', ...explainedSteps].filter((name) => name !== 'in_transit' && name !== 'out_of_scope').map(literal);
  return `case when ${step} in (${always.join(', ')}) then false when ${step} in ${ofParts} then not is_explained else true end`;
}

function unfold(measures: readonly Measure[], keys: string, relation: string): string {
  return measures
    .map(
      ({ column, step }) =>
        `select ${keys}, ${step} as step, ${isOpen(step)} as is_open, ${column}_sum as amount, ${column}_up as increase, ${column}_parts as parts\nfrom ${relation}`,
    )
    .join('\nunion all\n');
}

const keys = 'profile, role, day, incident';

/** Every measure of the lines by every key at once: the one pass over them. */
export function lineSums(): Relation {
  const columns = [...new Set([...wholeMeasures, ...ownMeasures, ...expectedMeasures].map(({ column }) => column))];
  return table(
    'line_sums',
    `select ${keys}, model, expected_model, carries_expected, main_step, model_step, is_explained, ${columns.map((column) => sums(column)).join(', ')}
from lines
group by ${keys}, model, expected_model, carries_expected, main_step, model_step, is_explained`,
  );
}

/** Every step under the keys of its line: (profile, role, day, incident, step, is_open, amount, increase, parts). */
export function facts(): Relation {
  return table(
    'facts',
    `with expected_sums as (
  select ${keys}, true as is_explained, ${sums('expected_cost')}
  from requests
  where in_period and in_scope
  group by ${keys}
),
uncharged_sums as (
  select ${keys}, step, is_explained, ${sums('-expected_cost', 'expected_cost')}
  from uncharged
  group by ${keys}, step, is_explained
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
  select coalesce(models.name, '(unmapped)') as key, true as is_explained, ${sums('expected_cost')}
  from requests
  left join models using (model)
  where requests.in_period and requests.in_scope
  group by models.name
),
uncharged_sums as (
  select coalesce(models.name, '(unmapped)') as key, step, is_explained, ${sums('-expected_cost', 'expected_cost')}
  from uncharged
  left join models using (model)
  group by models.name, step, is_explained
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
