/** What a row of tokens costs at a time, with every product that the sum is made of; what has no cost says why. */
import { tokenClasses, type TokenClass } from './evidence.ts';
import type { Instant } from './instant.ts';
import { Money, sumMoney } from './money.ts';
import { findPrice, type PriceBook, type UnitPrices } from './price-book.ts';
import { noSelection, type Selection } from './variants.ts';

/** Disjoint counts of one row; an absent class was not reported. */
export type Tokens = Readonly<Partial<Record<TokenClass, bigint>>>;

export interface CostPart {
  readonly tokenClass: TokenClass;
  readonly quantity: bigint;
  /** quantity × price × ratio ÷ divisor, exact. */
  readonly product: Money;
}
/** `missing` names the first class without a price, or without a count where one is needed; `variant` = the model has prices, but none for the tier and region; null = the model itself. */
export type Cost =
  | { readonly state: 'ok'; readonly price: UnitPrices; readonly parts: readonly CostPart[]; readonly total: Money }
  | { readonly state: 'unpriced'; readonly snapshot: string; readonly price: UnitPrices | null; readonly missing: TokenClass | 'variant' | null }
  | { readonly state: 'no-counts'; readonly price: UnitPrices; readonly missing: TokenClass };

/** The snapshot in force at `at`; null only for a book without spans. */
function snapshotAt(book: PriceBook, at: Instant): string | null {
  const passed = book.spans.filter(({ from }, index) => index === 0 || from === null || from <= at);
  return passed.at(-1)?.snapshot ?? null;
}

/** Σ tokens × unit price + request price (SPEC §4), by the snapshot and the tier in force, for a service tier and region. */
export function costAt(book: PriceBook, model: string, tokens: Tokens, at: Instant, selection: Selection = noSelection): Cost {
  const snapshot = snapshotAt(book, at) ?? '';
  const price = findPrice(book, { snapshot, model, input: inputOf(tokens), selection, at });
  if (price === null) {
    const isKnown = book.rows.some((row) => row.snapshot === snapshot && row.billableModel === model);
    return { state: 'unpriced', snapshot, price: null, missing: isKnown ? 'variant' : null };
  }
  const unpriced = tokenClasses.find((name) => (tokens[name] ?? 0n) > 0n && price.unit[name] === undefined);
  if (unpriced !== undefined) return { state: 'unpriced', snapshot, price, missing: unpriced };
  const uncounted = (['input', 'output'] as const).find((name) => tokens[name] === undefined && price.unit[name]?.isZero() !== true);
  if (uncounted !== undefined) return { state: 'no-counts', price, missing: uncounted };
  const parts = tokenClasses.flatMap((tokenClass) => {
    const quantity = tokens[tokenClass];
    return quantity === undefined ? [] : [{ tokenClass, quantity, product: (price.unit[tokenClass] ?? new Money(0)).times(quantity.toString()) }];
  });
  return { state: 'ok', price, parts, total: sumMoney(parts.map(({ product }) => product)).plus(price.request) };
}

function inputOf(tokens: Tokens): bigint {
  return (['input', 'cached_input', 'cache_write', 'cache_write_1h'] as const).reduce((sum, name) => sum + (tokens[name] ?? 0n), 0n);
}
