/** The columns of the line file: one row per charge, duplicate, refund, adjustment and uncharged request (SPEC §6). */
import { tokenClasses } from './evidence.ts';

/** In file order. Token quantities are disjoint classes; prices are the snapshot's own rates, before ratio and divisor. */
export const lineColumns = [
  'line',
  'request_id',
  'provider_request_id',
  'timestamp_utc',
  'application_file',
  'application_row',
  'gateway_file',
  'gateway_row',
  'provider_file',
  'provider_row',
  'service',
  'cost_center',
  'tenant',
  'status',
  'attempt',
  'model_expected',
  'model_billed',
  'serving',
  'snapshot',
  'tier',
  'unit_divisor',
  ...tokenClasses.flatMap((name) => [`${name}_quantity`, `${name}_price`] as const),
  'ratio',
  'request_price',
  'subtotal',
  'rounding_mode',
  'rounded_total',
  'charged_amount',
  'credits',
  'adjustments',
  'final_total',
  'expected_cost',
  'step',
  'step_amount',
  'price_timing',
  'model_difference',
  'token_difference',
  'rounding',
  'price_difference',
  'duplicate',
  'refund',
  'adjustment',
] as const;
export type LineColumn = (typeof lineColumns)[number];

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
