/** What exceptions cover of the money that belongs to no row: invoice lines, and what the invoice's usage differs from the charges. Pure. */
import type { AdjustmentStep, ConversionStep, Step } from '../model/bridge.ts';
import { type Exception, invoiceSteps, isInForce } from '../model/exception.ts';
import type { Day } from '../model/instant.ts';
import { linesApart } from '../model/invoice-lines.ts';
import type { Invoice, InvoiceLine } from '../model/ledger.ts';
import { formatMoney, Money, sumMoney, zero } from '../model/money.ts';
import type { ExceptionUse, Reconciliation } from '../model/reconciliation.ts';
import type { Source } from '../model/finding.ts';
import { compareUsage, type InvoiceTerms, type UsageDifference } from './compare-usage.ts';

/**
 * One line that is no usage, what a stated total differs from its lines, or the usage of one model (null = of all) against what was charged for it, and what
 * of that the declared rounding explains.
 */
export interface InvoicePiece {
  readonly step: ConversionStep | 'usage_subtotal' | AdjustmentStep | 'residual';
  readonly model: string | null;
  readonly line: InvoiceLine | null;
  /** Where the invoice says so; null for what is of all invoices together. */
  readonly source: Source | null;
  /** Of a line or a residual where there are several invoices: whose it is. */
  readonly invoiceId: string | null;
  readonly amount: Money;
  /** Whether its money is explained by what it is. */
  readonly explained: boolean;
  /** What no exception covers of it; it points the same way. */
  readonly left: Money;
}

export interface InvoiceCoverage {
  readonly pieces: readonly InvoicePiece[];
  /** By the place of the exception; only those about the invoice. */
  readonly uses: ReadonlyMap<number, ExceptionUse>;
}

/** The invoices of a period, and how what was charged becomes what they state. */
export interface ComparedInvoices extends InvoiceTerms {
  readonly invoices: readonly Invoice[];
}

export const noCoverage: InvoiceCoverage = { pieces: [], uses: new Map() };

export function coverInvoice(exceptions: readonly Exception[], asOf: Day, reconciliation: Reconciliation, compared: ComparedInvoices): InvoiceCoverage {
  return coverPieces(invoicePieces(reconciliation, compared), { exceptions, asOf, isAbout: ({ category }) => invoiceSteps.includes(category) });
}

/** Money that belongs to no row: of one step, and what no exception covers of it. */
interface Piece {
  readonly step: Step;
  readonly amount: Money;
  readonly left: Money;
}
interface Covering {
  readonly exceptions: readonly Exception[];
  readonly asOf: Day;
  /** Of which exceptions the pieces are. */
  readonly isAbout: (exception: Exception) => boolean;
}

/** Lets the exceptions take, in their order, what they speak of. */
export function coverPieces<Own extends Piece>(
  pieces: readonly Own[],
  { exceptions, asOf, isAbout }: Covering,
): { readonly pieces: readonly Own[]; readonly uses: ReadonlyMap<number, ExceptionUse> } {
  const shares = pieces.map(() => [] as Share[]);
  const uses = new Map<number, ExceptionUse>();
  for (const [place, exception] of exceptions.entries()) {
    if (!isAbout(exception)) continue;
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
function take(pieces: readonly Piece[], shares: readonly Share[][], { place, category, cap }: Taker): ExceptionUse {
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

function invoicePieces(reconciliation: Reconciliation, { invoices, ...terms }: ComparedInvoices): InvoicePiece[] {
  const usage = compareUsage(reconciliation, invoices, terms);
  const isTolerated = terms.conversion?.isTolerated ?? true;
  const declared = (step: ConversionStep, explained: boolean, of: (one: UsageDifference) => Money | null): InvoicePiece[] =>
    usage.flatMap((one) => {
      const amount = of(one);
      return amount === null ? [] : [pieceOf({ step, model: one.model, amount, explained })];
    });
  return [
    ...declared('fx_rate', isTolerated, ({ conversion }) => conversion),
    ...declared('invoice_rounding', true, ({ rounding }) => rounding),
    ...usage.map(({ model, rest }) => pieceOf({ step: 'usage_subtotal', model, amount: rest })),
    ...invoices.flatMap((invoice) => {
      const invoiceId = invoices.length === 1 ? null : invoice.invoiceId;
      return [...linesApart(invoice).flatMap(adjustmentPieces), residualOf(invoice)].map((piece) => ({ ...piece, invoiceId }));
    }),
  ];
}

function pieceOf(piece: Pick<InvoicePiece, 'step' | 'amount'> & Partial<InvoicePiece>): InvoicePiece {
  return { model: null, line: null, source: null, invoiceId: null, explained: false, left: piece.amount, ...piece };
}

function adjustmentPieces(line: InvoiceLine): InvoicePiece[] {
  return line.kind === 'usage'
    ? []
    : [pieceOf({ step: line.kind, model: line.billableModel, amount: line.amount, line, source: line.source, explained: line.reference !== null })];
}

/** The stated total must be the sum of the lines. */
function residualOf({ total, lines, source }: Invoice): InvoicePiece {
  return pieceOf({ step: 'residual', amount: total.minus(sumMoney(lines.map(({ amount }) => amount))), source });
}
