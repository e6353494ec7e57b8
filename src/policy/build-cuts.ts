/** The cuts: a bridge and totals for every key. */
import { compareCodePoints } from '../model/compare-code-points.ts';
import { cutNames } from '../model/bridge.ts';
import type { CutName } from '../model/bridge.ts';
import type { JudgedCut } from '../model/judgement.ts';
import type { Invoice, InvoiceLine } from '../model/ledger.ts';
import { sumMoney, zero } from '../model/money.ts';
import type { CutRow, Reconciliation } from '../model/reconciliation.ts';
import type { Coverage } from './apply-exceptions.ts';
import type { InvoiceSide } from './build-bridge.ts';
import { buildBridge } from './build-bridge.ts';
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

/** All cuts of `reconciliation`; `invoice` is null at stage usage. Keys keep their order: ascending by code point. */
export function buildCuts(
  reconciliation: Reconciliation,
  invoice: Invoice | null,
  { ofCuts }: Pick<Coverage, 'ofCuts'>,
): Readonly<Record<CutName, readonly JudgedCut[]>> {
  const plain = Object.fromEntries(
    cutNames.map((name) => [name, reconciliation.cuts[name].map((row) => judgedCut(row, { through: 'provider_charged' }, ofCuts[name]))]),
  ) as unknown as Record<CutName, readonly JudgedCut[]>;
  return { ...plain, by_model: byModel(reconciliation.cuts.by_model, invoice, ofCuts.by_model) };
}

/** By model the bridge reaches the invoice's usage when every usage line names its model; a model that only the invoice knows gets a key. */
function byModel(rows: readonly CutRow[], invoice: Invoice | null, covered: CoveredKeys): JudgedCut[] {
  const usage = invoice?.lines.filter((line) => line.kind === 'usage') ?? [];
  if (usage.length === 0 || usage.some((line) => line.billableModel === null)) {
    return rows.map((row) => judgedCut(row, { through: 'provider_charged' }, covered));
  }
  const known = new Set(rows.map((row) => row.key));
  const invoicedOnly = new Set(usage.map((line) => line.billableModel ?? '').filter((model) => !known.has(model)));
  return [...rows, ...[...invoicedOnly].map((key) => ({ key, steps: [] }))]
    .sort((a, b) => compareCodePoints(a.key, b.key))
    .map((row) => judgedCut(row, { through: 'invoice_usage', usage: usageOf(usage, row.key) }, covered));
}

function usageOf(lines: readonly InvoiceLine[], model: string) {
  return sumMoney(lines.filter((line) => line.billableModel === model).map((line) => line.amount));
}

type CoveredKeys = Coverage['ofCuts'][CutName];

function judgedCut(row: CutRow, invoice: InvoiceSide, covered: CoveredKeys): JudgedCut {
  const steps = covered.get(row.key);
  const bridge = buildBridge(row.steps, invoice, (step) => steps?.get(step) ?? zero);
  return { key: row.key, bridge, totals: sumTotals(bridge, null) };
}
