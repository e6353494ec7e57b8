/** Faults in what people write down: an invoice line, its total, a price, a mapping. */
import { parseDocument } from 'yaml';
import { type FaultContext, type FaultKind, type FaultNeed, type FaultPlan, faultsPerKind } from './fault-kind.ts';
import { draw } from './seeded-random.ts';
import { newFinding, oneUnitIn, rowsFound, type RunView, type Signal } from './signal.ts';
import { ledgerPath, periodPath } from '../../model/layout.ts';
import { formatMoney, Money, parseMoney } from '../../model/money.ts';

const nothing = { rows: [], files: [], texts: [], requests: [], disturbs: 'everything' } as const;

/** The file with values set at some paths; every scalar is text, as the reader takes it. */
function withValues(text: string, values: readonly (readonly [path: readonly (string | number)[], value: string])[]): string {
  const document = parseDocument(text, { schema: 'failsafe' });
  for (const [path, value] of values) document.setIn(path, value);
  return document.toString();
}

function oneMore(amount: string): string {
  return formatMoney((parseMoney(amount) ?? new Money(0)).plus(1));
}

function invoiceName({ period }: FaultContext): string {
  return periodPath(period, 'invoice');
}

const invoiceLine: FaultKind = {
  kind: 'invoice-line-changed',
  plan: (context, random) => {
    const text = context.texts.get(invoiceName(context));
    const { invoice, stage } = context.period;
    const usage = (invoice?.lines ?? []).flatMap((line, index) => (line.kind === 'usage' ? [{ index, amount: line.amount }] : []));
    if (text === undefined || stage !== 'final' || usage.length === 0)
      return { kind: 'invoice-line-changed', needs: 'an invoice with usage lines (stage final)' };
    const chosen = draw(random, usage, faultsPerKind);
    const edited = withValues(
      text,
      chosen.map(({ index, amount }) => [['lines', index, 'amount'], oneMore(formatMoney(amount))] as const),
    );
    return {
      ...nothing,
      kind: 'invoice-line-changed',
      injected: chosen.length,
      texts: [{ name: invoiceName(context), text: edited }],
      signal: oneUnitIn('usage_subtotal'),
    };
  },
};

const invoiceTotal: FaultKind = {
  kind: 'invoice-total-changed',
  plan: (context) => {
    const text = context.texts.get(invoiceName(context));
    const { invoice, stage } = context.period;
    if (text === undefined || stage !== 'final' || invoice === null) return { kind: 'invoice-total-changed', needs: 'an invoice (stage final)' };
    const edited = withValues(text, [[['total'], oneMore(formatMoney(invoice.total))]]);
    return { ...nothing, kind: 'invoice-total-changed', injected: 1, texts: [{ name: invoiceName(context), text: edited }], signal: oneUnitIn('residual') };
  },
};

const price: FaultKind = {
  kind: 'price-in-a-snapshot-changed',
  plan: (context, random): FaultPlan | FaultNeed => {
    const kind = 'price-in-a-snapshot-changed';
    const used = new Set(context.requests.filter(showsPrice).map(({ expected }) => expected.billableModel));
    const rows = context.prices.rows.filter(({ tier, billableModel }) => tier === 0 && used.has(billableModel));
    const [first] = draw(random, rows, 1);
    const name = first === undefined ? '' : ledgerPath('prices', first.snapshot);
    const text = context.texts.get(name);
    if (first === undefined || text === undefined) return { kind, needs: 'charged amounts in the export, or samples in the snapshots' };
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
      return [
        ['prices', index, 'input_price'],
        formatMoney((parseMoney(snapshot.prices[index]?.input_price ?? '0') ?? new Money(0)).times(2).plus(1)),
      ] as const;
    });
    return {
      ...nothing,
      kind,
      injected: chosen.length,
      texts: [{ name, text: withValues(text, values) }],
      signal: pricesOf(chosen.map(({ billableModel }) => billableModel)),
    };
  },
};

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

const mapping: FaultKind = {
  kind: 'mapping-removed',
  plan: (context, random) => {
    const text = context.texts.get(ledgerPath('models'));
    const used = new Set(context.requests.map(({ expected }) => expected.requestedModel));
    const named = context.mappings.flatMap(({ requestedModel }, index) => (used.has(requestedModel) ? [{ requestedModel, index }] : []));
    const alone = named.filter(({ requestedModel }) => context.mappings.filter((other) => other.requestedModel === requestedModel).length === 1);
    const [chosen] = draw(random, alone, 1);
    if (text === undefined || chosen === undefined) return { kind: 'mapping-removed', needs: 'a requested model with one mapping' };
    const document = parseDocument(text, { schema: 'failsafe' });
    document.deleteIn(['models', chosen.index]);
    const signal = { ...rowsFound('unknown-model'), moved: (before: RunView, after: RunView) => Money.min(1, rowsFound('unknown-model').moved(before, after)) };
    return { ...nothing, kind: 'mapping-removed', injected: 1, texts: [{ name: ledgerPath('models'), text: document.toString() }], signal };
  },
};

const documentChanged: FaultKind = {
  kind: 'invoice-document-changed',
  plan: (context) => {
    const text = context.texts.get(invoiceName(context));
    const document = context.period.invoice?.document ?? null;
    if (text === undefined || document === null) return { kind: 'invoice-document-changed', needs: 'an invoice document (stage final)' };
    const other = document.sha256.startsWith('0') ? '1' : '0';
    const edited = withValues(text, [[['document', 'sha256'], `${other}${document.sha256.slice(1)}`]]);
    return {
      ...nothing,
      kind: 'invoice-document-changed',
      injected: 1,
      texts: [{ name: invoiceName(context), text: edited }],
      signal: newFinding('hash-mismatch'),
    };
  },
};

export const ledgerFaults: readonly FaultKind[] = [invoiceLine, invoiceTotal, documentChanged, price, mapping];
