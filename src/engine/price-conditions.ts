/** Numbers for what prices depend on beside the model and the size of a row: the snapshot in force, the hours that hold, tier and region. One number, so that a price is one look-up. */
import type { PriceBook, UnitPrices } from '../model/price-book.ts';
import type { WeekPart } from '../model/variants.ts';

export interface PriceConditions {
  /** Tiers and regions by their place, counted from 1: 0 = the row names none, one more than there are = one that no snapshot names. */
  readonly tiers: readonly string[];
  readonly regions: readonly string[];
  /** For each span of the price book the number of the first part of its week, and its week. */
  readonly times: readonly { readonly first: number; readonly week: readonly WeekPart[]; readonly parts: number }[];
}

/** null where the snapshots of the period tell nothing apart: then a price span is the number of the snapshot's start. */
export function priceConditions({ conditions, spans }: PriceBook): PriceConditions | null {
  if (conditions === null) return null;
  const times: PriceConditions['times'][number][] = [];
  let first = 0;
  for (const { snapshot } of spans) {
    const week = conditions.weeks.get(snapshot);
    const parts = week?.count ?? 1;
    times.push({ first, week: week?.parts ?? [{ from: 0, part: 0 }], parts });
    first += parts;
  }
  return { tiers: conditions.tiers, regions: conditions.regions, times };
}

/** How many tiers × regions each part of a week is told apart by. */
export function selections({ tiers, regions }: PriceConditions): number {
  return (tiers.length + 2) * (regions.length + 2);
}

/** The price spans that a price of the book holds in, of those of one start. */
export function spansUnder({ under }: UnitPrices, span: number, conditions: PriceConditions | null): number[] {
  if (conditions === null) return [span];
  const { tiers, regions, times } = conditions;
  const time = times[span] ?? { first: 0, parts: 1 };
  const numbers = (count: number): number[] => [...Array(count).keys()];
  const parts = under === null || under.part === null ? numbers(time.parts) : [under.part];
  const place = (value: string | null, names: readonly string[]): number => (value === null ? 0 : names.indexOf(value) + 1);
  const chosen = under === null ? numbers(selections(conditions)) : [place(under.serviceTier, tiers) * (regions.length + 2) + place(under.region, regions)];
  return parts.flatMap((part) => chosen.map((selection) => (time.first + part) * selections(conditions) + selection));
}
