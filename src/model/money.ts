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

declare const written: unique symbol;

/** An exact amount as text, in the one written form: what the engine's sums, documents and findings hold. Only this file makes them. */
export type Amount = string & { readonly [written]: never };

const plainDecimal = /^-?\d{1,38}(\.\d{1,38})?$/;

/** Parses plain decimal text (`-12.50`); anything else (exponents, signs, blanks, separators) is `null`. */
export function parseMoney(text: string): Money | null {
  return plainDecimal.test(text) ? new Money(text) : null;
}

/** The one written form: plain notation, trailing zeros trimmed, no negative zero. */
export function formatMoney(amount: Money): Amount {
  return (amount.isZero() ? '0' : amount.toFixed()) as Amount;
}

export const noAmount = '0' as Amount;

/** A written amount as money; what is not there is nothing at all, and null. */
export function moneyOf(amount: Amount): Money;
export function moneyOf(amount: Amount | null): Money | null;
export function moneyOf(amount: Amount | null): Money | null {
  // Most steps of most keys are empty: they cost no arithmetic.
  return amount === null ? null : amount === '0' ? zero : new Money(amount);
}

/** Text that must be an amount because we or the engine wrote it; throws where it is none. */
export function amountOf(text: string): Amount {
  const amount = parseMoney(text);
  if (amount === null) throw new RangeError(`${JSON.stringify(text.slice(0, 100))} is no amount in plain notation`);
  return formatMoney(amount);
}

/** The number of digits behind the decimal point that `amount` needs. */
export function decimalsOf(amount: Money): number {
  return amount.decimalPlaces();
}

/** A scaled integer (`units` × 10^-`scale`) as money. */
export function fromScaled(units: string | bigint, scale: number): Money {
  return new Money(`${units}e-${scale}`);
}

/** Scaled integers of the engine, as an amount; what is not there is nothing. */
export function amountOfUnits(units: unknown, scale: number): Amount {
  const text = String(units ?? 0);
  // Most steps of most rows of a cut.
  return text === '0' ? noAmount : formatMoney(fromScaled(text, scale));
}

/** Money as an integer count of 10^-`scale`; throws when digits would be lost. */
export function toScaled(amount: Money, scale: number): bigint {
  const units = amount.times(new Money(10).pow(scale));
  if (!units.isInteger()) throw new RangeError(`${formatMoney(amount)} does not fit ${scale} decimals`);
  return BigInt(units.toFixed(0));
}

const roundingModes = { 'half-up': Money.ROUND_HALF_UP, 'half-even': Money.ROUND_HALF_EVEN, up: Money.ROUND_UP, down: Money.ROUND_DOWN } as const;

/** The multiple of `quantum` that |amount| is rounded to, with the sign of `amount`: `up` is away from zero, a half goes up. */
export function roundTo(amount: Money, quantum: Money, mode: keyof typeof roundingModes): Money {
  return amount.toNearest(quantum, roundingModes[mode]);
}

/** The exact sum of `amounts`. */
export function sumMoney(amounts: Iterable<Money>): Money {
  let sum = zero;
  for (const amount of amounts) sum = sum.plus(amount);
  return sum;
}

/**
 * `dividend ÷ divisor` to `decimals` digits, half to even; `null` when the divisor is zero.
 * The quotient is cut at 120 significant digits first, far beyond what the operands of a run can tell apart from a tie.
 */
export function divideHalfEven(dividend: Money, divisor: Money, decimals: number): Money | null {
  return divisor.isZero() ? null : dividend.div(divisor).toDecimalPlaces(decimals, Money.ROUND_HALF_EVEN);
}

/** `dividend ÷ divisor` where it ends within `decimals` digits; null where it does not. */
export function divideExactly(dividend: Money, divisor: Money, decimals: number): Money | null {
  const quotient = divideHalfEven(dividend, divisor, decimals);
  return quotient !== null && quotient.times(divisor).equals(dividend) ? quotient : null;
}
