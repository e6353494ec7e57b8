/** The shape of `periods/<id>/invoice.yaml`: invoice or statement lines. */
import type { z } from 'zod';
import { choice, count, currency, day, decimal, insidePath, list, modelled, positive, record, requireKeys, sha256, text, utc } from './scalars.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import type { Invoice, InvoiceRate } from '../../model/ledger.ts';

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

const isUrl = (text: string): boolean => /^https?:\/\//i.test(text);
const rate = record({ from: currency, rate: positive, on: day, source: text, sha256: sha256.optional() }).superRefine((value, context) => {
  if (isUrl(value.source)) {
    if (value.sha256 !== undefined) context.addIssue({ code: 'custom', path: ['sha256'], message: 'no hash: what stands at a URL is not kept here' });
    return;
  }
  for (const issue of insidePath.safeParse(value.source).error?.issues ?? []) context.addIssue({ ...issue, code: 'custom', path: ['source'] });
  requireKeys(value, ['sha256'], context);
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
  fx: rate.optional(),
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
    fx: parseRate(file.fx, document),
    source: placeOf(document, ['invoice_id']),
  };
}

function parseRate(file: InvoiceFile['fx'], document: LedgerDocument): InvoiceRate | null {
  if (file === undefined) return null;
  const { source: basis, sha256: hash = null, ...said } = file;
  return { ...said, basis, sha256: hash, source: placeOf(document, ['fx']) };
}
