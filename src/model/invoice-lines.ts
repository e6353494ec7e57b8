/** The lines of invoices as money is compared with them: usage without the tax that a line includes, and that tax as a line of its own. Pure. */
import { filesOfRates } from './exchange-rate.ts';
import type { Invoice, InvoiceLine, Period } from './ledger.ts';

/** In the order of the lines, each tax behind the usage that included it; their amounts sum to those of the lines. */
export function linesApart({ lines }: Pick<Invoice, 'lines'>): InvoiceLine[] {
  return lines.flatMap((line) => {
    const { taxIncluded: tax } = line;
    if (tax === null) return [line];
    const rest = { ...line, taxIncluded: null };
    return [
      { ...rest, amount: line.amount.minus(tax) },
      { ...rest, kind: 'tax' as const, billableModel: null, amount: tax, requests: null },
    ];
  });
}

/** The files of the period's folder that an invoice is copied from: its document, and what its rate is from. */
export function filesOfInvoice({ document, fx }: Pick<Invoice, 'document' | 'fx'>): string[] {
  return [...(document === null ? [] : [document.file]), ...filesOfRates(fx === null ? [] : [fx])];
}

/** The usage of all of them, in their order. */
export function usageLines(invoices: readonly Pick<Invoice, 'lines'>[]): InvoiceLine[] {
  return invoices.flatMap((invoice) => linesApart(invoice).filter(({ kind }) => kind === 'usage'));
}

/** Whether the usage can be compared model by model: there are usage lines, and every one names its model. */
export function namesModels(usage: readonly InvoiceLine[]): boolean {
  return usage.length > 0 && usage.every(({ billableModel }) => billableModel !== null);
}

/** What keeps the lines of invoices from being compared with our log in place of an export; null = they can be. */
export type LinesProblem = 'lines-none' | 'lines-unnamed' | 'lines-currency' | 'lines-stage';

export function linesProblem({ stage, currency, invoices }: Pick<Period, 'stage' | 'currency' | 'invoices'>): LinesProblem | null {
  const usage = usageLines(invoices);
  if (stage !== 'final') return 'lines-stage';
  if (usage.length === 0) return 'lines-none';
  if (!namesModels(usage)) return 'lines-unnamed';
  return invoices.every((invoice) => invoice.currency === currency) ? null : 'lines-currency';
}
