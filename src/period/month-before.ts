/** The period right before a period, of the same account, environment and currency, with the totals that its close states. */
import { closeInForce } from '../model/close.ts';
import { formatInstant } from '../model/instant.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import type { PeriodBefore } from '../model/gate.ts';
import type { Result } from '../model/result.ts';
import { isOfOneAccount } from './carried-items.ts';

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
  return one !== period && one.end === period.start && one.currency === period.currency && isOfOneAccount(one, period);
}
