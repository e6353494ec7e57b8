/** The shape of `periods/<id>/invoice.yaml`: invoice or statement lines. */
import type { z } from 'zod';
import { invoiceRate, parseRate } from './rate.ts';
import { choice, count, currency, day, decimal, insidePath, list, modelled, record, sha256, text, utc } from './scalars.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import type { Invoice } from '../../model/ledger.ts';

const line = record({
  // `top-up` is read so that a rule can say why it does not belong here.
  kind: choice('usage', 'credit', 'discount', 'tax', 'fx', 'minimum', 'other', 'top-up'),
  billable_model: text.optional(),
  amount: decimal,
  requests: count.optional(),
  reference: text.optional(),
  tax_included: decimal.optional(),
  // Information: an invoice line is money of the period that it is billed in.
  corrects: text.optional(),
}).superRefine(({ kind, amount, tax_included: tax }, context) => {
  if (tax === undefined) return;
  const complain = (message: string): void => context.addIssue({ code: 'custom', path: ['tax_included'], message });
  if (kind !== 'usage') complain(`no tax inside of a ${kind} line: only usage lines have one; write it as a line of kind tax`);
  else if (tax.isZero() || tax.isNegative() !== amount.isNegative() || tax.abs().greaterThanOrEqualTo(amount.abs())) {
    complain('a part of the amount: of its sign, and smaller');
  }
});

const invoiceDocument = record({
  file: insidePath,
  sha256,
  issued_on: day.optional(),
  statement_from_utc: utc.optional(),
  statement_to_utc: utc.optional(),
});

export const invoiceSchema = record({
  invoice_id: text,
  currency,
  document: invoiceDocument.optional(),
  fx: invoiceRate.optional(),
  total: decimal,
  lines: list(line),
}).describe('periods/<id>/invoice.yaml: invoice lines');
type InvoiceFile = z.output<typeof invoiceSchema>;

export function parseInvoice(file: InvoiceFile, document: LedgerDocument): Invoice {
  return {
    ...modelled(invoiceSchema, file, 'document', 'fx', 'lines'),
    lines: file.lines.map((each, index) => ({
      ...modelled(line, each),
      // A top-up stays in the sum, so that no money vanishes; its finding says that it does not belong here.
      kind: each.kind === 'top-up' ? 'other' : each.kind,
      source: placeOf(document, ['lines', index]),
    })),
    document: file.document === undefined ? null : modelled(invoiceDocument, file.document),
    fx: file.fx === undefined ? null : parseRate(file.fx, document, ['fx']),
    source: placeOf(document, ['invoice_id']),
  };
}
