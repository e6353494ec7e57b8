/** Rules on rows that a closed period used: they may be retired, but neither removed nor altered. Pure. */
import { closeInForce, type Close } from '../../model/close.ts';
import { endOfDay, startOfDay, type Instant } from '../../model/instant.ts';
import type { ContractItem, Ledger, Mapping, Period } from '../../model/ledger.ts';
import type { FindingCode, Source } from '../../model/finding.ts';
import { isSame, without } from '../compare/documents.ts';
import type { PastPeriod } from './past-period.ts';

export interface RowBreach {
  readonly code: FindingCode;
  readonly problem: 'row-removed' | 'row-altered' | 'row-shortened';
  /** Where the row stands in base. */
  readonly before: Source;
  /** Where what became of it stands in head; null when it is gone. */
  readonly after: Source | null;
  readonly words: Readonly<Record<string, string>>;
}

/** One closed period, with the rows of the files that its close names where these are at hand. */
export interface ClosedUse {
  readonly period: Period;
  readonly close: Close;
  /** As the close used them; null = not at hand, so that every row in force counts as used. */
  readonly mappings: readonly Mapping[] | null;
  readonly items: readonly ContractItem[] | null;
}

/** Closed periods of base that the change leaves closed. */
export function closedUses(periods: readonly PastPeriod[]): Pick<ClosedUse, 'period' | 'close'>[] {
  return periods.flatMap(({ state, reopened, period }) => {
    const close = period === null ? null : closeInForce(period);
    return state !== 'closed' || reopened || period === null || close === null ? [] : [{ period, close }];
  });
}

/** At most one breach per row: that of the first period that has something against it. */
export function rowBreaches(base: Ledger, head: Ledger, uses: readonly ClosedUse[]): RowBreach[] {
  return [...mappingBreaches(base, head, uses), ...contractBreaches(base, head, uses)];
}

function mappingBreaches(base: Ledger, head: Ledger, uses: readonly ClosedUse[]): RowBreach[] {
  const left = [...head.mappings];
  // Rows that are still there whole are taken first, so that of two alike the one that was altered is named.
  const kept = base.mappings.map((before) => take(left, (after) => isSame(lasting(before), lasting(after)) && before.to === after.to));
  return base.mappings.flatMap((before, index) => {
    if (kept[index] !== null) return [];
    const using = uses.filter((use) => usesMapping(before, use));
    if (using.length === 0) return [];
    const same = take(left, (after) => isSame(lasting(before), lasting(after)));
    const hurt = using.find(({ period }) => same === null || endWithin(before, period) !== endWithin(same, period));
    if (hurt === undefined) return [];
    const other = same ?? left.find((after) => after.internalName === before.internalName && after.requestedModel === before.requestedModel) ?? null;
    const words = { name: before.internalName, model: before.requestedModel, period: hurt.period.id };
    return [{ code: 'mapping-removed', ...become(before.source, same, other), words }];
  });
}

function usesMapping(row: Mapping, { period, mappings }: ClosedUse): boolean {
  const inForce = row.from < period.end && (row.to === null || row.to > period.start);
  return inForce && (mappings === null || mappings.some((used) => isSame(lasting(used), lasting(row))));
}

/** Everything but its place and its end. */
function lasting(row: Mapping | ContractItem): unknown {
  return without({ ...row }, ['source', 'to', 'expiresOn']);
}

function endWithin({ to }: Mapping, { end }: Period): Instant {
  return to === null || to > end ? end : to;
}

function contractBreaches(base: Ledger, head: Ledger, uses: readonly ClosedUse[]): RowBreach[] {
  const left = [...head.contract.items];
  const kept = base.contract.items.map((before) => take(left, (after) => isSame(lasting(before), lasting(after)) && before.expiresOn === after.expiresOn));
  return base.contract.items.flatMap((before, index) => {
    if (kept[index] !== null) return [];
    const using = uses.filter((use) => usesItem(before, use));
    if (using.length === 0) return [];
    const same = take(left, (after) => isSame(lasting(before), lasting(after)));
    const hurt = using.find(({ close }) => same === null || !holdsOn(same, close));
    if (hurt === undefined) return [];
    const other = same ?? left.find((after) => after.area === before.area) ?? null;
    return [{ code: 'contract-removed', ...become(before.source, same, other), words: { area: before.area, period: hurt.period.id } }];
  });
}

/** An open question is no answer that anybody rests on: it may be answered in its place. */
function usesItem(item: ContractItem, { close, items }: ClosedUse): boolean {
  const inForce = item.status === 'verified' && (item.verifiedOn === null || startOfDay(item.verifiedOn) < endOfDay(close.asOf)) && holdsOn(item, close);
  return inForce && (items === null || items.some((used) => isSame(lasting(used), lasting(item))));
}

function holdsOn({ expiresOn }: ContractItem, { asOf }: Close): boolean {
  return expiresOn === null || startOfDay(expiresOn) >= startOfDay(asOf);
}

function become(
  before: Source,
  same: { readonly source: Source } | null,
  other: { readonly source: Source } | null,
): Pick<RowBreach, 'problem' | 'before' | 'after'> {
  return { problem: same !== null ? 'row-shortened' : other !== null ? 'row-altered' : 'row-removed', before, after: other?.source ?? null };
}

/** Takes the first that fits out of the list; null when none does. */
function take<Row>(rows: Row[], fits: (row: Row) => boolean): Row | null {
  const index = rows.findIndex(fits);
  return index < 0 ? null : (rows.splice(index, 1)[0] ?? null);
}
