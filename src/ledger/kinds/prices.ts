/** The shape of a price snapshot, `prices/<provider>/<date>[-n].yaml`. */
import type { z } from 'zod';
import {
  borrowedPrice,
  choice,
  count,
  currency,
  day,
  decimal,
  dictionary,
  insidePath,
  list,
  modelled,
  positive,
  price,
  record,
  requireKeys,
  sha256,
  snapshotId,
  text,
} from './scalars.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import { type TokenClass, tokenClasses, tokenColumns } from '../../model/evidence.ts';
import type { ClassPrices, Meter, PriceRow, PriceSample, Snapshot } from '../../model/ledger.ts';
import { Money, zero } from '../../model/money.ts';
import { recordOf } from '../../model/record-of.ts';

/** Price key ↔ token class, in the order of the file. */
export const priceKeys = {
  input_price: 'input',
  output_price: 'output',
  cached_input_price: 'cached_input',
  cache_write_price: 'cache_write',
  cache_write_1h_price: 'cache_write_1h',
  reasoning_price: 'reasoning',
} as const satisfies Record<string, TokenClass>;
type PriceKey = keyof typeof priceKeys;

const classPrices = recordOf(Object.keys(priceKeys) as PriceKey[], () => borrowedPrice.optional());
type BorrowingLevel = { readonly [Key in PriceKey]?: WrittenPrice };

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
  meter_prices: dictionary(price).optional(),
  needs: list(text).optional(),
}).superRefine((value, context) => {
  lendersNamed(value, context);
  for (const [index, { input_tokens_above: bound }] of (value.tiers ?? []).entries()) {
    const before = value.tiers?.[index - 1]?.input_tokens_above;
    if (before === undefined || bound > before) continue;
    context.addIssue({ code: 'custom', path: ['tiers', index, 'input_tokens_above'], message: 'a bound above the one before' });
  }
});
const meter = record({
  unit: choice('count', 'decimal').optional(),
  per: positive.optional(),
  inside: choice(...tokenClasses).optional(),
  whole: choice('up').optional(),
}).refine((value) => (value.unit === undefined) !== (value.inside === undefined), { error: 'either a unit or the class inside which it is counted' });
const sample = record({ billable_model: text, ...recordOf(tokenColumns, () => count.optional()), expected_cost: decimal });
const verification = record({
  status: choice('verified', 'unverified'),
  against: text.optional(),
  on: day.optional(),
  by: text.optional(),
}).superRefine((value, context) => {
  if (value.status === 'verified') requireKeys(value, ['against', 'on', 'by'], context);
});

/** A meter that only a row knows has no unit. */
function metersNamed(
  file: {
    readonly meters?: object | undefined;
    readonly prices: readonly { readonly meter_prices?: object | undefined; readonly needs?: string[] | undefined }[];
  },
  context: z.core.$RefinementCtx,
): void {
  const isUnknown = (name: string): boolean => !Object.hasOwn(file.meters ?? {}, name);
  const complain = (path: (string | number)[]): void => context.addIssue({ code: 'custom', path, message: 'a meter that stands under meters' });
  for (const [index, { meter_prices: prices = {}, needs = [] }] of file.prices.entries()) {
    for (const name of Object.keys(prices).filter(isUnknown)) complain(['prices', index, 'meter_prices', name]);
    for (const [at, name] of needs.entries()) if (isUnknown(name)) complain(['prices', index, 'needs', at]);
  }
}

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
  meters: dictionary(meter).optional(),
  prices: list(row),
  samples: list(sample).optional(),
})
  .superRefine(metersNamed)
  .describe('prices/<provider>/<date>[-n].yaml: a dated price snapshot');
type PricesFile = z.output<typeof pricesSchema>;
type PriceRowFile = PricesFile['prices'][number];

const one = new Money(1);
const divisors = { 'per-token': 1n, 'per-1K-tokens': 1000n, 'per-1M-tokens': 1_000_000n } as const;

export function parsePrices(file: PricesFile, document: LedgerDocument): Snapshot {
  return {
    ...modelled(pricesSchema, file, 'unit_basis', 'verification', 'evidence', 'prices', 'samples'),
    unitDivisor: divisors[file.unit_basis],
    verified: file.verification.status === 'verified',
    meters: new Map(Object.entries(file.meters ?? {}).map(([name, written]) => [name, parseMeter(written)])),
    prices: file.prices.map((row, index) => parseRow(row, document, index)),
    samples: (file.samples ?? []).map((sample, index) => parseSample(sample, document, index)),
    source: placeOf(document, ['id']),
  };
}

function parseRow(row: PriceRowFile, document: LedgerDocument, index: number): PriceRow {
  // A placeholder ratio or request price (null) leaves the cost of every row unknown, so the model keeps no price at all.
  const known = row.ratio !== null && row.request_price !== null;
  const pricesOf = (level: Partial<Record<PriceKey, WrittenPrice>>) => (known ? classPricesOf(level) : {});
  const tiersBy = (levelOf: typeof pricesOf) => (row.tiers ?? []).map((tier) => ({ inputTokensAbove: tier.input_tokens_above, prices: levelOf(tier) }));
  const { ratio = one, request_price: requestPrice = zero } = row;
  return {
    billableModel: row.billable_model,
    prices: pricesOf(row),
    requestPrice: requestPrice ?? zero,
    ratio: ratio ?? one,
    tiers: tiersBy(pricesOf),
    meterPrices: new Map(Object.entries(row.meter_prices ?? {}).flatMap(([name, amount]) => (amount === null ? [] : [[name, amount] as const]))),
    needs: row.needs ?? null,
    stated: { prices: classPricesOf(row), tiers: tiersBy(classPricesOf), requestPrice, ratio },
    source: placeOf(document, ['prices', index]),
  };
}

function parseMeter({ unit, per, inside, whole }: z.output<typeof meter>): Meter {
  return { unit: unit ?? 'token', per: per ?? one, inside: inside ?? null, whole: whole ?? null };
}

type WrittenPrice = Money | 'same-as-input' | 'same-as-output' | null | undefined;

/** Classes with a known price; `same-as-…` follows one step, so that two classes cannot borrow from each other. */
function classPricesOf(level: Partial<Record<PriceKey, WrittenPrice>>): ClassPrices {
  const prices: Partial<Record<TokenClass, Money>> = {};
  for (const [key, name] of Object.entries(priceKeys) as [PriceKey, TokenClass][]) {
    const written = level[key];
    const price = written === 'same-as-input' ? level.input_price : written === 'same-as-output' ? level.output_price : written;
    if (price instanceof Money) prices[name] = price;
  }
  // Reasoning without a price stays inside output; a placeholder must not fall back to that, so output becomes unknown with it.
  if (level.reasoning_price === null) delete prices.output;
  return prices;
}

type SampleFile = NonNullable<PricesFile['samples']>[number];
function parseSample(sample: SampleFile, document: LedgerDocument, index: number): PriceSample {
  const tokens: Partial<Record<TokenClass, bigint>> = {};
  for (const name of tokenClasses) {
    const tokenCount = sample[`${name}_tokens`];
    if (tokenCount !== undefined) tokens[name] = tokenCount;
  }
  return { billableModel: sample.billable_model, tokens, expectedCost: sample.expected_cost, source: placeOf(document, ['samples', index]) };
}
