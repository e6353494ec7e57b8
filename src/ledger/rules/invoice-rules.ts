/** Rules on invoices: there when they must be, about this period, and made of invoice lines. */
import type { LedgerDraft, PeriodPart } from '../draft.ts';
import { type LedgerDocument, placeOf, valueAt } from '../yaml-document.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { formatInstant, type Instant, startOfDay } from '../../model/instant.ts';
import { periodPath } from '../../model/layout.ts';
import type { InvoiceLine, Period } from '../../model/ledger.ts';
import { formatMoney } from '../../model/money.ts';

/** A final period has an invoice and its document. One that is not over yet is judged as usage, and needs none. */
export function invoicePresent({ periods, asOf, unread }: LedgerDraft): Finding[] {
  return periods
    .filter(({ value }) => value.stage === 'final' && value.end <= startOfDay(asOf) && !unread.has(periodPath(value, 'invoice')))
    .flatMap(({ value, document, invoiceDocument }) => {
      if (value.invoice === null) {
        return [finding('invoice-missing', 'fail', { args: { period: value.id, missing: 'invoice' }, source: placeOf(document, ['stage']) })];
      }
      if (value.invoice.document !== null || invoiceDocument === null) return [];
      return [finding('invoice-missing', 'fail', { args: { period: value.id, missing: 'document' }, source: placeOf(invoiceDocument, []) })];
    });
}

/** An invoice beside the one that is read would be money that nobody compared. */
export function invoicesRead({ periods }: LedgerDraft): Finding[] {
  return periods.flatMap(({ value, unreadInvoices }) =>
    unreadInvoices.map((name) => {
      const file = `${value.folder}/${name}`;
      return finding('invoice-unread', 'inconclusive', { args: { period: value.id, file }, source: { file, line: 1, column: 1 } });
    }),
  );
}

/** The invoice is the one that the period names, for its interval. */
export function invoiceMatches({ periods }: LedgerDraft): Finding[] {
  return withInvoice(periods).flatMap(({ period, invoice, document }) => {
    const stated = invoice.document;
    const comparisons: [key: string, expected: string | null, found: string | null][] = [
      ['invoice_id', period.invoiceId, invoice.invoiceId],
      ['document.statement_from_utc', formatInstant(period.start), written(stated?.statementFrom)],
      ['document.statement_to_utc', formatInstant(period.end), written(stated?.statementTo)],
    ];
    return comparisons
      .filter(([, expected, found]) => expected !== null && found !== null && expected !== found)
      .map(([key, expected, found]) =>
        finding('invoice-mismatch', 'fail', {
          args: { period: period.id, key, expected: expected ?? '', found: found ?? '' },
          source: placeOf(document, key.split('.')),
        }),
      );
  });
}

/** An invoice in another currency enters no sum of the period: it is left out, and said. */
export function invoiceCurrency({ periods }: LedgerDraft): Finding[] {
  return withInvoice(periods)
    .filter(({ period, invoice }) => invoice.currency !== period.currency)
    .map(({ period, invoice, document }) => {
      const left = `${formatMoney(invoice.total)} ${invoice.currency}`;
      const args = { subject: `The invoice ${invoice.invoiceId}`, period: period.id, expected: period.currency, found: invoice.currency, left_out: left };
      return finding('currency-mismatch', 'fail', { args, source: placeOf(document, ['currency']) });
    });
}

/** A prepaid top-up moves money onto the account; it is no charge. Lines that only sound like one are a question. */
export function noTopUps({ periods }: LedgerDraft): Finding[] {
  return withInvoice(periods).flatMap(({ period, invoice, document }) =>
    invoice.lines.flatMap((line, index) => {
      const declared = valueAt(document, ['lines', index, 'kind']) === 'top-up';
      if (!declared && !soundsLikeTopUp(line)) return [];
      const args = { period: period.id, reference: line.reference ?? '' };
      return [finding('invoice-top-up', declared ? 'fail' : 'warn', { args, amount: formatMoney(line.amount), source: line.source })];
    }),
  );
}

function soundsLikeTopUp({ kind, reference }: InvoiceLine): boolean {
  return (kind === 'credit' || kind === 'other') && /\btop[- ]?up\b|\bprepa(id|yment)\b|\brecharge\b/i.test(reference ?? '');
}

/** What is no usage is explained by what it refers to. */
export function adjustmentsReferenced({ periods }: LedgerDraft): Finding[] {
  return withInvoice(periods).flatMap(({ period, invoice }) =>
    invoice.lines
      .filter((line) => line.kind !== 'usage' && line.reference === null)
      .map((line) =>
        finding('adjustment-without-reference', 'warn', {
          args: { period: period.id, kind: line.kind },
          amount: formatMoney(line.amount),
          source: line.source,
        }),
      ),
  );
}

interface Invoiced {
  readonly period: Period;
  readonly invoice: NonNullable<Period['invoice']>;
  readonly document: LedgerDocument;
}

function withInvoice(periods: readonly PeriodPart[]): Invoiced[] {
  return periods.flatMap(({ value: period, invoiceDocument: document }) =>
    period.invoice === null || document === null ? [] : [{ period, invoice: period.invoice, document }],
  );
}

function written(instant: Instant | null | undefined): string | null {
  return instant === null || instant === undefined ? null : formatInstant(instant);
}
