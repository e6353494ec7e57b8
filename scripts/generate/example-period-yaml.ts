/** The YAML of one example month: the period, and its invoice with the document's stand-in. */
import { createHash } from 'node:crypto';
import { Money, formatMoney, sumMoney } from '../../src/model/money.ts';
import { schemaLine } from './example-yaml.ts';
import type { MonthPlan } from './example-months.ts';
import { isoMillis } from './evidence-text.ts';
import { priceLists } from './example-shop.ts';
import type { Month } from './month.ts';

const instant = (millis: number): string => isoMillis(millis).replace('.000', '');

export function periodYaml(plan: MonthPlan): string {
  const before = priceLists.findLast((list) => list.from <= plan.start) ?? priceLists[0];
  const inside = priceLists.filter((list) => list.from > plan.start && list.from < plan.end);
  const prices = [`  - { snapshot: ${before?.id ?? ''} }\n`, ...inside.map((list) => `  - { snapshot: ${list.id}, from_utc: ${instant(list.from)} }\n`)];
  return `${schemaLine('period', 2)}# ${headlines[plan.id] ?? ''}
id: ${plan.id}
start_utc: ${instant(plan.start)} # inclusive
end_utc: ${instant(plan.end)} # exclusive
account_ref: acct_redacted
environment: production
currency: USD
models: all
stage: final
invoice_id: INV-${plan.id}
# These alone decide which prices are in force; the first reaches back, the last forward.
prices:
${prices.join('')}evidence:
  application: { files: [evidence/app-*.csv.gz], format: trueup, rows: attempts }
  gateway: { files: [evidence/gateway.csv.gz], format: trueup }
  # The provider's export was complete up to finalized_through_utc; what is younger than the delay may still be in transit.
  provider: { files: [evidence/usage.csv.gz], format: ${plan.providerFormat}, finalized_through_utc: ${instant(plan.finalizedThrough)}, delay: ${plan.delayHours}h }
${incidentYaml(plan)}references:
  - { kind: query, text: "${plan.providerFormat === 'new-api' ? 'usage log, types 2, 5 and 6' : 'usage export'}, ${instant(plan.start)} to ${instant(plan.finalizedThrough)}" }
`;
}

const headlines: Readonly<Record<string, string>> = {
  '2026-03': 'March adds up: prices change on the 13th, some calls are retried or answered by the fallback model. It passes.',
  '2026-04':
    'April has an outage with many retries, and streams that users stopped, for which two drills let the provider count. The export is a new-api log. It warns.',
  '2026-05': 'May goes wrong in many ways at once; each is listed in ../../injected.json. It fails.',
};

function incidentYaml({ incident }: MonthPlan): string {
  if (incident === null) return '';
  const { id, from, to, ticket } = incident;
  return `# Retries and fallbacks inside an incident are cut apart in the report.
incidents:
  - { id: ${id}, from_utc: ${instant(from)}, to_utc: ${instant(to)}, services: [support-chat], ticket: ${ticket} }
`;
}

export interface InvoiceFiles {
  readonly yaml: string;
  /** The document that the invoice names: text instead of a PDF. */
  readonly document: string;
  /** Amounts that the invoice adds to the bridge. */
  readonly steps: readonly { readonly kind: string; readonly step: 'usage_subtotal' | 'credit' | 'tax'; readonly amount: Money }[];
}

/** The invoice: what was charged by model, one model misstated by the plan's error, a credit, and tax in whole cents. */
export function invoiceFiles(plan: MonthPlan, month: Month): InvoiceFiles {
  const error = new Money(plan.invoice.usageError);
  const models = [...month.invoiced].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const dearest = models.toSorted(([, a], [, b]) => b.amount.comparedTo(a.amount))[0]?.[0];
  const usage = models.map(([model, line]) => ({ model, ...line, amount: model === dearest ? line.amount.plus(error) : line.amount }));
  const credit = new Money(plan.invoice.creditAmount);
  const net = sumMoney(usage.map((line) => line.amount)).plus(credit);
  const tax = net.times(plan.invoice.taxPercent).times('0.01').toDecimalPlaces(2, Money.ROUND_HALF_UP);
  const total = formatMoney(net.plus(tax));
  const document = `INVOICE INV-${plan.id} (synthetic, stands in for a PDF)
Statement ${instant(plan.start)} to ${instant(plan.end)}, USD
${usage.map((line) => `${line.model}  ${line.requests} requests  ${formatMoney(line.amount)}\n`).join('')}${plan.invoice.creditText}  ${formatMoney(credit)}
Tax ${plan.invoice.taxPercent}%  ${formatMoney(tax)}
Total  ${total}
`;
  const yaml = `${schemaLine('invoice', 2)}# The invoice line by line; the total must be their sum to the digit.
invoice_id: INV-${plan.id}
currency: USD
document:
  file: invoice.txt
  sha256: ${createHash('sha256').update(document).digest('hex')}
  issued_on: ${instant(plan.end + 2 * 86_400_000).slice(0, 10)}
  statement_from_utc: ${instant(plan.start)}
  statement_to_utc: ${instant(plan.end)}
total: "${total}"
lines:
${usage.map((line) => `  - { kind: usage, billable_model: ${line.model}, amount: "${formatMoney(line.amount)}", requests: ${line.requests} }\n`).join('')}  - { kind: credit, amount: "${formatMoney(credit)}", reference: "${plan.invoice.creditText}" }
  - { kind: tax, amount: "${formatMoney(tax)}", reference: "${plan.invoice.taxPercent}% of usage less credit, in cents" }
`;
  return {
    yaml,
    document,
    steps: [
      { kind: 'invoice-error', step: 'usage_subtotal', amount: error },
      { kind: 'credit', step: 'credit', amount: credit },
      { kind: 'tax', step: 'tax', amount: tax },
    ],
  };
}
