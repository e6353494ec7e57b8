/** Everything a rule may look at: the input, laid out once. */
import type { CutName } from '../model/bridge.ts';
import type { BridgeRow, CountBridgeRow, Decision, JudgedCut } from '../model/judgement.ts';
import type { Invoice } from '../model/ledger.ts';
import { sumMoney, zero } from '../model/money.ts';
import { applyExceptions, noCoverage } from './apply-exceptions.ts';
import type { Coverage } from './apply-exceptions.ts';
import type { InvoiceSide } from './build-bridge.ts';
import { buildBridge } from './build-bridge.ts';
import { buildCountBridge } from './build-count-bridge.ts';
import { buildCuts, noCuts } from './build-cuts.ts';
import type { JudgeInput } from './judge-input.ts';

export interface Figures {
  readonly input: JudgeInput;
  readonly stage: 'usage' | 'final';
  /** null at stage usage. */
  readonly invoice: Invoice | null;
  readonly bridge: readonly BridgeRow[];
  readonly countBridge: readonly CountBridgeRow[];
  readonly cuts: Readonly<Record<CutName, readonly JudgedCut[]>>;
  /** What the exceptions of the period cover. */
  readonly coverage: Coverage;
}
export interface Facts extends Figures {
  readonly decisions: readonly Decision[];
}

/** Lays out bridge, counts and cuts. A period judged in part is judged as stage usage. */
export function layOutFigures(input: JudgeInput): Figures {
  const { period, asOf, calendarEnd, reconciliation } = input;
  const stage = period.stage === 'usage' || calendarEnd < period.end ? 'usage' : 'final';
  const invoice = stage === 'usage' ? null : period.invoice;
  if (reconciliation === null) return { input, stage, invoice, bridge: [], countBridge: [], cuts: noCuts, coverage: noCoverage };
  const coverage = applyExceptions(period.exceptions, asOf, reconciliation, invoice);
  const { ofSteps, ofLines } = coverage;
  return {
    input,
    stage,
    invoice,
    bridge: buildBridge(reconciliation.steps, invoiceSide(invoice), (step, line) => (line === null ? ofSteps.get(step)?.amount : ofLines.get(line)) ?? zero),
    countBridge: buildCountBridge(reconciliation, invoice),
    cuts: buildCuts(reconciliation, invoice, coverage),
    coverage,
  };
}

function invoiceSide(invoice: Invoice | null): InvoiceSide {
  if (invoice === null) return { through: 'provider_charged' };
  const usage = sumMoney(invoice.lines.filter((line) => line.kind === 'usage').map((line) => line.amount));
  const adjustments = invoice.lines.filter((line) => line.kind !== 'usage');
  return { through: 'invoice_total', usage, adjustments, total: invoice.total };
}
