/** The cuts: a bridge and totals for every key. */
import { type CutName, cutNames } from '../model/bridge.ts';
import type { JudgedCut } from '../model/judgement.ts';
import { compareCodePoints } from '../model/order-findings.ts';
import type { CutRow, Reconciliation } from '../model/reconciliation.ts';
import { buildBridge, type InvoiceSide } from './build-bridge.ts';
import type { InvoicePiece } from './cover-invoice.ts';
import { sumTotals } from './sum-totals.ts';

/** Every cut, empty. */
export const noCuts: Readonly<Record<CutName, readonly JudgedCut[]>> = {
  by_model: [],
  by_service: [],
  by_cost_center: [],
  by_day: [],
  by_role: [],
  by_prompt_version: [],
  by_retry_reason: [],
  by_incident: [],
};

/** All cuts of `reconciliation`; `pieces` are the invoice's, empty where none is compared. Keys keep their order: ascending by code point. */
export function buildCuts(reconciliation: Reconciliation, pieces: readonly InvoicePiece[]): Readonly<Record<CutName, readonly JudgedCut[]>> {
  const plain = Object.fromEntries(
    cutNames.map((name) => [name, reconciliation.cuts[name].map((row) => judgedCut(row, { through: 'provider_charged' }))]),
  ) as unknown as Record<CutName, readonly JudgedCut[]>;
  const usage = pieces.filter(({ step, model }) => step === 'usage_subtotal' && model !== null);
  return usage.length === 0 ? plain : { ...plain, by_model: byModel(reconciliation.cuts.by_model, usage) };
}

/** By model the bridge reaches the invoice's usage when every usage line names its model; a model that only the invoice knows gets a key. */
function byModel(rows: readonly CutRow[], usage: readonly InvoicePiece[]): JudgedCut[] {
  const known = new Set(rows.map((row) => row.key));
  const invoicedOnly = usage.flatMap(({ model }) => (model === null || known.has(model) ? [] : [{ key: model, steps: [] }]));
  return [...rows, ...invoicedOnly]
    .sort((a, b) => compareCodePoints(a.key, b.key))
    .map((row) => judgedCut(row, { through: 'invoice_usage', pieces: usage.filter(({ model }) => model === row.key) }));
}

function judgedCut(row: CutRow, invoice: InvoiceSide): JudgedCut {
  const bridge = buildBridge(row.steps, invoice);
  return { key: row.key, bridge, totals: sumTotals(bridge, null) };
}
