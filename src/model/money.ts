/** Exact decimal money: text in, decimal.js inside, plain text out. No binary float ever takes part. */
import { Decimal } from 'decimal.js';

/**
 * An exact decimal amount in the unit of its context (a currency, or a price per token).
 * The precision holds every product of a 38-digit sum with a 38-digit factor, so + - * never round.
 */
export const Money = Decimal.clone({
  precision: 120,
  rounding: Decimal.ROUND_HALF_EVEN,
  toExpNeg: -9e15,
  toExpPos: 9e15,
});
export type Money = InstanceType<typeof Money>;

export const zero: Money = new Money(0);

const plainDecimal = /^-?\d{1,38}(\.\d{1,38})?$/;

/** Parses plain decimal text (`-12.50`); anything else (exponents, signs, blanks, separators) is `null`. */
export function parseMoney(text: string): Money | null {
  return plainDecimal.test(text) ? new Money(text) : null;
}

/** The one written form: plain notation, trailing zeros trimmed, no negative zero. */
export function formatMoney(amount: Money): string {
  return amount.isZero() ? '0' : amount.toFixed();
}

/** The number of digits behind the decimal point that `amount` needs. */
export function decimalsOf(amount: Money): number {
  return amount.decimalPlaces();
}

/** A scaled integer (`units` × 10^-`scale`) as money. */
export function fromScaled(units: string | bigint, scale: number): Money {
  return new Money(`${units}e-${scale}`);
}

/** Money as an integer count of 10^-`scale`; throws when digits would be lost. */
export function toScaled(amount: Money, scale: number): bigint {
  const units = amount.times(new Money(10).pow(scale));
  if (!units.isInteger()) throw new RangeError(`${formatMoney(amount)} does not fit ${scale} decimals`);
  return BigInt(units.toFixed(0));
}

/** The exact sum of `amounts`. */
export function sumMoney(amounts: Iterable<Money>): Money {
  let sum = zero;
  for (const amount of amounts) sum = sum.plus(amount);
  return sum;
}
