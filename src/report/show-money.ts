/** How amounts look to people: exact in tables, rounded in a headline. */
import { formatMoney, Money, moneyOf, type Amount } from '../model/money.ts';

/** Exact, with a sign when positive: a step of the bridge. */
export function signed(amount: Amount): string {
  const money = moneyOf(amount);
  return money.isPositive() && !money.isZero() ? `+${formatMoney(money)}` : formatMoney(money);
}

/** For a headline: two decimals, half to even, from one cent on; below that exact to two leading digits. */
export function headline(amount: Amount, currency: string): string {
  const money = moneyOf(amount);
  const shown =
    money.isZero() || money.abs().greaterThanOrEqualTo('0.01') ? money.toFixed(2, Money.ROUND_HALF_EVEN) : formatMoney(money.toSignificantDigits(2));
  return `${currency} ${shown}`;
}
