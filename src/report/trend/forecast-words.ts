/** What a forecast says, in one clause. */
import type { Forecast } from '../../model/forecast.ts';
import { plainMoney } from '../show-money.ts';

/** The currency as the medium shows it. */
export function forecastWords({ amount, low, high, known_days: known, days_to_come: coming }: Forecast, currency: string): string {
  const days = `${known} days known, ${coming} to come`;
  return `about ${currency} ${plainMoney(amount, currency)} will be charged by the end of the period, between ${plainMoney(low, currency)} and ${plainMoney(high, currency)} (${days})`;
}
