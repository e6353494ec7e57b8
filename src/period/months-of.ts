/** The months of a ledger side by side. A closed one stands as it was approved. */
import { closeInForce } from '../model/close.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import { isOfOneAccount, type Month, monthOfClose } from '../model/month.ts';

/** The closed periods of the account and environment of `period` that ended before it, in the order of time. */
export function closedBefore(ledger: Ledger, period: Period): Month[] {
  return ledger.periods
    .filter((one) => one.id !== period.id && one.end <= period.start && isOfOneAccount(one, period))
    .flatMap((one) => {
      const close = closeInForce(one);
      return close === null ? [] : [monthOfClose(one, close)];
    });
}
