/** Everything that a rule may look at: the input, laid out once. */
import type { CutName } from '../model/bridge.ts';
import type { BridgeRow, CountBridgeRow, Decision, JudgedCut } from '../model/judgement.ts';
import type { Invoice } from '../model/ledger.ts';
import { buildBridge } from './build-bridge.ts';
import { buildCountBridge } from './build-count-bridge.ts';
import { buildCuts, noCuts } from './build-cuts.ts';
import { coverInvoice } from './cover-invoice.ts';
import type { InvoiceCoverage } from './cover-invoice.ts';
import type { JudgeInput } from './judge-input.ts';

export interface Figures {
  readonly input: JudgeInput;
  readonly stage: 'usage' | 'final';
  /** null where there is none, where the period is judged in part, and where it is in a currency that no sum of the period may take in. */
  readonly invoice: Invoice | null;
  readonly bridge: readonly BridgeRow[];
  readonly countBridge: readonly CountBridgeRow[];
  readonly cuts: Readonly<Record<CutName, readonly JudgedCut[]>>;
  /** What the exceptions of the period cover of the invoice. */
  readonly coverage: InvoiceCoverage;
}
export interface Facts extends Figures {
  readonly decisions: readonly Decision[];
}

/** Lays out bridge, counts and cuts. A period of which the calendar cuts a part is judged as stage usage. */
export function layOutFigures(input: JudgeInput): Figures {
  const { period, asOf, judgedEnd, calendarEnd, reconciliation } = input;
  const stage = period.stage === 'usage' || calendarEnd < period.end ? 'usage' : 'final';
  // An invoice that lies there is compared whatever the stage says, but not with a part of what it bills: that would differ for being a part.
  const invoice = judgedEnd < period.end || period.invoice?.currency !== period.currency ? null : period.invoice;
  if (reconciliation === null) return { input, stage, invoice, bridge: [], countBridge: [], cuts: noCuts, coverage: { pieces: [], uses: new Map() } };
  const coverage = coverInvoice(period.exceptions, asOf, reconciliation, invoice);
  const { pieces } = coverage;
  return {
    input,
    stage,
    invoice,
    bridge: buildBridge(reconciliation.steps, invoice === null ? { through: 'provider_charged' } : { through: 'invoice_total', pieces, total: invoice.total }),
    countBridge: buildCountBridge(reconciliation, invoice),
    cuts: buildCuts(reconciliation, pieces),
    coverage,
  };
}
