/** An invoice file as model. */
import type { Invoice } from '../../model/ledger.ts';
import type { InvoiceFile } from '../schemas/invoice.ts';
import { placeOf } from '../yaml-document.ts';
import type { LedgerDocument } from '../yaml-document.ts';

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
