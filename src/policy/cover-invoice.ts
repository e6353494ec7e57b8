/** What exceptions cover of the money that belongs to no row: invoice lines, and what the invoice's usage differs from the charges. Pure. */
import type { AdjustmentStep, ConversionStep } from '../model/bridge.ts';
import { type Exception, invoiceSteps, isInForce } from '../model/exception.ts';
import type { Day } from '../model/instant.ts';
import type { Invoice, InvoiceLine, InvoiceRounding } from '../model/ledger.ts';
import { formatMoney, Money, sumMoney, zero } from '../model/money.ts';
import type { ExceptionUse, Reconciliation } from '../model/reconciliation.ts';
import { compareUsage } from './compare-usage.ts';

/** One line that is no usage, or the usage of one model (null = of all) against what was charged for it, and what of that the declared rounding explains. */
export interface InvoicePiece {
  readonly step: ConversionStep | 'usage_subtotal' | AdjustmentStep;
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

/** An invoice and how the provider rounds it; null = not at all. */
export interface ComparedInvoice {
  readonly invoice: Invoice;
  readonly rounding: InvoiceRounding | null;
}

export const noCoverage: InvoiceCoverage = { pieces: [], uses: new Map() };

export function coverInvoice(exceptions: readonly Exception[], asOf: Day, reconciliation: Reconciliation, compared: ComparedInvoice): InvoiceCoverage {
  const pieces = invoicePieces(reconciliation, compared);
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

function invoicePieces(reconciliation: Reconciliation, { invoice, rounding }: ComparedInvoice): InvoicePiece[] {
  const pieceOf = (step: InvoicePiece['step'], model: string | null, amount: Money, line: InvoiceLine | null = null): InvoicePiece => {
    return { step, model, line, amount, left: amount };
  };
  const usage = compareUsage(reconciliation, invoice, rounding);
  return [
    ...usage.flatMap((one) => (one.rounding === null ? [] : [pieceOf('invoice_rounding', one.model, one.rounding)])),
    ...usage.map(({ model, rest }) => pieceOf('usage_subtotal', model, rest)),
    ...invoice.lines.flatMap((line) => (line.kind === 'usage' ? [] : [pieceOf(line.kind, line.billableModel, line.amount, line)])),
  ];
}
