/** Figures as people read them: money to the cent, shares to a tenth of a percent, counts with their thousands apart. The exact ones stand in result.json. */
import { type Amount, formatMoney, Money, moneyOf } from '../model/money.ts';

/** Two decimals, half to even; below ten cents two leading digits, so that little is never shown as nothing. */
export function moneyFigure(amount: Amount): string {
  const money = moneyOf(amount);
  const isSmall = !money.isZero() && money.abs().lessThan('0.1');
  return thousandsApart(isSmall ? money.toPrecision(2, Money.ROUND_HALF_EVEN) : money.toFixed(2, Money.ROUND_HALF_EVEN));
}

/** With a sign where it adds. */
export function signedFigure(amount: Amount): string {
  const money = moneyOf(amount);
  return money.isPositive() && !money.isZero() ? `+${moneyFigure(amount)}` : moneyFigure(amount);
}

export function countFigure(count: number): string {
  return thousandsApart(String(count));
}

/** `14.1%` of the size of `whole`; null where there is nothing to be a share of. */
export function shareFigure(part: Amount, whole: Amount): string | null {
  const base = moneyOf(whole).abs();
  return base.isZero() ? null : `${moneyOf(part).times(100).div(base).toDecimalPlaces(1, Money.ROUND_HALF_EVEN).toFixed(1)}%`;
}

/** An amount as it is, its thousands apart. */
export function exactFigure(amount: Amount): string {
  return thousandsApart(formatMoney(moneyOf(amount)));
}

function thousandsApart(digits: string): string {
  const [whole = '', ...fraction] = digits.split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}
