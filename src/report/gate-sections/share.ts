/** How much of the provider's money is unexplained, in percent: all that may be said of amounts where everybody can read. */
import type { Totals } from '../../model/judgement.ts';
import { divideHalfEven, formatMoney, Money, moneyOf } from '../../model/money.ts';

const decimals = 2;
/** The smallest share that these decimals can show. */
const smallest = new Money('0.01');

/** Said once beside the figures. */
export const shareRounding = 'Percentages are of what the provider charged at snapshot prices, rounded to 2 decimals, half to even.';

/** `unexplained_gross ÷ |provider_at_snapshot|` in percent, 2 decimals half to even; null where either is not known or there is nothing to divide by. */
export function shareOf({ unexplained_gross: gross, provider_at_snapshot: provider }: Totals): Money | null {
  if (gross === null || provider === null) return null;
  const amount = moneyOf(gross);
  return amount.isZero() ? amount : divideHalfEven(amount.times(100), new Money(provider).abs(), decimals);
}

/** `1.1%`; what is more than nothing is never shown as nothing. */
export function shareText(totals: Totals): string {
  const share = shareOf(totals);
  if (share === null) return 'not known';
  return share.isZero() && totals.unexplained_gross !== '0' ? `less than ${formatMoney(smallest)}%` : `${formatMoney(share)}%`;
}
