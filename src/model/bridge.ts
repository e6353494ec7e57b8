/** The bridge: the ordered amounts that lead from expected cost to the invoice total (SPEC §4.1). */

/** The steps between `expected` and `provider_at_snapshot`, in report order. */
export const valueSteps = [
  'not_billable',
  'not_forwarded',
  'in_transit',
  'not_charged',
  'unlinked',
  'gateway_only',
  'unbacked',
  'bucket_only',
  'bucket_usage',
  'bucket_mix',
  'carried_forward',
  'out_of_period',
  'out_of_scope',
  'non_billable',
  'status_difference',
  'unpriced',
  'missing_usage',
  'fallback',
  'model_drift',
  'price_timing',
  'tier_difference',
  'token_difference',
  'meter_difference',
  'retry',
] as const;
/** The steps between `provider_at_snapshot` and `provider_charged`, in report order. */
export const chargeSteps = ['rounding', 'covered', 'price_difference', 'duplicate', 'refund', 'adjustment', 'correction'] as const;
/** The steps between `provider_charged` and `balance_drawdown`, in report order (SPEC §12). */
export const balanceSteps = ['other_scope', 'balance_timing', 'balance_difference'] as const;
export type BalanceStep = (typeof balanceSteps)[number];
/** The steps between what was charged, in the invoice's currency, and the usage that the invoice states, in report order (SPEC §13). */
export const conversionSteps = ['fx_rate', 'invoice_rounding'] as const;
export type ConversionStep = (typeof conversionSteps)[number];
export function isConversion(step: string): step is ConversionStep {
  return (conversionSteps as readonly string[]).includes(step);
}
/** The invoice lines that are no usage, in report order. */
export const adjustmentSteps = ['credit', 'discount', 'tax', 'fx', 'minimum', 'other'] as const;
export type AdjustmentStep = (typeof adjustmentSteps)[number];

/** The lines that a model may earn or be granted: those that name none stand under a key of their own by model. */
export const grantSteps = ['credit', 'discount'] as const satisfies readonly AdjustmentStep[];
export function isGrant(step: string): boolean {
  return (grantSteps as readonly string[]).includes(step);
}
export const invoiceKey = '(invoice)';

export const steps = [
  'expected',
  ...valueSteps,
  ...chargeSteps,
  ...balanceSteps,
  ...conversionSteps,
  'usage_subtotal',
  ...adjustmentSteps,
  'residual',
] as const;
/** A row of the bridge that moves the running total. */
export type Step = (typeof steps)[number];
/** The rows that state the running total, at every `=`. */
export const subtotals = ['provider_at_snapshot', 'provider_charged', 'balance_drawdown', 'charged_converted', 'invoice_usage', 'invoice_total'] as const;
export type Subtotal = (typeof subtotals)[number];
export function isSubtotal(step: string): step is Subtotal {
  return (subtotals as readonly string[]).includes(step);
}

/** The steps that the engine fills from rows: everything up to `provider_charged`. */
export const rowSteps = ['expected', ...valueSteps, ...chargeSteps] as const;
export type RowStep = (typeof rowSteps)[number];

/** What a ledger may declare beside one row per request in tokens, and the steps that only then can occur: elsewhere no list has them (SPEC §9–§13). */
const featureSteps = {
  buckets: ['bucket_only', 'bucket_usage', 'bucket_mix'],
  variants: ['tier_difference'],
  meters: ['meter_difference'],
  covered: ['covered'],
  corrections: ['correction'],
} as const satisfies Readonly<Record<string, readonly RowStep[]>>;
export type Feature = keyof typeof featureSteps;

/** The steps of rows that stand in every period. */
export const plainRowSteps: readonly RowStep[] = rowStepsWith([]);

/** The steps that stand in every period with an invoice. */
export const plainSteps: readonly Step[] = steps.filter(
  (step) => ![...Object.values(featureSteps).flat(), ...balanceSteps, ...conversionSteps].some((declared) => declared === step),
);

/** The steps that can occur in a period that declares these, in report order. */
export function rowStepsWith(features: readonly Feature[]): readonly RowStep[] {
  const absent = (Object.keys(featureSteps) as Feature[]).filter((feature) => !features.includes(feature));
  const left: readonly RowStep[] = absent.flatMap((feature) => featureSteps[feature]);
  return rowSteps.filter((step) => !left.includes(step));
}

/**
 * Steps whose money is explained by what they are; all others, and `residual`, are unexplained (SPEC §5). Of those
 * in `partlyExplainedSteps`, and of `fx_rate`, only those parts are explained that their rule explains: `StepAmount.open` says what is not.
 */
export const explainedSteps: readonly Step[] = [
  'not_billable',
  'in_transit',
  'carried_forward',
  'out_of_scope',
  'retry',
  'fallback',
  'price_timing',
  'rounding',
  'covered',
  'refund',
  'correction',
  'other_scope',
  'balance_timing',
  'fx_rate',
  'invoice_rounding',
];

/** Explained part by part. */
export const partlyExplainedSteps: readonly Step[] = ['in_transit', 'out_of_scope', 'correction'];

/** With those that the contract explains: another tier than was asked for, where the provider decides on it. */
export function explainedStepsWith({ tiers }: { readonly tiers: 'as-requested' | 'provider-decides' }): readonly Step[] {
  return tiers === 'provider-decides' ? [...explainedSteps, 'tier_difference'] : explainedSteps;
}

/** The key under which every cut has what the balance differs by from the charges. */
export const balanceKey = '(balance)';

/** Every cut adds up to the whole, but for those that have no rows: `by_key` where no line names a key (`key_ref`), `by_account` where the period is of one account. */
export const cutNames = [
  'by_model',
  'by_service',
  'by_cost_center',
  'by_key',
  'by_account',
  'by_day',
  'by_role',
  'by_prompt_version',
  'by_retry_reason',
  'by_incident',
] as const;
export type CutName = (typeof cutNames)[number];
/** The cuts that a result leaves out where they have no rows. */
export const optionalCuts = ['by_key', 'by_account'] as const satisfies readonly CutName[];
export type OptionalCut = (typeof optionalCuts)[number];
export function isOptionalCut(name: CutName): name is OptionalCut {
  return (optionalCuts as readonly CutName[]).includes(name);
}

/** The rows of the count bridge (SPEC §4.2), in order; entries are signed so that they add up. */
export const countSteps = [
  'requests',
  'not_billable',
  'not_forwarded',
  'in_transit',
  'not_charged',
  'unlinked',
  'gateway_only',
  'carried_forward',
  'out_of_period',
  'out_of_scope',
  'unbacked',
  'extra_retry',
  'extra_fallback',
  'extra_model_drift',
] as const;
export type CountStep = (typeof countSteps)[number];

/** The same where the provider's rows sum up requests (SPEC §9). */
export const bucketCountSteps = ['units', 'not_charged', 'bucket_only', 'bucket_requests'] as const;
export type BucketCountStep = (typeof bucketCountSteps)[number];

/** The key of a cut that cannot tell cells of buckets apart; nothing is judged by it. */
export const mixedKey = '(mixed)';
