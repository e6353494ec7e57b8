/** Invoices that a period names and that are not here yet. Pure. */
import type { Period } from './ledger.ts';

/** Those of the list in `invoice_id` without a file, by their place in it. One id names no whole: none is awaited. */
export function awaitedInvoices({ invoiceId, invoices }: Pick<Period, 'invoiceId' | 'invoices'>): { readonly id: string; readonly index: number }[] {
  const listed = typeof invoiceId === 'string' ? [] : (invoiceId ?? []);
  return listed.map((id, index) => ({ id, index })).filter(({ id }) => invoices.every((invoice) => invoice.invoiceId !== id));
}
