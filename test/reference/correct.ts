/** What rows correct an earlier period, and whether that explains them (SPEC §13). */
import { type Instant, parseInstant } from '../../src/model/instant.ts';
import { sumMoney, zero } from '../../src/model/money.ts';
import type { ReferenceInput, Scope } from './input.ts';
import { compareText, isAmendment, type Row } from './row.ts';

interface Known {
  readonly id: string;
  readonly start: Instant;
  readonly end: Instant;
}

/** Every other period of the accounts and environment that has one of the keys; those that others declare are numbered in the order of their list. */
function neighboursOf({ earlier, otherScopes, period }: ReferenceInput): Known[] {
  const sharesKeys = (keys: Scope['keys']): boolean => keys === null || period.keys === null || keys.some((key) => period.keys?.includes(key) === true);
  const isAlike = ({ accounts, environment, keys }: Scope): boolean =>
    accounts.join() === period.accounts.join() && environment === period.environment && sharesKeys(keys);
  const others = otherScopes.map((scope, index) => ({ scope, id: `other-${index}` })).filter(({ scope }) => isAlike(scope));
  return [...earlier, ...others.map(({ scope: { start, end }, id }) => ({ id, start, end }))];
}

/** The period that a row corrects and that lies before this one, with null for the id of one that the ledger lacks; null where it corrects none. */
export function correctedBy(input: ReferenceInput, row: Row): { readonly id: string | null } | null {
  const { corrects } = row.content;
  const { start, end } = input.period;
  if (!isAmendment(row) || corrects === null || row.at >= end) return null;
  const known = neighboursOf(input);
  const holds = (one: Known, at: bigint): boolean => one.start <= at && at < one.end;

  const moment = parseInstant(corrects);
  const [found] = known.filter((one) => one.id === corrects || (moment !== null && holds(one, moment))).toSorted((a, b) => compareText(a.id, b.id));
  const isEarlier = found === undefined ? corrects !== '2026-05' && (moment === null || moment < start) : found.end <= start;
  if (!isEarlier) return null;
  // What lies in the time of another period is that one's to count.
  const around = known.find((one) => holds(one, row.at));
  if (row.at < start && around !== undefined && around.id !== found?.id) return null;
  return { id: found?.id ?? null };
}

interface Corrections {
  readonly rows: readonly Row[];
  readonly isExplained: boolean;
}

interface Amendments {
  readonly amendments: readonly Row[];
  readonly correcting: ReadonlyMap<Row, string | null>;
}

export function correctionsByPeriod({ earlier }: ReferenceInput, { amendments, correcting }: Amendments): Corrections[] {
  const own = amendments.filter((row) => correcting.has(row));
  return [...new Set(own.map((row) => correcting.get(row) ?? null))].map((id) => {
    const rows = own.filter((row) => (correcting.get(row) ?? null) === id);
    const sum = sumMoney(rows.map(({ amount }) => amount ?? zero));
    const charged = earlier.find((one) => one.id === id)?.charged ?? null;
    return { rows, isExplained: charged !== null && sum.lte(0) && sum.abs().lte(charged) };
  });
}
