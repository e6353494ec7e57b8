/** The count bridge, led on to the invoice where its usage lines state requests (SPEC §4.2). */
import type { CountBridgeRow, CountBridgeStep } from '../model/judgement.ts';
import type { Invoice } from '../model/ledger.ts';
import type { Reconciliation } from '../model/reconciliation.ts';

/**
 * Entries that nothing explains. The explained ones are those whose money is explained too: not_billable, in_transit, carried_forward,
 * out_of_scope, extra_retry, extra_fallback. An invoice that counts other requests than the provider's rows is unexplained.
 */
const unexplainedCountSteps: readonly CountBridgeStep[] = [
  'not_forwarded',
  'not_charged',
  'unlinked',
  'gateway_only',
  'out_of_period',
  'unbacked',
  'extra_model_drift',
  'duplicate',
  'invoice_grouping',
];

/** The rows of the engine; then `invoice_grouping` and `invoice_requests` when every usage line states its requests. `invoice` is null at stage usage. */
export function buildCountBridge(reconciliation: Reconciliation, invoice: Invoice | null): CountBridgeRow[] {
  const rows: CountBridgeRow[] = reconciliation.countBridge.map(({ step, count }) => ({ step, count }));
  const usage = invoice?.lines.filter((line) => line.kind === 'usage') ?? [];
  if (usage.length === 0 || usage.some((line) => line.requests === null)) return rows;
  const stated = Number(usage.reduce((sum, line) => sum + (line.requests ?? 0n), 0n));
  return [...rows, { step: 'invoice_grouping', count: stated - countOf(rows, 'provider_rows') }, { step: 'invoice_requests', count: stated }];
}

/** The entry of one step, 0 when it is not there. */
export function countOf(rows: readonly CountBridgeRow[], step: CountBridgeStep): number {
  return rows.find((row) => row.step === step)?.count ?? 0;
}

/** Σ |signed entry| of the unexplained entries. */
export function unexplainedCounts(rows: readonly CountBridgeRow[]): number {
  return rows.filter((row) => unexplainedCountSteps.includes(row.step)).reduce((sum, row) => sum + Math.abs(row.count), 0);
}
