/** What came before a period: the one right before it, with the totals that its close states, and all that are closed. */
import { closeInForce } from '../model/close.ts';
import { type Month, monthOfClose } from '../model/month.ts';
import { formatInstant } from '../model/instant.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import type { PeriodBefore } from '../model/gate.ts';
import type { Result } from '../model/result.ts';
import { isOfOneScope } from './carried-items.ts';

/** `judged` are results of the run: where the period before is among them it speaks for itself, else its close does. null = nobody knows. */
export function monthBefore(ledger: Ledger, of: string, judged: readonly Result[]): PeriodBefore | null {
  const before = periodBefore(ledger, of);
  if (before === null) return null;
  const totals = judged.find(({ period: { id } }) => id === before.id)?.totals ?? closeInForce(before)?.totals;
  if (totals === undefined) return null;
  return { period: { id: before.id, start_utc: formatInstant(before.start), end_utc: formatInstant(before.end) }, totals };
}

/** null = the ledger has none. */
export function periodBefore({ periods }: Ledger, of: string): Period | null {
  const period = periods.find(({ id }) => id === of);
  return (period === undefined ? undefined : periods.find((one) => isRightBefore(one, period))) ?? null;
}

function isRightBefore(one: Period, period: Period): boolean {
  return one !== period && one.end === period.start && one.currency === period.currency && isOfOneScope(one, period);
}

/** The closed periods of the account and environment of `period` that ended before it, in the order of time. */
export function closedBefore(ledger: Ledger, period: Period): Month[] {
  return ledger.periods
    .filter((one) => one.id !== period.id && one.end <= period.start && isOfOneScope(one, period))
    .flatMap((one) => {
      const close = closeInForce(one);
      return close === null ? [] : [monthOfClose(one, close)];
    });
}
