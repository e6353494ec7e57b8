/** What charges and requests put into the steps that exceptions name, one row for each such amount. */
import type { RowStep } from '../../model/bridge.ts';
import { literal } from '../database.ts';

/** An amount of `lines`, its step (a column that may hold it, or the step itself) and what of it belongs to the billed model. */
interface Measure {
  readonly amount: string;
  readonly billed: string;
  readonly stepColumn: 'main_step' | 'model_step' | null;
}

const constantSteps: readonly RowStep[] = ['price_timing', 'token_difference', 'rounding', 'price_difference', 'duplicate', 'refund', 'adjustment'];

/** As relations/facts.ts sums them: price timing lies with the expected model, the other differences with the billed one. */
function measuresOf(steps: readonly RowStep[]): Measure[] {
  return [
    { amount: 'main_amount', billed: 'main_own', stepColumn: 'main_step' },
    { amount: 'model_amount', billed: 'model_own', stepColumn: 'model_step' },
    ...constantSteps
      .filter((step) => steps.includes(step))
      .map((step): Measure => ({ amount: step, billed: step === 'price_timing' ? '0' : step, stepColumn: null })),
  ];
}

/**
 * A query over `lines` and `uncharged`, in one pass over each: (step, id, timestamp_utc, named_model, keys, both sides, amount).
 * A row that puts nothing into a step but moves its two sides apart is kept: it counts in the cut by model.
 */
export function exceptionRows(steps: readonly RowStep[]): string {
  const measures = measuresOf(steps);
  const names = steps.map(literal).join(', ');
  const touches = ({ amount, billed, stepColumn }: Measure): string => {
    const moves = billed === amount || billed === '0' ? `${amount} <> 0` : `(${amount} <> 0 or ${billed} <> 0)`;
    return stepColumn === null ? moves : `(${stepColumn} in (${names}) and ${moves})`;
  };
  const columns = [...new Set(measures.flatMap(({ amount, billed }) => [amount, ...(billed === '0' ? [] : [billed])]))];
  return `  with asked as materialized (
    select
      coalesce(request_id, provider_request_id) as id, timestamp_utc, model, expected_model, carries_expected, profile, role, day, incident,
      main_step, model_step, ${columns.join(', ')}
    from lines
    where ${measures.map(touches).join('\n      or ')}
  )
${measures.map((measure) => `  ${measureRows(measure)}\n  where ${touches(measure)}`).join('\n  union all\n')}
  union all
  select
    step::varchar, request_id, timestamp_utc, model, profile, role, day, incident,
    null::integer, model, false, true, -expected_cost, 0
  from uncharged
  where step in (${names}) and expected_cost <> 0`;
}

function measureRows({ amount, billed, stepColumn }: Measure): string {
  return `select
    ${stepColumn === null ? literal(amount) : stepColumn}::varchar as step, id, timestamp_utc, model as named_model, profile, role, day, incident,
    model as billed_model, case when carries_expected then expected_model end as expected_model, true as has_billed, carries_expected as has_expected,
    ${amount} as amount, ${billed} as billed
  from asked`;
}
