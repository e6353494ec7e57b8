/** Invoices in another currency than the period: how what was charged becomes what they state, and why it cannot (SPEC §13). Pure. */
import { isTolerated } from './exchange-rate.ts';
import type { Conversion } from './judgement.ts';
import type { Invoice, Period } from './ledger.ts';
import { formatMoney } from './money.ts';
import type { Policy } from './policy.ts';

export type CurrencyProblem = 'no-rate' | 'rate-from-another' | 'rates-differ' | 'no-reference';

/** Why the amounts of an invoice can enter no sum; null where they can. An invoice never vouches for its own rate. */
export function currencyProblem(invoice: Invoice, period: Pick<Period, 'currency' | 'invoices'>, { fx }: Pick<Policy, 'fx'>): CurrencyProblem | null {
  const first = period.invoices[0] ?? invoice;
  if (invoice.currency !== first.currency) return invoice.currency === period.currency ? null : 'rates-differ';
  if (invoice.currency === period.currency) return null;
  if (invoice.fx === null) return 'no-rate';
  if (invoice.fx.from !== period.currency) return 'rate-from-another';
  if (first.fx !== null && !first.fx.rate.equals(invoice.fx.rate)) return 'rates-differ';
  return (fx.get(invoice.currency)?.reference ?? null) === null ? 'no-reference' : null;
}

/** What is said of an invoice whose amounts enter no sum; null where they do. */
export function leftOutWords(
  invoice: Invoice,
  period: Pick<Period, 'id' | 'currency' | 'invoices'>,
  policy: Pick<Policy, 'fx'>,
): Record<string, string> | null {
  const problem = currencyProblem(invoice, period, policy);
  if (problem === null) return null;
  return {
    subject: `The invoice ${invoice.invoiceId}`,
    period: period.id,
    expected: period.currency,
    found: invoice.currency,
    left_out: `${formatMoney(invoice.total)} ${invoice.currency}`,
    ...(problem === 'no-rate' ? {} : { reason: problem }),
  };
}

/** null where the invoices are in the currency of the period; those that are compared have no problem. */
export function conversionOf([first]: readonly Invoice[], { fx }: Pick<Policy, 'fx'>): Conversion | null {
  const stated = first === undefined ? undefined : fx.get(first.currency);
  if (first === undefined || first.fx === null || stated === undefined || stated.reference === null) return null;
  const { rate, from } = first.fx;
  const { reference, tolerancePercent } = stated;
  return { from, to: first.currency, reference, rate, isTolerated: isTolerated(rate, reference, tolerancePercent) };
}
