/** The shape of `periods/<id>/invoice.yaml`: invoice or statement lines. */
import type { z } from 'zod';
import { choice, count, currency, day, decimal, insidePath, list, record, sha256, text, utc } from './scalars.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import type { Invoice } from '../../model/ledger.ts';

const line = record({
  // `top-up` is read so that a rule can say why it does not belong here.
  kind: choice('usage', 'credit', 'discount', 'tax', 'fx', 'minimum', 'other', 'top-up'),
  billable_model: text.optional(),
  amount: decimal,
  requests: count.optional(),
  reference: text.optional(),
});

export const invoiceSchema = record({
  invoice_id: text,
  currency,
  document: record({
    file: insidePath,
    sha256,
    issued_on: day.optional(),
    statement_from_utc: utc.optional(),
    statement_to_utc: utc.optional(),
  }).optional(),
  total: decimal,
  lines: list(line),
}).describe('periods/<id>/invoice.yaml: invoice lines');
type InvoiceFile = z.output<typeof invoiceSchema>;

export function parseInvoice(file: InvoiceFile, document: LedgerDocument): Invoice {
  return {
    invoiceId: file.invoice_id,
    currency: file.currency,
    total: file.total,
    lines: file.lines.map((line, index) => ({
      // A top-up stays in the sum, so that no money vanishes; its finding says that it does not belong here.
      kind: line.kind === 'top-up' ? 'other' : line.kind,
      billableModel: line.billable_model ?? null,
      amount: line.amount,
      requests: line.requests ?? null,
      reference: line.reference ?? null,
      source: placeOf(document, ['lines', index]),
    })),
    document: documentOf(file),
    source: placeOf(document, ['invoice_id']),
  };
}

function documentOf({ document }: InvoiceFile): Invoice['document'] {
  if (document === undefined) return null;
  return {
    file: document.file,
    sha256: document.sha256,
    issuedOn: document.issued_on ?? null,
    statementFrom: document.statement_from_utc ?? null,
    statementTo: document.statement_to_utc ?? null,
  };
}
