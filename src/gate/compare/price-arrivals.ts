/** Prices that come into force by a change: each snapshot that a period did not use before, against the one that it takes the place of. Pure. */
import type { PriceArrival, PriceMove } from '../../model/gate.ts';
import type { Ledger, Period, Snapshot } from '../../model/ledger.ts';
import { type Amount, formatMoney } from '../../model/money.ts';
import { ratesOf } from '../../model/price-rates.ts';
import { providerOf } from '../../model/snapshot-id.ts';
import { documentOf, isSame } from './documents.ts';
import { previousOf } from './new-periods.ts';

/** Of one snapshot; the rest is counted. */
const mostMoves = 200;

/** In the order of the periods. A new period that uses what base has already is no arrival; one that base has, and that takes another snapshot, is. */
export function priceArrivals(base: Ledger, head: Ledger, touched: readonly string[]): PriceArrival[] {
  return head.periods
    .filter(({ id }) => touched.includes(id))
    .flatMap((period) => {
      const own = base.periods.find(({ id }) => id === period.id) ?? null;
      return period.prices.flatMap(({ snapshot }, index): PriceArrival[] => {
        const after = head.snapshots.find(({ id }) => id === snapshot);
        const old = base.snapshots.find(({ id }) => id === snapshot);
        if (after === undefined) return [];
        const isEdited = old !== undefined && !isSame(documentOf(base, old.source.file), documentOf(head, after.source.file));
        const isTaken = own !== null && !own.prices.some((each) => each.snapshot === snapshot);
        if (old !== undefined && !isEdited && !isTaken) return [];
        const before = isEdited ? old : snapshotBefore(base, head, { period, own, index, after });
        const moves = movesBetween(before, after, head);
        const shown = { prices: moves.slice(0, mostMoves), more: Math.max(0, moves.length - mostMoves) };
        return [{ period: period.id, snapshot, before: before?.id ?? null, added: old === undefined, ...shown }];
      });
    });
}

interface Place {
  readonly period: Period;
  /** The period as base has it. */
  readonly own: Period | null;
  readonly index: number;
  readonly after: Snapshot;
}

/** The snapshot before it in the period, the last of base's period or of the period before, or else the last of base by the same provider. */
function snapshotBefore(base: Ledger, head: Ledger, { period, own, index, after }: Place): Snapshot | null {
  const earlier = index > 0 ? period.prices[index - 1]?.snapshot : (own ?? previousOf(base, period))?.prices.at(-1)?.snapshot;
  const named = [...base.snapshots, ...head.snapshots].find(({ id }) => id === earlier);
  return named ?? base.snapshots.findLast(({ id, accessedAt }) => providerOf(id) === providerOf(after.id) && accessedAt <= after.accessedAt) ?? null;
}

/** Models that the ledger maps come first: the others price nothing of it today. */
function movesBetween(before: Snapshot | null, after: Snapshot, head: Ledger): PriceMove[] {
  const mapped = new Set(head.mappings.map(({ billableModel }) => billableModel));
  const models = [...new Set([...after.prices, ...(before?.prices ?? [])].map(({ billableModel }) => billableModel))];
  return models
    .toSorted((a, b) => Number(mapped.has(b)) - Number(mapped.has(a)) || (a < b ? -1 : 1))
    .flatMap((model) => {
      const [was, is] = [before, after].map((snapshot) => pricesOf(snapshot, model));
      const names = [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])];
      return names
        .map((price) => ({ model, price, before: was?.get(price) ?? null, after: is?.get(price) ?? null }))
        .filter((move) => move.before !== move.after);
    });
}

/** What a million tokens of each class cost, or one request; with the ratio, since that moves a price just as well. */
function pricesOf(snapshot: Snapshot | null, model: string): Map<string, Amount> {
  const row = snapshot?.prices.find(({ billableModel }) => billableModel === model);
  if (snapshot === null || row === undefined) return new Map();
  return new Map([...ratesOf(snapshot, row)].map(([price, rate]) => [price, formatMoney(rate.times(row.ratio))]));
}
