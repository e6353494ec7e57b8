/** Rules on invoices: there when they must be, about this period, and made of invoice lines. */
import type { LedgerDraft, PeriodPart } from '../draft.ts';
import { type LedgerDocument, placeOf, valueAt } from '../yaml-document.ts';
import { awaitedInvoices } from '../../model/awaited-invoices.ts';
import { finding, type Finding, type Source } from '../../model/finding.ts';
import { formatInstant, startOfDay } from '../../model/instant.ts';
import { leftOutWords } from '../../model/invoice-currency.ts';
import { linesApart } from '../../model/invoice-lines.ts';
import { isInvoice } from '../../model/layout.ts';
import type { Invoice, InvoiceLine, Period } from '../../model/ledger.ts';
import { formatMoney } from '../../model/money.ts';

/** A final period has every invoice that it names, and each its document. One that is not over yet is judged as usage, and needs none. */
export function invoicePresent({ periods, asOf, unread }: LedgerDraft): Finding[] {
  return periods
    .filter(({ value }) => value.stage === 'final' && value.end <= startOfDay(asOf))
    .flatMap((part) => (isInvoiceUnread(part, unread) ? [] : missingInvoices(part)));
}

function isInvoiceUnread({ value: { folder } }: PeriodPart, unread: ReadonlySet<string>): boolean {
  return [...unread].some((name) => isInvoice(name) && name.startsWith(`${folder}/`));
}

function missingInvoices({ value, document, invoiceDocuments }: PeriodPart): Finding[] {
  const missing = (what: string, source: Source): Finding => finding('invoice-missing', 'fail', { args: { period: value.id, missing: what }, source });
  if (value.invoices.length === 0) return [missing('invoice', placeOf(document, ['stage']))];
  return [
    ...awaitedInvoices(value).map(({ id, index }) => missing(`invoice ${id}`, placeOf(document, ['invoice_id', index]))),
    ...value.invoices.flatMap((invoice, index) => {
      const own = invoiceDocuments[index];
      return invoice.document !== null || own === undefined ? [] : [missing('document', placeOf(own, []))];
    }),
  ];
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

/** The invoices are those that the period names, and together they state its interval. */
export function invoiceMatches({ periods }: LedgerDraft): Finding[] {
  return periods.flatMap((part) => [...strangeInvoices(part), ...statementGaps(part)]);
}

/** A list names every invoice of the period; one id stands among several for one that must be there. */
function strangeInvoices(part: PeriodPart): Finding[] {
  const { invoiceId, invoices } = part.value;
  if (invoiceId === null || invoices.some((invoice) => invoice.invoiceId === invoiceId)) return [];
  const named = [invoiceId].flat();
  return withInvoices([part])
    .filter(({ invoice }) => !named.includes(invoice.invoiceId))
    .map((one) => mismatch(one, 'invoice_id', named.join(', '), one.invoice.invoiceId));
}

/** From the start of the period to its end, one after the other: time that no invoice states is an invoice that is not here. */
function statementGaps(part: PeriodPart): Finding[] {
  const { start, end } = part.value;
  const stated = withInvoices([part]).flatMap((one) => (one.invoice.document === null ? [] : [{ one, ...one.invoice.document }]));
  // What an invoice that is still to come will state is no gap.
  const isWhole = awaitedInvoices(part.value).length === 0;
  const ordered = stated.toSorted((a, b) => Number((a.statementFrom ?? start) - (b.statementFrom ?? start)));
  const findings: Finding[] = [];
  let reached = start;
  for (const { one, statementFrom: from, statementTo: to } of ordered) {
    if (from !== null && (from < start || (isWhole && from > reached))) {
      findings.push(mismatch(one, 'document.statement_from_utc', formatInstant(from < start ? start : reached), formatInstant(from)));
    }
    if (to !== null && to > end) findings.push(mismatch(one, 'document.statement_to_utc', formatInstant(end), formatInstant(to)));
    reached = (to ?? end) > reached ? (to ?? end) : reached;
  }
  const last = ordered.at(-1);
  if (!isWhole || last === undefined || last.statementTo === null || reached >= end) return findings;
  return [...findings, mismatch(last.one, 'document.statement_to_utc', formatInstant(end), formatInstant(last.statementTo))];
}

function mismatch({ period, document }: Invoiced, key: string, expected: string, found: string): Finding {
  return finding('invoice-mismatch', 'fail', { args: { period: period.id, key, expected, found }, source: placeOf(document, key.split('.')) });
}

/** An invoice in another currency enters the sums by its rate and the reference of the policy: else it is left out, and said. */
export function invoiceCurrency({ periods, settings }: LedgerDraft): Finding[] {
  const policy = settings?.value.policy;
  if (policy === undefined) return [];
  return withInvoices(periods).flatMap((one) => {
    const { period, invoice, document } = one;
    const args = leftOutWords(invoice, period, policy);
    if (args === null) return idleRate(one);
    return [finding('currency-mismatch', 'fail', { args, source: placeOf(document, ['currency']) })];
  });
}

/** A rate where nothing is to be converted would be one that nobody looks at. */
function idleRate({ period, invoice }: Invoiced): Finding[] {
  if (invoice.fx === null || invoice.currency !== period.currency) return [];
  const args = { key: 'fx', expected: 'no rate, since the invoice is in the currency of the period' };
  return [finding('invalid-value', 'inconclusive', { args, source: invoice.fx.source })];
}

/** A prepaid top-up moves money onto the account; it is no charge. Lines that only sound like one are a question. */
export function noTopUps({ periods }: LedgerDraft): Finding[] {
  return withInvoices(periods).flatMap(({ period, invoice, document }) =>
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
  return withInvoices(periods).flatMap(({ period, invoice }) =>
    linesApart(invoice)
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
  readonly invoice: Invoice;
  readonly document: LedgerDocument;
}

function withInvoices(periods: readonly PeriodPart[]): Invoiced[] {
  return periods.flatMap(({ value: period, invoiceDocuments }) =>
    period.invoices.flatMap((invoice, index) => {
      const document = invoiceDocuments[index];
      return document === undefined ? [] : [{ period, invoice, document }];
    }),
  );
}
