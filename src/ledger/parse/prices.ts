/** A price snapshot as model: borrowed prices filled in, unknown ones left out. */
import type { TokenClass } from '../../model/evidence.ts';
import type { ClassPrices, PriceRow, PriceSample, Snapshot } from '../../model/ledger.ts';
import { Money, zero } from '../../model/money.ts';
import type { PriceRowFile, PricesFile } from '../schemas/prices.ts';
import { placeOf } from '../yaml-document.ts';
import type { LedgerDocument } from '../yaml-document.ts';

const one = new Money(1);
const divisors = { 'per-token': 1n, 'per-1K-tokens': 1000n, 'per-1M-tokens': 1_000_000n } as const;

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

export function parsePrices(file: PricesFile, document: LedgerDocument): Snapshot {
  return {
    id: file.id,
    sourceUrl: file.source_url,
    accessedAt: file.accessed_at,
    capturedBy: file.captured_by,
    priceKind: file.price_kind,
    currency: file.currency,
    unitDivisor: divisors[file.unit_basis],
    verified: file.verification.status === 'verified',
    notes: file.notes ?? null,
    prices: file.prices.map((row, index) => parseRow(row, document, index)),
    samples: (file.samples ?? []).map((sample, index) => parseSample(sample, document, index)),
    source: placeOf(document, ['id']),
  };
}

function parseRow(row: PriceRowFile, document: LedgerDocument, index: number): PriceRow {
  // A placeholder ratio or request price (null) leaves the cost of every row unknown, so the model keeps no price at all.
  const known = row.ratio !== null && row.request_price !== null;
  const pricesOf = (level: Partial<Record<PriceKey, WrittenPrice>>) => (known ? classPricesOf(level) : {});
  return {
    billableModel: row.billable_model,
    prices: pricesOf(row),
    requestPrice: row.request_price ?? zero,
    ratio: row.ratio ?? one,
    tiers: (row.tiers ?? []).map((tier) => ({ inputTokensAbove: tier.input_tokens_above, prices: pricesOf(tier) })),
    source: placeOf(document, ['prices', index]),
  };
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
  const counts: Record<TokenClass, bigint | undefined> = {
    input: sample.input_tokens,
    cached_input: sample.cached_input_tokens,
    cache_write: sample.cache_write_tokens,
    cache_write_1h: sample.cache_write_1h_tokens,
    output: sample.output_tokens,
    reasoning: sample.reasoning_tokens,
  };
  const tokens: Partial<Record<TokenClass, bigint>> = {};
  for (const [name, tokenCount] of Object.entries(counts) as [TokenClass, bigint | undefined][]) {
    if (tokenCount !== undefined) tokens[name] = tokenCount;
  }
  return { billableModel: sample.billable_model, tokens, expectedCost: sample.expected_cost, source: placeOf(document, ['samples', index]) };
}
