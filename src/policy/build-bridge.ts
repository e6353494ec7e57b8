/** Lays out the full bridge: row steps, invoice lines and every `=`, with the running total (SPEC §4.1). */
import type { Step, Subtotal } from '../model/bridge.ts';
import { adjustmentSteps, chargeSteps, explainedSteps, valueSteps } from '../model/bridge.ts';
import type { BridgeRow } from '../model/judgement.ts';
import type { InvoiceLine } from '../model/ledger.ts';
import { Money, formatMoney, sumMoney, zero } from '../model/money.ts';
import type { StepAmount } from '../model/reconciliation.ts';

/** How far a bridge goes: to what the provider charged, to the usage the invoice states, or to the stated total. */
export type InvoiceSide =
  | { readonly through: 'provider_charged' }
  | { readonly through: 'invoice_usage'; readonly usage: Money }
  | { readonly through: 'invoice_total'; readonly usage: Money; readonly adjustments: readonly InvoiceLine[]; readonly total: Money };

/** What exceptions cover of a step, or of the one invoice line that a row stands for. */
export type CoveredOf = (step: Step, line: InvoiceLine | null) => Money;

const coversNothing: CoveredOf = () => zero;

interface Part {
  readonly step: Step;
  readonly amount: Money;
  readonly excepted: Money;
  readonly increase: Money;
  readonly decrease: Money;
  readonly count: number;
  readonly explained: boolean | null;
  readonly reference: string | null;
}
type Layout = readonly (Part | Subtotal)[];

/** The bridge over `steps` (all of `rowSteps`; a missing one counts as zero) and the invoice. */
export function buildBridge(steps: readonly StepAmount[], invoice: InvoiceSide, coveredOf: CoveredOf = coversNothing): BridgeRow[] {
  const rowPart = (step: StepAmount['step']): Part =>
    partOfRows(
      step,
      steps.find((candidate) => candidate.step === step),
      coveredOf(step, null),
    );
  const rows: Layout = [rowPart('expected'), ...valueSteps.map(rowPart), 'provider_at_snapshot', ...chargeSteps.map(rowPart), 'provider_charged'];
  return layOut([...rows, ...invoiceLayout(invoice, sumMoney(rows.map((row) => (typeof row === 'string' ? zero : row.amount))), coveredOf)]);
}

function invoiceLayout(invoice: InvoiceSide, charged: Money, coveredOf: CoveredOf): Layout {
  if (invoice.through === 'provider_charged') return [];
  const usage: Layout = [{ ...netPart('usage_subtotal', invoice.usage.minus(charged), false), excepted: coveredOf('usage_subtotal', null) }, 'invoice_usage'];
  if (invoice.through === 'invoice_usage') return usage;
  const lines = sumMoney(invoice.adjustments.map((line) => line.amount)).plus(invoice.usage);
  return [
    ...usage,
    ...adjustmentSteps.flatMap((step) => adjustmentParts(step, invoice.adjustments, coveredOf)),
    netPart('residual', invoice.total.minus(lines), false),
    'invoice_total',
  ];
}

/** Each invoice line keeps its own row; a kind without lines has one row of zero. */
function adjustmentParts(step: (typeof adjustmentSteps)[number], lines: readonly InvoiceLine[], coveredOf: CoveredOf): Part[] {
  const own = lines.filter((line) => line.kind === step);
  if (own.length === 0) return [netPart(step, zero, true)];
  return own.map((line) => ({
    ...netPart(step, line.amount, line.reference !== null),
    excepted: coveredOf(step, line),
    reference: line.reference,
  }));
}

function partOfRows(step: StepAmount['step'], facts: StepAmount | undefined, excepted: Money): Part {
  return {
    step,
    amount: moneyOf(facts?.amount ?? '0'),
    excepted,
    increase: moneyOf(facts?.increase ?? '0'),
    decrease: moneyOf(facts?.decrease ?? '0'),
    count: facts?.count ?? 0,
    explained: step === 'expected' ? null : explainedSteps.includes(step),
    reference: null,
  };
}

/** Most steps of most keys are empty: they cost no arithmetic. */
function moneyOf(text: string): Money {
  return text === '0' ? zero : new Money(text);
}

function isNothing({ increase, decrease, count, amount, excepted }: Part): boolean {
  return amount === zero && excepted === zero && increase === zero && decrease === zero && count === 0;
}

function netPart(step: Step, amount: Money, explained: boolean): Part {
  const increase = amount.isPositive() ? amount : zero;
  return { step, amount, excepted: zero, increase, decrease: amount.minus(increase), count: amount.isZero() ? 0 : 1, explained, reference: null };
}

function layOut(layout: Layout): BridgeRow[] {
  let sums = { amount: zero, excepted: zero, increase: zero, decrease: zero, count: 0 };
  return layout.map((item) => {
    if (typeof item === 'string') return rowOf({ ...sums, step: item, kind: 'subtotal', explained: null, reference: null }, sums.amount);
    if (isNothing(item)) return rowOf({ ...item, kind: 'step' }, sums.amount);
    sums = {
      amount: sums.amount.plus(item.amount),
      excepted: sums.excepted.plus(item.excepted),
      increase: sums.increase.plus(item.increase),
      decrease: sums.decrease.plus(item.decrease),
      count: sums.count + item.count,
    };
    return rowOf({ ...item, kind: 'step' }, sums.amount);
  });
}

function rowOf(part: Omit<Part, 'step'> & Pick<BridgeRow, 'step' | 'kind'>, running: Money): BridgeRow {
  return {
    step: part.step,
    kind: part.kind,
    amount: formatMoney(part.amount),
    increase: formatMoney(part.increase),
    decrease: formatMoney(part.decrease),
    count: part.count,
    excepted: formatMoney(part.excepted),
    runningTotal: formatMoney(running),
    explained: part.explained,
    reference: part.reference,
  };
}
