/** The columns of the line file: one row per charge, duplicate, refund, adjustment and uncharged request (SPEC §6). */
import { type RowStep, rowSteps } from './bridge.ts';
import { tokenClasses } from './evidence.ts';

const priced = tokenClasses.flatMap((name) => [`${name}_quantity`, `${name}_price`] as const);
const expectedPriced = tokenClasses.flatMap((name) => [`expected_${name}_quantity`, `expected_${name}_price`] as const);

/**
 * In file order. Token quantities are disjoint classes; prices are the snapshot's own rates, before ratio and divisor. The last columns are the steps of the
 * bridge that rows fill: each sums to its row of the bridge.
 */
export const lineColumns = [
  'line',
  'request_id',
  'provider_request_id',
  'timestamp_utc',
  'day',
  'application_file',
  'application_row',
  'gateway_file',
  'gateway_row',
  'provider_file',
  'provider_row',
  'key_ref',
  'service',
  'cost_center',
  'tenant',
  'prompt_version',
  'retry_reason',
  'incident',
  'role',
  'status',
  'attempt',
  'model_expected',
  'model_billed',
  'serving',
  'step',
  'snapshot',
  'tier',
  'unit_divisor',
  ...priced,
  'ratio',
  'request_price',
  'subtotal',
  'rounding_mode',
  'rounding_quantum',
  'rounding_minimum',
  'rounded_total',
  'charged_amount',
  'credits',
  'adjustments',
  'final_total',
  'expected_basis',
  'expected_snapshot',
  'expected_tier',
  'expected_unit_divisor',
  ...expectedPriced,
  'expected_ratio',
  'expected_request_price',
  ...rowSteps,
] as const;
export type LineColumn = (typeof lineColumns)[number];

/**
 * What E of a line rests on: `own`, its own quantities and prices; `request`, those under `expected_`, which are the request's; `none`, since the request is
 * unmapped or unpriced, has no counts, or is not billable, and E is 0.
 */
export const expectedBases = ['own', 'request', 'none'] as const;

/** By which rule the engine put a line into its step, where several lead there. */
export const lineReasons = [
  // unpriced, missing_usage: whose cost there is none of.
  'own-cost',
  'no-expected-model',
  'expected-cost',
  'expected-cost-then',
  // out_of_period, out_of_scope.
  'final-outside-period',
  'final-outside-scope',
  // non_billable and not_billable: by whose status.
  'own-status',
  'final-status',
  // Which charge serves.
  'only-charge',
  'names-final',
  'answers-final',
  'first-in-order',
  // fallback.
  'mapped-fallback',
  'expected-model',
  // duplicate.
  'same-record',
  'same-attempt',
  // in_transit.
  'charged-late',
  'may-be-late',
] as const;
export type LineReason = (typeof lineReasons)[number];

/** One line as text; null = empty. `line` is charge, duplicate, refund, adjustment or uncharged. */
export type Line = Readonly<Record<LineColumn, string | null>>;

/** A line with the rule that placed it; null where its step has but one way in. */
export type TraceLine = Line & { readonly reason: LineReason | null };

/** What a line puts into the step that placed it, as text; null where that is nothing, as for a serving charge that cost what was expected. */
export function ownAmount(line: Line): string | null {
  return (rowSteps as readonly string[]).includes(line.step ?? '') ? line[line.step as RowStep] : null;
}
