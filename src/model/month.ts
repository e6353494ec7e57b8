/** One period as a point in time: what a trend and a comparison with the month before are made of. */
import type { Close } from './close.ts';
import { type Forecast, forecastOf } from './forecast.ts';
import { formatInstant, isDay, parseInstant } from './instant.ts';
import type { Totals } from './judgement.ts';
import type { Period } from './ledger.ts';
import { type Amount, divideHalfEven, formatMoney, Money, moneyOf, noAmount } from './money.ts';
import type { Result } from './result.ts';
import type { Verdict } from './verdict.ts';

export interface Month {
  readonly id: string;
  /** `2026-05-01T00:00:00Z`. */
  readonly start: string;
  readonly accountRef: string;
  readonly environment: string | null;
  readonly currency: string;
  readonly state: 'closed' | 'open';
  /** null = a gap: nothing is known of this month, which is not zero. */
  readonly figures: MonthFigures | null;
  /** Why something is not known, in a few words of ours; null where all is. */
  readonly gap: string | null;
}

export interface MonthFigures {
  readonly verdict: Verdict;
  readonly totals: Totals;
  /** null = only what a close states is known. */
  readonly detail: MonthDetail | null;
  /** Of what will be charged; null where nothing is to come, or too few days are known. */
  readonly forecast: Forecast | null;
}

/** What a close does not state. */
export interface MonthDetail {
  readonly requests: number;
  /** What further attempts cost. */
  readonly retries: Amount;
  /** Charges per request; null without requests. */
  readonly amplification: Amount | null;
  /** What charges cost at our prices, for each request sent; 8 decimals, half to even; null without requests. */
  readonly costPerRequest: Amount | null;
  /** Charged, by model, dearest first. */
  readonly models: readonly { readonly model: string; readonly charged: Amount }[];
}

/** As it was approved. `gap` says why what a close does not state is not known either; null = nobody asked. */
export function monthOfClose(period: Period, { verdict, totals }: Pick<Close, 'verdict' | 'totals'>, gap: string | null = null): Month {
  return { ...monthOf(period), state: 'closed', figures: { verdict, totals, detail: null, forecast: null }, gap };
}

/** As a run has judged it. Without sums the month is a gap. */
export function monthOfResult(period: Period, result: Result, state: Month['state']): Month {
  const { verdict, totals, counts } = result;
  if (counts === null || totals.expected === null) return gapOf(period, state, 'could not be judged');
  const detail = {
    requests: counts.application.requests,
    retries: result.bridge.find(({ step }) => step === 'retry')?.amount ?? noAmount,
    amplification: counts.amplification,
    costPerRequest: costPerRequest(totals.provider_at_snapshot, counts.application.requests),
    models: modelsOf(result),
  };
  return { ...monthOf(period), state, figures: { verdict, totals, detail, forecast: forecastOfResult(result) }, gap: null };
}

export function gapOf(period: Period, state: Month['state'], gap: string): Month {
  return { ...monthOf(period), state, figures: null, gap };
}

function monthOf({ id, start, accountRef, environment, currency }: Period): Pick<Month, 'id' | 'start' | 'accountRef' | 'environment' | 'currency'> {
  return { id, start: formatInstant(start), accountRef, environment, currency };
}

/** Where a period that is judged in part will end; null where it is judged to its end, or too little is known. */
export function forecastOfResult({ period, totals, by_day: days }: Pick<Result, 'period' | 'totals' | 'by_day'>): Forecast | null {
  const start = parseInstant(period.start_utc);
  const judgedEnd = parseInstant(period.judged_end_utc);
  const end = parseInstant(period.end_utc);
  if (start === null || judgedEnd === null || end === null || totals.provider_charged === null) return null;
  const amounts = days.filter(({ key }) => isDay(key)).map(({ key, totals: { provider_charged: amount } }) => ({ day: key, amount: amount ?? noAmount }));
  return forecastOf({ start, judgedEnd, end, charged: totals.provider_charged, days: amounts });
}

function costPerRequest(cost: Amount | null, requests: number): Amount | null {
  const quotient = cost === null ? null : divideHalfEven(moneyOf(cost), new Money(requests), 8);
  return quotient === null ? null : formatMoney(quotient);
}

function modelsOf({ by_model: models }: Pick<Result, 'by_model'>): MonthDetail['models'] {
  const spent = models.map(({ key, totals }) => ({ model: key, charged: totals.provider_charged ?? noAmount })).filter(({ charged }) => charged !== '0');
  return spent.sort((a, b) => moneyOf(b.charged).comparedTo(moneyOf(a.charged)) || (a.model < b.model ? -1 : 1));
}

/** The unexplained money, gross, in hundredths of a percent of what was expected or is charged at our prices, whichever is more; 2 decimals, half to even. */
export function unexplainedBasisPoints(totals: Totals): Amount | null {
  const { unexplained_gross: gross, expected, provider_at_snapshot: provider, provider_charged: charged, charged_converted: converted } = totals;
  if (gross === null || expected === null || provider === null) return null;
  const base = Money.max(moneyOf(expected).abs(), moneyOf(provider).abs());
  // What is unexplained is in the currency of the invoices, where that is another one: so must be its yardstick.
  const [times, by] = converted === undefined ? [new Money(1), base] : [moneyOf(charged ?? noAmount), base.times(moneyOf(converted))];
  const points = divideHalfEven(moneyOf(gross).times(10_000).times(times), by, 2);
  return points === null ? null : formatMoney(points);
}

/** The totals that are in the currency of the period; what is in that of its invoices is not known in it. */
export function inPeriodCurrency(totals: Totals): Totals {
  const { charged_converted: converted, ...rest } = totals;
  return converted === undefined
    ? totals
    : { ...rest, invoice_usage: null, invoice_total: null, explained: null, unexplained_net: null, unexplained_gross: null };
}
