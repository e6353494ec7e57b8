/** The shape of a price snapshot, `prices/<provider>/<date>[-n].yaml`. */
import type { z } from 'zod';
import { borrowedPrice, choice, count, currency, day, decimal, insidePath, list, price, record, requireKeys, sha256, snapshotId, text } from './scalars.ts';

const classPrices = {
  input_price: borrowedPrice.optional(),
  output_price: borrowedPrice.optional(),
  cached_input_price: borrowedPrice.optional(),
  cache_write_price: borrowedPrice.optional(),
  cache_write_1h_price: borrowedPrice.optional(),
  reasoning_price: borrowedPrice.optional(),
};
type BorrowingLevel = { readonly [Key in keyof typeof classPrices]?: z.output<(typeof classPrices)[Key]> };

/** A borrowed price needs an amount to borrow: no chains, no loops. */
function lendersNamed(level: BorrowingLevel, context: z.core.$RefinementCtx): void {
  const lenders = { 'same-as-input': level.input_price, 'same-as-output': level.output_price };
  for (const [key, written] of Object.entries(level)) {
    if (written !== 'same-as-input' && written !== 'same-as-output') continue;
    const lender = lenders[written];
    if (lender === undefined || typeof lender === 'string') {
      context.addIssue({ code: 'custom', path: [key], message: 'an amount, or the name of a price that has one' });
    }
  }
}
const tier = record({ input_tokens_above: count, ...classPrices }).superRefine(lendersNamed);
const row = record({
  billable_model: text,
  ...classPrices,
  request_price: price.optional(),
  ratio: price.optional(),
  tiers: list(tier).optional(),
}).superRefine((value, context) => {
  lendersNamed(value, context);
  for (const [index, { input_tokens_above: bound }] of (value.tiers ?? []).entries()) {
    const before = value.tiers?.[index - 1]?.input_tokens_above;
    if (before === undefined || bound > before) continue;
    context.addIssue({ code: 'custom', path: ['tiers', index, 'input_tokens_above'], message: 'a bound above the one before' });
  }
});
const sample = record({
  billable_model: text,
  input_tokens: count.optional(),
  cached_input_tokens: count.optional(),
  cache_write_tokens: count.optional(),
  cache_write_1h_tokens: count.optional(),
  output_tokens: count.optional(),
  reasoning_tokens: count.optional(),
  expected_cost: decimal,
});
const verification = record({
  status: choice('verified', 'unverified'),
  against: text.optional(),
  on: day.optional(),
  by: text.optional(),
}).superRefine((value, context) => {
  if (value.status === 'verified') requireKeys(value, ['against', 'on', 'by'], context);
});

export const pricesSchema = record({
  id: snapshotId,
  source_url: text,
  accessed_at: day,
  captured_by: text,
  price_kind: choice('public-list', 'negotiated', 'promotional', 'credit-adjusted'),
  currency,
  unit_basis: choice('per-token', 'per-1K-tokens', 'per-1M-tokens'),
  verification,
  evidence: record({ file: insidePath, sha256 }).optional(),
  notes: text.optional(),
  prices: list(row),
  samples: list(sample).optional(),
}).describe('prices/<provider>/<date>[-n].yaml: a dated price snapshot');
export type PricesFile = z.output<typeof pricesSchema>;
export type PriceRowFile = PricesFile['prices'][number];
