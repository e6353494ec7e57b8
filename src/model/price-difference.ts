/** What differs between two snapshots, rate by rate: of one source at two times, or of two sources side by side. Pure; nothing is chosen or averaged. */
import type { PriceRow, Snapshot } from './ledger.ts';
import { type Amount, divideHalfEven, formatMoney, type Money } from './money.ts';
import { ratesOf } from './price-rates.ts';

/** How a change in percent is rounded; the amounts beside it are exact. */
const percentDecimals = 2;
export const percentRounding = `${percentDecimals} decimals, half to even`;

export interface PriceChange {
  readonly model: string;
  /** A label of `ratesOf`, or `ratio`. */
  readonly price: string;
  /** null = not stated, or a placeholder. */
  readonly before: Amount | null;
  readonly after: Amount | null;
  /** (after − before) ÷ before, in percent; null where one is not known or before is 0. */
  readonly percent: Amount | null;
}

export interface PriceDifference {
  /** By model, then in the order of the file; USD or the snapshots' currency per 1M tokens, per request, or per meter. */
  readonly rates: readonly PriceChange[];
  readonly ratios: readonly PriceChange[];
  /** Models that only the second has, and only the first. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
  /** How many models state the same in both. */
  readonly same: number;
}

export function differenceOf(before: Snapshot, after: Snapshot): PriceDifference {
  const [was, is] = [before, after].map((snapshot) => new Map(snapshot.prices.map((row) => [row.billableModel, row] as const)));
  const models = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].toSorted();
  const pairs = models.flatMap((model) => {
    const [old, own] = [was?.get(model), is?.get(model)];
    return old === undefined || own === undefined
      ? []
      : [{ model, rates: rateChanges(model, ratesIn(before, old), ratesIn(after, own)), ratios: ratioChange(model, old, own) }];
  });
  return {
    rates: pairs.flatMap(({ rates }) => rates),
    ratios: pairs.flatMap(({ ratios }) => ratios),
    gained: models.filter((model) => was?.has(model) !== true),
    lost: models.filter((model) => is?.has(model) !== true),
    same: pairs.filter(({ rates, ratios }) => rates.length + ratios.length === 0).length,
  };
}

function ratesIn(snapshot: Snapshot, row: PriceRow): ReadonlyMap<string, Money> {
  return ratesOf(snapshot, row, row.stated);
}

function rateChanges(model: string, old: ReadonlyMap<string, Money>, own: ReadonlyMap<string, Money>): PriceChange[] {
  const labels = [...new Set([...own.keys(), ...old.keys()])];
  return labels.flatMap((price) => changeOf(model, price, old.get(price) ?? null, own.get(price) ?? null));
}

function ratioChange(model: string, old: PriceRow, own: PriceRow): PriceChange[] {
  return changeOf(model, 'ratio', old.stated.ratio, own.stated.ratio);
}

function changeOf(model: string, price: string, before: Money | null, after: Money | null): PriceChange[] {
  if (before === null ? after === null : after !== null && before.equals(after)) return [];
  return [{ model, price, before: written(before), after: written(after), percent: before === null || after === null ? null : percentChange(before, after) }];
}

/** Rounded as `percentRounding` says; null from 0. */
export function percentChange(before: Money, after: Money): Amount | null {
  const percent = divideHalfEven(after.minus(before).times(100), before, percentDecimals);
  return percent === null ? null : formatMoney(percent);
}

function written(amount: Money | null): Amount | null {
  return amount === null ? null : formatMoney(amount);
}

/** What one open period should have cost by the one and by the other. */
export interface PriceEffect {
  readonly period: string;
  readonly currency: string;
  readonly before: ExpectedCost | null;
  readonly after: ExpectedCost | null;
  /** after − before; null where one could not be judged, or they leave different numbers of rows unpriced. */
  readonly difference: Amount | null;
  readonly percent: Amount | null;
  /** Only those that differ, by name. */
  readonly models: readonly { readonly model: string; readonly before: Amount; readonly after: Amount }[];
}

export interface ExpectedCost {
  readonly expected: Amount;
  /** Rows, of either side, that have no price then, and of which the amount therefore knows nothing. */
  readonly unpriced: number;
}

/** Everything that `prices diff` says. */
export interface SnapshotComparison {
  readonly before: string;
  readonly after: string;
  readonly currency: string;
  /** Whose price this ledger takes; null = nobody has said. */
  readonly authority: string | null;
  /** Whether they are lists of two sources, rather than of one at two times. */
  readonly between: 'sources' | 'times';
  readonly difference: PriceDifference;
  readonly effects: readonly PriceEffect[];
  /** Open periods that name neither. */
  readonly untouched: readonly string[];
}
