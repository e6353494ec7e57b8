/** What a forecast says, in one clause. */
import type { Forecast } from '../../model/forecast.ts';
import { moneyFigure } from '../figures.ts';

/** The currency as the medium shows it. */
export function forecastWords({ amount, low, high, known_days: known, days_to_come: coming }: Forecast, currency: string): string {
  const days = `${known} days known, ${coming} to come`;
  return `about ${currency} ${moneyFigure(amount)} will be charged by the end of the period, between ${moneyFigure(low)} and ${moneyFigure(high)} (${days})`;
}
