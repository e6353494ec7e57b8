/** What exceptions cover of the money that belongs to no row: invoice lines, and what the invoice's usage differs from the charges. Pure. */
import type { AdjustmentStep } from '../model/bridge.ts';
import { compareCodePoints } from '../model/order-findings.ts';
import { type Exception, invoiceSteps, isInForce } from '../model/exception.ts';
import type { Day } from '../model/instant.ts';
import type { Invoice, InvoiceLine } from '../model/ledger.ts';
import { formatMoney, Money, moneyOf, sumMoney, zero } from '../model/money.ts';
import type { ExceptionUse, Reconciliation } from '../model/reconciliation.ts';

/** One line that is no usage, or the usage of one model (null = of all) against what was charged for it. */
export interface InvoicePiece {
  readonly step: 'usage_subtotal' | AdjustmentStep;
  readonly model: string | null;
  readonly line: InvoiceLine | null;
  readonly amount: Money;
  /** What no exception covers of it; it points the same way. */
  readonly left: Money;
}

export interface InvoiceCoverage {
  readonly pieces: readonly InvoicePiece[];
  /** By the place of the exception; only those about the invoice. */
  readonly uses: ReadonlyMap<number, ExceptionUse>;
}

/** `invoice` is null where none is compared: then there is nothing to cover. */
export function coverInvoice(exceptions: readonly Exception[], asOf: Day, reconciliation: Reconciliation, invoice: Invoice | null): InvoiceCoverage {
  if (invoice === null) return { pieces: [], uses: new Map() };
  const pieces = invoicePieces(reconciliation, invoice);
  const shares = pieces.map(() => [] as Share[]);
  const uses = new Map<number, ExceptionUse>();
  for (const [place, exception] of exceptions.entries()) {
    if (!invoiceSteps.includes(exception.category)) continue;
    const cap = isInForce(exception, asOf) ? exception.maxAmount : zero;
    uses.set(place, take(pieces, shares, { place, category: exception.category, cap }));
  }
  return { pieces: pieces.map((piece, index) => ({ ...piece, left: piece.amount.minus(takenOf(shares[index] ?? [])) })), uses };
}

interface Share {
  readonly place: number;
  /** Signed. */
  readonly amount: Money;
}
interface Taker {
  readonly place: number;
  readonly category: string;
  readonly cap: Money;
}

/** Takes each piece in order, up to what is left of the cap: ups and downs both use it. */
function take(pieces: readonly InvoicePiece[], shares: readonly Share[][], { place, category, cap }: Taker): ExceptionUse {
  let used = zero;
  let covered = zero;
  let matched = zero;
  let takenBefore = zero;
  const takers = new Set<number>();
  for (const [index, { step, amount }] of pieces.entries()) {
    if (step !== category) continue;
    const before = shares[index] ?? [];
    const rest = amount.minus(takenOf(before));
    takenBefore = takenBefore.plus(takenOf(before));
    for (const share of before) takers.add(share.place);
    matched = matched.plus(rest.abs());
    const size = Money.min(rest.abs(), cap.minus(used));
    if (size.isZero()) continue;
    const signed = rest.isNegative() ? size.negated() : size;
    used = used.plus(size);
    covered = covered.plus(signed);
    before.push({ place, amount: signed });
  }
  const [text, sorted] = [{ covered, used, matched, takenBefore }, [...takers].sort((a, b) => a - b)];
  return { ...written(text), takers: sorted, count: 0, matchedCount: 0 };
}

function written({ covered, used, matched, takenBefore }: Readonly<Record<'covered' | 'used' | 'matched' | 'takenBefore', Money>>) {
  return { covered: formatMoney(covered), used: formatMoney(used), matched: formatMoney(matched), takenBefore: formatMoney(takenBefore) };
}

function takenOf(shares: readonly Share[]): Money {
  return sumMoney(shares.map(({ amount }) => amount));
}

function invoicePieces(reconciliation: Reconciliation, invoice: Invoice): InvoicePiece[] {
  const usage = usageDifferences(reconciliation, invoice).map(([model, amount]) => ({
    step: 'usage_subtotal' as const,
    model,
    line: null,
    amount,
    left: amount,
  }));
  const lines = invoice.lines.flatMap((line) =>
    line.kind === 'usage' ? [] : [{ step: line.kind, model: line.billableModel, line, amount: line.amount, left: line.amount }],
  );
  return [...usage, ...lines];
}

/** Invoiced usage − charged, by model as in the cut; under null as a whole when a usage line names no model. */
function usageDifferences({ cuts, steps }: Reconciliation, invoice: Invoice): [model: string | null, difference: Money][] {
  const usage = invoice.lines.filter((line) => line.kind === 'usage');
  const invoiced = (lines: readonly InvoiceLine[]): Money => sumMoney(lines.map(({ amount }) => amount));
  const charged = (amounts: Reconciliation['steps']): Money => sumMoney(amounts.map(({ amount }) => moneyOf(amount)));
  if (!namesModels(usage)) return [[null, invoiced(usage).minus(charged(steps))]];
  const models = new Set([...cuts.by_model.map(({ key }) => key), ...usage.map(({ billableModel }) => billableModel ?? '')]);
  return [...models].sort(compareCodePoints).map((model) => {
    const own = cuts.by_model.find(({ key }) => key === model)?.steps ?? [];
    return [model, invoiced(usage.filter(({ billableModel }) => billableModel === model)).minus(charged(own))];
  });
}

/** Whether the usage can be compared model by model: there are usage lines, and every one names its model. */
export function namesModels(usage: readonly InvoiceLine[]): boolean {
  return usage.length > 0 && usage.every(({ billableModel }) => billableModel !== null);
}
