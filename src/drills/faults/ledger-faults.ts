/** Faults in what people write down: an invoice line, its total, a price, a mapping. */
import { parseDocument } from 'yaml';
import { draw, type FaultContext, type FaultKind, faultsPerKind, textWith, wholeFault } from './fault-kind.ts';
import { newFinding, oneUnitIn, rowsFound, type RunView, type Signal } from './signal.ts';
import { ledgerPath } from '../../model/layout.ts';
import type { Invoice } from '../../model/ledger.ts';
import { formatMoney, Money, parseMoney, zero } from '../../model/money.ts';

function oneMore(amount: string): string {
  return formatMoney((parseMoney(amount) ?? zero).plus(1));
}

/** The first invoice of the period, and the name of its file. */
function firstInvoice({ period }: FaultContext): { readonly invoice: Invoice; readonly name: string } | null {
  const [invoice] = period.invoices;
  return invoice === undefined ? null : { invoice, name: invoice.source.file };
}

const invoiceLine = wholeFault('invoice-line-changed', (context, random) => {
  const first = firstInvoice(context);
  const usage = (first?.invoice.lines ?? []).flatMap((line, index) => (line.kind === 'usage' ? [{ index, amount: line.amount }] : []));
  const needs = 'an invoice with usage lines (stage final)';
  if (first === null || !context.texts.has(first.name) || context.period.stage !== 'final' || usage.length === 0) return needs;
  const chosen = draw(random, usage, faultsPerKind);
  const edited = textWith(
    context,
    first.name,
    chosen.map(({ index, amount }) => [['lines', index, 'amount'], oneMore(formatMoney(amount))]),
  );
  if (edited === null) return needs;
  return { injected: chosen.length, texts: [edited], signal: oneUnitIn('usage_subtotal') };
});

const invoiceTotal = wholeFault('invoice-total-changed', (context) => {
  const first = firstInvoice(context);
  const edited = first === null ? null : textWith(context, first.name, [[['total'], oneMore(formatMoney(first.invoice.total))]]);
  if (edited === null || context.period.stage !== 'final') return 'an invoice (stage final)';
  return { texts: [edited], signal: oneUnitIn('residual') };
});

const price = wholeFault('price-in-a-snapshot-changed', (context, random) => {
  const used = new Set(context.requests.filter(showsPrice).map(({ expected }) => expected.billableModel));
  const rows = context.prices.rows.filter(({ tier, billableModel }) => tier === 0 && used.has(billableModel));
  const [first] = draw(random, rows, 1);
  const name = first === undefined ? '' : ledgerPath('prices', first.snapshot);
  const text = context.texts.get(name);
  if (first === undefined || text === undefined) return 'charged amounts in the export, or samples in the snapshots';
  const chosen = draw(
    random,
    rows.filter(({ snapshot }) => snapshot === first.snapshot),
    faultsPerKind,
  );
  const snapshot = parseDocument(text, { schema: 'failsafe' }).toJS() as {
    readonly prices: readonly { readonly billable_model: string; readonly input_price: string }[];
  };
  const values = chosen.map(({ billableModel }) => {
    const index = snapshot.prices.findIndex((row) => row.billable_model === billableModel);
    const doubled = (parseMoney(snapshot.prices[index]?.input_price ?? '0') ?? zero).times(2).plus(1);
    return [['prices', index, 'input_price'], formatMoney(doubled)] as const;
  });
  const edited = textWith(context, name, values) ?? { name, text };
  return { injected: chosen.length, texts: [edited], signal: pricesOf(chosen.map(({ billableModel }) => billableModel)) };
});

function showsPrice({ provider }: FaultContext['requests'][number]): boolean {
  return (provider.table.format.columns.charged_amount ?? []).length > 0;
}

/** A model whose own sample fails, or whose charges no longer fit their price. */
function pricesOf(models: readonly string[]): Signal {
  const difference = ({ result }: RunView, model: string): string =>
    result?.by_model.find(({ key }) => key === model)?.bridge.find(({ step }) => step === 'price_difference')?.amount ?? '0';
  const sampled = ({ findings }: RunView, model: string): boolean =>
    findings.some(({ code, args }) => code === 'price-sample' && args['billable_model'] === model);
  const shows = (before: RunView, after: RunView, model: string): boolean =>
    (sampled(after, model) && !sampled(before, model)) || difference(before, model) !== difference(after, model);
  return {
    words: 'price-sample, or price_difference of the model',
    watches: ['price_difference', 'price-sample'],
    moved: (before, after) => new Money(models.filter((model) => shows(before, after, model)).length),
  };
}

const mapping = wholeFault('mapping-removed', (context, random) => {
  const text = context.texts.get(ledgerPath('models'));
  const used = new Set(context.requests.map(({ expected }) => expected.requestedModel));
  const named = context.mappings.flatMap(({ requestedModel }, index) => (used.has(requestedModel) ? [{ requestedModel, index }] : []));
  const alone = named.filter(({ requestedModel }) => context.mappings.filter((other) => other.requestedModel === requestedModel).length === 1);
  const [chosen] = draw(random, alone, 1);
  if (text === undefined || chosen === undefined) return 'a requested model with one mapping';
  const document = parseDocument(text, { schema: 'failsafe' });
  document.deleteIn(['models', chosen.index]);
  const signal = { ...rowsFound('unknown-model'), moved: (before: RunView, after: RunView) => Money.min(1, rowsFound('unknown-model').moved(before, after)) };
  return { texts: [{ name: ledgerPath('models'), text: document.toString() }], signal };
});

const documentChanged = wholeFault('invoice-document-changed', (context) => {
  const first = firstInvoice(context);
  const sha256 = first?.invoice.document?.sha256 ?? null;
  if (first === null || sha256 === null) return 'an invoice document (stage final)';
  const edited = textWith(context, first.name, [[['document', 'sha256'], `${sha256.startsWith('0') ? '1' : '0'}${sha256.slice(1)}`]]);
  if (edited === null) return 'an invoice document (stage final)';
  return { texts: [edited], signal: newFinding('hash-mismatch') };
});

export const ledgerFaults: readonly FaultKind[] = [invoiceLine, invoiceTotal, documentChanged, price, mapping];
