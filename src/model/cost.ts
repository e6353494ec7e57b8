/** What a row of tokens costs at a time, with every product that the sum is made of; what has no cost says why. */
import { tokenClasses, type TokenClass } from './evidence.ts';
import type { Instant } from './instant.ts';
import { Money, sumMoney, toScaled } from './money.ts';
import { findPrice, type PriceBook, type UnitPrices } from './price-book.ts';
import { noSelection, type Selection } from './variants.ts';

/** Disjoint counts of one row; an absent class was not reported. */
export type Tokens = Readonly<Partial<Record<TokenClass, bigint>>>;

/** What else a row counts, by meter, as it states it. */
export type Quantities = ReadonlyMap<string, Money>;
const noQuantities: Quantities = new Map();

export interface CostPart {
  readonly tokenClass: TokenClass;
  readonly quantity: bigint;
  /** quantity × price × ratio ÷ divisor, exact. */
  readonly product: Money;
}
export interface MeterPart {
  readonly meter: string;
  /** As it is priced: rounded up where the meter says so. */
  readonly quantity: Money;
  readonly product: Money;
}
/** `missing` names the first class or meter without a price, or without a quantity where one is needed; `variant` = the model has prices, but none for the tier and region; null = the model itself. */
export type Cost =
  | { readonly state: 'ok'; readonly price: UnitPrices; readonly parts: readonly CostPart[]; readonly metered: readonly MeterPart[]; readonly total: Money }
  | { readonly state: 'unpriced'; readonly snapshot: string; readonly price: UnitPrices | null; readonly missing: Missing | 'variant' | null }
  | { readonly state: 'no-counts'; readonly price: UnitPrices; readonly missing: Missing };
export type Missing = TokenClass | { readonly meter: string };

/** The snapshot in force at `at`; null only for a book without spans. */
function snapshotAt(book: PriceBook, at: Instant): string | null {
  const passed = book.spans.filter(({ from }, index) => index === 0 || from === null || from <= at);
  return passed.at(-1)?.snapshot ?? null;
}

/** What a row is priced by beside its model, tokens and time. */
export interface Beside {
  readonly selection?: Selection;
  readonly quantities?: Quantities;
}

/** Σ tokens × unit price + Σ quantity × meter price + request price (SPEC §4, §11), by the snapshot and the tier in force, for a service tier and region. */
export function costAt(book: PriceBook, model: string, tokens: Tokens, at: Instant, { selection = noSelection, quantities = noQuantities }: Beside = {}): Cost {
  const snapshot = snapshotAt(book, at) ?? '';
  const price = findPrice(book, { snapshot, model, input: inputOf(tokens), selection, at });
  if (price === null) {
    const isKnown = book.rows.some((row) => row.snapshot === snapshot && row.billableModel === model);
    return { state: 'unpriced', snapshot, price: null, missing: isKnown ? 'variant' : null };
  }
  const own = apartFrom(tokens, quantities, book);
  const missing = unpricedOf(price, own, quantities);
  if (missing !== null) return { state: 'unpriced', snapshot, price, missing };
  const uncounted = uncountedOf(price, own, quantities);
  if (uncounted !== null) return { state: 'no-counts', price, missing: uncounted };
  const parts = tokenClasses.flatMap((tokenClass) => {
    const quantity = own[tokenClass];
    return quantity === undefined ? [] : [{ tokenClass, quantity, product: (price.unit[tokenClass] ?? new Money(0)).times(quantity.toString()) }];
  });
  const metered = [...quantities].map(([meter, stated]) => {
    const quantity = book.meters.get(meter)?.whole === 'up' ? stated.ceil() : stated;
    return { meter, quantity, product: (price.meters.get(meter) ?? new Money(0)).times(quantity) };
  });
  return { state: 'ok', price, parts, metered, total: sumMoney([...parts, ...metered].map(({ product }) => product)).plus(price.request) };
}

/** The classes without what meters count of them apart. */
function apartFrom(tokens: Tokens, quantities: Quantities, { meters }: PriceBook): Tokens {
  const apart = { ...tokens };
  for (const [name, quantity] of quantities) {
    const inside = meters.get(name)?.inside ?? null;
    const whole = inside === null ? undefined : apart[inside];
    if (inside !== null && whole !== undefined) apart[inside] = whole - toScaled(quantity, 0);
  }
  return apart;
}

function unpricedOf(price: UnitPrices, tokens: Tokens, quantities: Quantities): Missing | null {
  const unpriced = tokenClasses.find((name) => (tokens[name] ?? 0n) > 0n && price.unit[name] === undefined);
  if (unpriced !== undefined) return unpriced;
  const [meter] = [...quantities].find(([name, quantity]) => quantity.gt(0) && !price.meters.has(name)) ?? [];
  return meter === undefined ? null : { meter };
}

function uncountedOf(price: UnitPrices, tokens: Tokens, quantities: Quantities): Missing | null {
  const { needs } = price.row;
  const meter = needs?.find((name) => !quantities.has(name));
  if (meter !== undefined) return { meter };
  if (needs !== null) return null;
  return (['input', 'output'] as const).find((name) => tokens[name] === undefined && price.unit[name]?.isZero() !== true) ?? null;
}

function inputOf(tokens: Tokens): bigint {
  return (['input', 'cached_input', 'cache_write', 'cache_write_1h'] as const).reduce((sum, name) => sum + (tokens[name] ?? 0n), 0n);
}
