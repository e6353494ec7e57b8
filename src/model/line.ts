/** The columns of the line file: one row per charge, duplicate, refund, adjustment and uncharged request (SPEC §6). */
import { type RowStep, rowSteps } from './bridge.ts';
import { tokenClasses } from './evidence.ts';
import { recordOf } from './record-of.ts';

/** Which variant of a price a line took: the tier and region of its row, and what they and the hours multiply its token prices by. Only where prices tell them apart. */
const variantColumns = ['service_tier', 'region', 'factor'] as const;
const expectedVariantColumns = ['expected_service_tier', 'expected_region', 'expected_factor'] as const;

/**
 * In file order. Token quantities are disjoint classes; prices are the snapshot's own rates, before ratio and divisor. Without a prefix they are those
 * of the charge, and under `expected_` those that E was computed from. A step of the bridge has a column of its own, whose sum is its row of the bridge.
 */
export const lineColumns = [
  'line',
  'step',
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
  'service',
  'cost_center',
  'tenant',
  'prompt_version',
  'retry_reason',
  'incident',
  'account_ref',
  'key_ref',
  'status',
  'final_status',
  'billable',
  'final_billable',
  'attempt',
  'role',
  'model_expected',
  'model_billed',
  'serving',
  'snapshot',
  'tier',
  'unit_divisor',
  ...tokenClasses.flatMap((name) => [`${name}_quantity`, `${name}_price`] as const),
  'ratio',
  ...variantColumns,
  'request_price',
  'meters',
  'subtotal',
  'rounding_mode',
  'rounding_quantum',
  'rounding_minimum',
  'rounded_total',
  'currency',
  'covered_by',
  'charged_amount',
  'credits',
  'adjustments',
  'final_total',
  'final_timestamp_utc',
  'expected_snapshot',
  'expected_tier',
  'expected_unit_divisor',
  ...tokenClasses.flatMap((name) => [`expected_${name}_quantity`, `expected_${name}_price`] as const),
  'expected_ratio',
  ...expectedVariantColumns,
  'expected_request_price',
  'expected_meters',
  'units',
  'requests',
  ...rowSteps,
] as const;
export type LineColumn = (typeof lineColumns)[number];

/** Columns that say why a line has a part in a step, and stand with it. */
const columnsOfSteps: Readonly<Partial<Record<LineColumn, RowStep>>> = {
  covered_by: 'covered',
  // What a cell of buckets counts: attempts of ours, and requests of the provider.
  units: 'bucket_only',
  requests: 'bucket_only',
  meters: 'meter_difference',
  expected_meters: 'meter_difference',
  ...recordOf([...variantColumns, ...expectedVariantColumns], () => 'tier_difference' as const),
};

/** The columns of a period in which only these steps can occur. */
export function lineColumnsWith(occurring: readonly RowStep[]): readonly LineColumn[] {
  return lineColumns.filter((column) => {
    const step = columnsOfSteps[column] ?? rowSteps.find((name) => name === column);
    return step === undefined || occurring.includes(step);
  });
}

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
  // fallback, model_drift of a part of an answer.
  'advisor',
  'other-part',
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

/** What a line puts into the step that placed it; null where that is no step of the bridge, as of a serving charge that cost what was expected. */
export function amountInStep(line: Line): string | null {
  const step = rowSteps.find((name): name is RowStep => name === line.step);
  return step === undefined ? null : line[step];
}
