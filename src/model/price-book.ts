/** Prices made exact and ready to multiply: price × ratio ÷ unit divisor for every class, tier and snapshot in force. */
import { type TokenClass, tokenClasses } from './evidence.ts';
import type { Instant } from './instant.ts';
import type { ClassPrices, Period, PriceRow, Snapshot } from './ledger.ts';
import { decimalsOf, Money } from './money.ts';

/** Unit prices with more decimals than this are refused (SPEC §4). */
export const maxPriceDecimals = 18;

/** One tier of one model in one snapshot: what a token of each class costs, exactly. */
export interface UnitPrices {
  readonly snapshot: string;
  readonly billableModel: string;
  /** 0 = base. */
  readonly tier: number;
  /** Holds for inputs strictly above this (null: from 0 on) … */
  readonly above: bigint | null;
  /** … and up to this, inclusive (null: no bound). */
  readonly upTo: bigint | null;
  /** Currency per token; an absent class is unknown. Reasoning without a price of its own carries the output price. */
  readonly unit: Readonly<Partial<Record<TokenClass, Money>>>;
  /** Currency per charge. */
  readonly request: Money;
  readonly row: PriceRow;
}

/** A stretch of time in which one snapshot is in force. */
export interface PriceSpan {
  /** null = since ever. */
  readonly from: Instant | null;
  readonly snapshot: string;
}

export interface PriceBook {
  /** Ascending; the first reaches back, each holds until the next starts. */
  readonly spans: readonly PriceSpan[];
  readonly rows: readonly UnitPrices[];
}

/** `price × ratio ÷ divisor` (divisor 1, 1000 or 10^6: a shift of the decimal point), exact; null when it needs more than 18 decimals. */
export function unitPrice(price: Money, ratio: Money, divisor: bigint): Money | null {
  const shift = new Money(10).pow(1 - divisor.toString().length);
  const unit = price.times(ratio).times(shift);
  return decimalsOf(unit) > maxPriceDecimals ? null : unit;
}

/** The book of a period: the snapshots it names, in their order. Prices that do not fit, or are in another currency, are left out: validation has reported them. */
export function openPriceBook(period: Period, snapshots: readonly Snapshot[]): PriceBook {
  const spans = period.prices.map(({ from, snapshot }) => ({ from, snapshot }));
  const named = new Set(spans.map((span) => span.snapshot));
  const rows = snapshots.filter(({ id, currency }) => named.has(id) && currency === period.currency).flatMap(unitPricesOf);
  return { spans, rows };
}

/** Every model and tier of a snapshot. A model that is priced by a quantity that no row carries yet has no price, which is not a price of zero. */
export function unitPricesOf(snapshot: Snapshot): UnitPrices[] {
  const priceable = snapshot.prices.filter(({ needs }) => needs === null || needs.length === 0);
  return priceable.flatMap((row) => {
    const bounds = row.tiers.map((tier) => tier.inputTokensAbove);
    const levels: readonly ClassPrices[] = [row.prices, ...row.tiers.map((tier) => tier.prices)];
    return levels.map((prices, tier) => ({
      snapshot: snapshot.id,
      billableModel: row.billableModel,
      tier,
      above: tier === 0 ? null : (bounds[tier - 1] ?? null),
      upTo: bounds[tier] ?? null,
      unit: unitsOf(prices, row.ratio, snapshot.unitDivisor),
      request: row.requestPrice.times(row.ratio),
      row,
    }));
  });
}

function unitsOf(prices: ClassPrices, ratio: Money, divisor: bigint): Partial<Record<TokenClass, Money>> {
  const unit: Partial<Record<TokenClass, Money>> = {};
  for (const name of tokenClasses) {
    const price = prices[name] ?? (name === 'reasoning' ? prices.output : undefined);
    const exact = price === undefined ? null : unitPrice(price, ratio, divisor);
    if (exact !== null) unit[name] = exact;
  }
  return unit;
}
