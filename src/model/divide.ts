/** Division with its rounding in its name: the only places where a quotient is cut. */
import { Money } from './money.ts';

/**
 * `dividend ÷ divisor` to `decimals` digits, half to even; `null` when the divisor is zero.
 * The quotient is cut at 120 significant digits first, far beyond what the operands of a run can tell apart from a tie.
 */
export function divideHalfEven(dividend: Money, divisor: Money, decimals: number): Money | null {
  return divisor.isZero() ? null : dividend.div(divisor).toDecimalPlaces(decimals, Money.ROUND_HALF_EVEN);
}
