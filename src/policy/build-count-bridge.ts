/** The count bridge, led on to the invoice where its usage lines state requests (SPEC §4.2). */
import type { CountBridgeRow, CountBridgeStep } from '../model/judgement.ts';
import type { Invoice, InvoiceLine } from '../model/ledger.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { namesModels } from './cover-invoice.ts';

/** The rows of the engine; then `invoice_grouping` and `invoice_requests` when every usage line states its requests. `invoice` is null where none is compared. */
export function buildCountBridge(reconciliation: Reconciliation, invoice: Invoice | null): CountBridgeRow[] {
  const rows: CountBridgeRow[] = reconciliation.countBridge.map(({ step, count, open }) => ({ step, count, open }));
  const usage = invoice?.lines.filter((line) => line.kind === 'usage') ?? [];
  if (usage.length === 0 || usage.some((line) => line.requests === null)) return rows;
  const stated = requestsOf(usage);
  const count = stated - countOf(rows, 'provider_rows');
  return [
    ...rows,
    { step: 'invoice_grouping', count, open: namesModels(usage) ? differenceByModel(reconciliation, usage) : Math.abs(count) },
    { step: 'invoice_requests', count: stated, open: 0 },
  ];
}

/** An invoice that counts other requests than the provider's rows is unexplained; model by model, so that two cannot make up for each other. */
function differenceByModel({ counts }: Reconciliation, usage: readonly InvoiceLine[]): number {
  const rows = counts.provider.rowsByModel;
  const models = new Set([...Object.keys(rows), ...usage.map(({ billableModel }) => billableModel ?? '')]);
  return [...models].reduce((sum, model) => {
    const stated = requestsOf(usage.filter(({ billableModel }) => billableModel === model));
    return sum + Math.abs(stated - (Object.hasOwn(rows, model) ? (rows[model] ?? 0) : 0));
  }, 0);
}

function requestsOf(usage: readonly InvoiceLine[]): number {
  return Number(usage.reduce((sum, line) => sum + (line.requests ?? 0n), 0n));
}

/** The entry of one step, 0 when it is not there. */
export function countOf(rows: readonly Pick<CountBridgeRow, 'step' | 'count'>[], step: CountBridgeStep): number {
  return rows.find((row) => row.step === step)?.count ?? 0;
}

/** What nothing explains and no exception covers, over all entries. */
export function unexplainedCounts(rows: readonly CountBridgeRow[]): number {
  return rows.reduce((sum, { open }) => sum + open, 0);
}
