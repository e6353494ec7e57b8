/** The generator's own arithmetic: what a call costs and what the provider rounds it to. It shares no code with the engine it checks. */
import { Money } from '../../src/model/money.ts';

/** As a `trueup` row counts them: `input` includes `cached` and `write`. */
export interface Tokens {
  readonly input: number;
  readonly cached: number;
  readonly write: number;
  readonly output: number;
}
/** Official prices in USD per million tokens, as text. */
export interface Rates {
  readonly input: string;
  readonly output: string;
  readonly cached: string;
  /** null: the vendor has no price for cache writes. */
  readonly write: string | null;
}
export interface PricedModel extends Rates {
  readonly billable: string;
  readonly tier: (Rates & { readonly above: number }) | null;
}
export interface PriceList {
  /** Snapshot id, `cometapi/2026-03-13`. */
  readonly id: string;
  /** Start in ms; the first list reaches back. */
  readonly from: number;
  readonly models: readonly PricedModel[];
}

/** CometAPI's multiplier on official prices. */
export const ratio = '0.8';
/** CometAPI's quota unit: 500,000 = 1 USD. */
const quantum = new Money('0.000002');

/** The exact cost at the prices in force, or null when the list has no such model. */
export function costOf(lists: readonly PriceList[], billable: string, tokens: Tokens, at: number): Money | null {
  const list = lists.findLast((entry) => entry.from <= at) ?? lists[0];
  const model = list?.models.find((entry) => entry.billable === billable);
  if (model === undefined) return null;
  const rates = model.tier !== null && tokens.input > model.tier.above ? model.tier : model;
  const millionths = new Money(rates.input)
    .times(tokens.input - tokens.cached - tokens.write)
    .plus(new Money(rates.cached).times(tokens.cached))
    .plus(new Money(rates.write ?? '0').times(tokens.write))
    .plus(new Money(rates.output).times(tokens.output));
  return millionths.times(ratio).times('0.000001');
}

/** Half up to the quantum, at least one quantum when anything was used: how quota is counted. */
export function roundedCost(cost: Money): Money {
  if (cost.isZero()) return cost;
  const quanta = cost.times(500_000).toDecimalPlaces(0, Money.ROUND_HALF_UP);
  return Money.max(quanta, 1).times(quantum);
}
