/** How amounts and shares look to people: exact on a line that decides and in files, in the currency's minor unit everywhere else. */
import { divideHalfEven, Money, moneyOf, type Amount } from '../model/money.ts';

/** Digits after the point of the currencies of ISO 4217 that do not have two. */
const minorDigits: ReadonlyMap<string, number> = new Map([
  ...['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'].map((code) => [code, 0] as const),
  ...['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map((code) => [code, 3] as const),
]);

/** `1,234.50`: the minor unit of the currency, half to even; an amount that this would show with fewer than two leading digits has two: `0.0021`. */
export function plainMoney(amount: Amount, currency: string): string {
  const money = moneyOf(amount);
  const minor = minorDigits.get(currency) ?? 2;
  const leading = money.isZero() ? minor : Math.min(1 - money.e, money.decimalPlaces());
  return grouped(money.toFixed(Math.max(minor, leading), Money.ROUND_HALF_EVEN));
}

/** As `plainMoney`, with a sign when it is more than nothing. */
export function signedMoney(amount: Amount, currency: string): string {
  const text = plainMoney(amount, currency);
  return moneyOf(amount).greaterThan(0) ? `+${text}` : text;
}

/** `USD 1,234.50`, for a sentence. */
export function headline(amount: Amount, currency: string): string {
  return `${currency} ${plainMoney(amount, currency)}`;
}

/** `14.1 %` of |whole|, one decimal, half to even; what is more than nothing is never shown as nothing. null where there is nothing to divide by. */
export function percentOf(part: Amount, whole: Amount): string | null {
  const amount = moneyOf(part).abs();
  if (amount.isZero()) return '0 %';
  const share = divideHalfEven(amount.times(100), moneyOf(whole).abs(), 1);
  if (share === null) return null;
  return share.isZero() ? 'less than 0.1 %' : `${share.toFixed(1)} %`;
}

/** Thousands set apart by commas. */
export function grouped(digits: string | number): string {
  const [whole = '', fraction] = String(digits).split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}

/** Three capital letters, or what is left of them: a currency of a document that came from elsewhere. */
export function currencyOf(text: string): string {
  return text.replace(/[^A-Z]/g, '').slice(0, 3);
}
