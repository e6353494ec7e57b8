/** The money of every step, by the keys of all cuts: one pass over the lines, then everything else is small. */
import type { Relation, Terms } from '../terms.ts';
import { table } from '../terms.ts';
import { isOpen } from './exception-parts.ts';

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

function unfold(measures: readonly Measure[], keys: string, relation: string): string {
  return measures
    .map(
      ({ column, step }) =>
        `select ${keys}, ${step} as step, ${isOpen(step)} as is_open, ${column}_sum as amount, ${column}_up as increase, ${column}_parts as parts, 0::hugeint as excepted, 0::hugeint as excepted_up\nfrom ${relation}`,
    )
    .join('\nunion all\n');
}

const keys = 'profile, role, day, incident';

/** Where money is netted inside of cells, every fact also says of which (model, service, UTC day) it is; `keys` hold the others. */
function cellKeys(terms: Terms, keys: string, others: string): { readonly grouped: string; readonly named: string } {
  if (terms.gross === 'parts') return { grouped: keys, named: keys };
  return { grouped: `${keys}, model${others}`, named: `${keys}, model as cell_model${others}` };
}

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

/** Every step under the keys of its line: (profile, role, day, incident, step, is_open, amount, increase, parts, excepted, excepted_up). */
export function facts(terms: Terms): Relation {
  const { grouped, named } = cellKeys(terms, keys, '');
  return table(
    'facts',
    `with expected_sums as (
  select ${grouped}, true as is_explained, ${sums('expected_cost')}
  from requests
  where in_period and in_scope
  group by ${grouped}
),
uncharged_sums as (
  select ${grouped}, step, is_explained, ${sums('-expected_cost', 'expected_cost')}
  from uncharged
  group by ${grouped}, step, is_explained
)
${unfold(wholeMeasures, named, 'line_sums')}
union all
${unfold([{ column: 'expected_cost', step: `'expected'` }], named, 'expected_sums')}
union all
${unfold([{ column: 'expected_cost', step: 'step' }], named, 'uncharged_sums')}`,
  );
}

/** Every step under the model it belongs to: the billed model for what was charged, the expected one for E and its counterparts. */
export function modelFacts(terms: Terms): Relation {
  const { named } = cellKeys(terms, 'key', ', profile, day');
  const apart = terms.gross === 'parts' ? '' : ', model, profile, day';
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
  select coalesce(models.name, '(unmapped)') as key${apart}, true as is_explained, ${sums('expected_cost')}
  from requests
  left join models using (model)
  where requests.in_period and requests.in_scope
  group by models.name${apart}
),
uncharged_sums as (
  select coalesce(models.name, '(unmapped)') as key${apart}, step, is_explained, ${sums('-expected_cost', 'expected_cost')}
  from uncharged
  left join models using (model)
  group by models.name${apart}, step, is_explained
)
${unfold(ownMeasures, named, 'own')}
union all
${unfold(expectedMeasures, named, 'other')}
union all
${unfold([{ column: 'expected_cost', step: `'expected'` }], named, 'expected_sums')}
union all
${unfold([{ column: 'expected_cost', step: 'step' }], named, 'uncharged_sums')}`,
  );
}
