/** The time zone that a lag between two layers most looks like. */
import { Money } from '../model/money.ts';

/** The nearest whole quarter hour (half to even) as an offset, `+02:00`; `seconds` is how far the later layer is ahead. */
export function likelyZone(seconds: Money): string {
  const quarters = seconds.abs().div(900).toDecimalPlaces(0, Money.ROUND_HALF_EVEN);
  const hours = quarters.divToInt(4).toFixed().padStart(2, '0');
  const minutes = quarters.mod(4).times(15).toFixed().padStart(2, '0');
  return `${seconds.isNegative() ? '-' : '+'}${hours}:${minutes}`;
}
