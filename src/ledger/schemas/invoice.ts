/** The shape of `periods/<id>/invoice.yaml`: invoice or statement lines. */
import type { z } from 'zod';
import { choice, count, currency, day, decimal, insidePath, list, record, sha256, text, utc } from './scalars.ts';

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
export type InvoiceFile = z.output<typeof invoiceSchema>;
