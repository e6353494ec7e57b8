/** The table of a ledger's periods: expected, charged, invoice, unexplained, verdict. */
import type { GateLedger, GatePeriod } from '../../model/gate.ts';
import { escapeMarkdown, left, markdownTable, right } from '../escape-markdown.ts';
import type { RowBlock } from '../fit-budget.ts';
import { type GateView, isRestricted, leftOut, periodWeight, shareText, tableRows, verdictCell } from './gate-view.ts';

/** The periods of `ledger`, in their order. */
export function periodTable(ledger: GateLedger, view: GateView): RowBlock {
  const { periods } = ledger;
  const table = isRestricted(ledger, view.visibility) ? shareTable : amountTable(commonCurrency(periods));
  return tableRows(periods, { table, weight: periodWeight, leftOut: leftOut('period', "the run's artifact has them all") });
}

function shareTable(periods: readonly GatePeriod[]): string {
  return markdownTable(
    [left('Period'), right('Unexplained'), left('Verdict')],
    periods.map((period) => [escapeMarkdown(period.result.period.id), shareText(period.result.totals), verdictOf(period)]),
  );
}

/** `currency` stands in the head when every period has it, else in every cell. */
function amountTable(currency: string | null) {
  return (periods: readonly GatePeriod[]): string =>
    markdownTable(
      [
        left('Period'),
        right(currency === null ? 'Expected' : `Expected (${currency})`),
        right('Charged'),
        right('Invoice'),
        right('Unexplained'),
        left('Verdict'),
      ],
      periods.map((period) => {
        const { expected, provider_charged: charged, invoice_total: invoice, unexplained_gross: gross } = period.result.totals;
        const show = (amount: string | null, none: string) => (amount === null ? none : `${currency === null ? `${currencyOf(period)} ` : ''}${amount}`);
        const unexplained = gross === null ? 'not known' : `${show(gross, '')} (${shareText(period.result.totals)})`;
        return [
          escapeMarkdown(period.result.period.id),
          show(expected, 'not known'),
          show(charged, 'not known'),
          show(invoice, period.result.period.stage === 'usage' ? 'none yet' : 'not known'),
          unexplained,
          verdictOf(period),
        ];
      }),
    );
}

function commonCurrency(periods: readonly GatePeriod[]): string | null {
  const all = new Set(periods.map(currencyOf));
  return all.size === 1 ? ([...all][0] ?? null) : null;
}

function currencyOf({ result }: GatePeriod): string {
  return result.period.currency.replace(/[^A-Z]/g, '').slice(0, 3);
}

function verdictOf({ result, decides }: GatePeriod): string {
  return `${verdictCell(result.verdict)}${decides ? '' : ' (for information)'}`;
}
