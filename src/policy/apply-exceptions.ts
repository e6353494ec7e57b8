/** What the exceptions of a period cover: of each step, of each invoice line, and of each key of every cut. Pure. */
import type { CutName, Step } from '../model/bridge.ts';
import { cutNames } from '../model/bridge.ts';
import { invoiceSteps } from '../model/exception.ts';
import type { Exception, ExceptionPart } from '../model/exception.ts';
import { startOfDay } from '../model/instant.ts';
import type { Day } from '../model/instant.ts';
import type { BridgeRow } from '../model/judgement.ts';
import type { Invoice, InvoiceLine } from '../model/ledger.ts';
import { Money, formatMoney, sumMoney, zero } from '../model/money.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { allocateExceptions } from './allocate-exceptions.ts';
import type { Coverable, Rest, Use } from './allocate-exceptions.ts';

/** Covered money: net, and its ups and downs. */
export interface Covered {
  readonly amount: Money;
  readonly increase: Money;
  readonly decrease: Money;
}

export interface Coverage {
  readonly ofSteps: ReadonlyMap<Step, Covered>;
  readonly ofLines: ReadonlyMap<InvoiceLine, Money>;
  /** By cut, key and step. */
  readonly ofCuts: Readonly<Record<CutName, ReadonlyMap<string, ReadonlyMap<Step, Money>>>>;
  /** By the place of the exception. */
  readonly uses: readonly Use[];
}

/** The row without what exceptions cover of it. What the invoice states has one direction; the rows of a step may have two. */
export function leftOf(row: BridgeRow, { ofSteps }: Coverage): BridgeRow {
  const covered = ofSteps.get(row.step as Step);
  if (covered === undefined) return row;
  const amount = new Money(row.amount).minus(row.excepted);
  const ofInvoice = (invoiceSteps as readonly string[]).includes(row.step);
  const increase = ofInvoice ? Money.max(amount, zero) : new Money(row.increase).minus(covered.increase);
  return { ...row, amount: formatMoney(amount), increase: formatMoney(increase), decrease: formatMoney(amount.minus(increase)) };
}

/** A part with what it is a part of. */
interface Piece extends Coverable {
  readonly step: Step;
  readonly line: InvoiceLine | null;
  readonly keys: ExceptionPart['keys'] | null;
  readonly billedModel: string | null;
  readonly expectedModel: string | null;
}

const noCuts = Object.fromEntries(cutNames.map((name) => [name, new Map()])) as unknown as Coverage['ofCuts'];
export const noCoverage: Coverage = { ofSteps: new Map(), ofLines: new Map(), ofCuts: noCuts, uses: [] };

/** True through the last day of the exception. */
export function isInForce({ expiresOn }: Exception, asOf: Day): boolean {
  return startOfDay(expiresOn) >= startOfDay(asOf);
}

/** `invoice` is null at stage usage; then nothing of the invoice is covered. */
export function applyExceptions(exceptions: readonly Exception[], asOf: Day, reconciliation: Reconciliation, invoice: Invoice | null): Coverage {
  if (exceptions.length === 0) return noCoverage;
  const pieces = [...reconciliation.exceptionParts.map(rowPiece), ...(invoice === null ? [] : invoicePieces(exceptions, reconciliation, invoice))];
  const { rests, uses } = allocateExceptions(
    pieces,
    exceptions.map((exception) => (isInForce(exception, asOf) ? exception.maxAmount : null)),
  );
  return { ...sumUp(pieces, rests), uses };
}

/** No threshold looks more closely than at one service or one model of one step: inside of these, ups and downs may cancel. */
function rowPiece(part: ExceptionPart): Piece {
  const { step, matches, keys, billedModel, expectedModel } = part;
  return {
    step,
    matches,
    group: JSON.stringify([step, keys.by_service, billedModel, expectedModel]),
    line: null,
    keys,
    billedModel,
    expectedModel,
    amount: new Money(part.amount),
    billed: new Money(part.billed),
    expected: new Money(part.expected),
    increase: new Money(part.increase),
    decrease: new Money(part.decrease),
  };
}

/** Each line that is no usage by itself; the usage by model where its lines name their models, else as one. */
function invoicePieces(exceptions: readonly Exception[], reconciliation: Reconciliation, invoice: Invoice): Piece[] {
  const speaking = (step: Step): number[] => [...exceptions.entries()].filter(([, { category }]) => category === step).map(([place]) => place);
  const lines = invoice.lines.flatMap((line, index): Piece[] => {
    if (line.kind === 'usage') return [];
    const matches = speaking(line.kind);
    return matches.length === 0 ? [] : [{ ...invoicePiece(line.kind, matches, line.amount), group: `line ${index}`, line }];
  });
  const matches = speaking('usage_subtotal');
  if (matches.length === 0) return lines;
  const usage = usageDifferences(reconciliation, invoice).map(([billedModel, amount]) => ({
    ...invoicePiece('usage_subtotal', matches, amount),
    group: `usage ${billedModel}`,
    billedModel,
  }));
  return [...lines, ...usage];
}

function invoicePiece(step: Step, matches: readonly number[], amount: Money): Piece {
  const increase = amount.isPositive() ? amount : zero;
  const sides = { amount, billed: amount, expected: zero, increase, decrease: amount.minus(increase) };
  return { step, matches, group: step, line: null, keys: null, billedModel: null, expectedModel: null, ...sides };
}

/** Invoiced usage − charged, by model as in the cut; under null as a whole when a usage line names no model. */
function usageDifferences({ cuts, steps }: Reconciliation, invoice: Invoice): [model: string | null, difference: Money][] {
  const usage = invoice.lines.filter((line) => line.kind === 'usage');
  const invoiced = (lines: readonly InvoiceLine[]): Money => sumMoney(lines.map(({ amount }) => amount));
  const charged = (amounts: Reconciliation['steps']): Money => sumMoney(amounts.map(({ amount }) => new Money(amount)));
  if (usage.length === 0 || usage.some(({ billableModel }) => billableModel === null)) return [[null, invoiced(usage).minus(charged(steps))]];
  const models = new Set([...cuts.by_model.map(({ key }) => key), ...usage.map(({ billableModel }) => billableModel ?? '')]);
  return [...models].sort().map((model) => {
    const own = cuts.by_model.find(({ key }) => key === model)?.steps ?? [];
    return [model, invoiced(usage.filter(({ billableModel }) => billableModel === model)).minus(charged(own))];
  });
}

function sumUp(pieces: readonly Piece[], rests: readonly Rest[]): Omit<Coverage, 'uses'> {
  const ofSteps = new Map<Step, Covered>();
  const ofLines = new Map<InvoiceLine, Money>();
  const ofCuts = Object.fromEntries(cutNames.map((name) => [name, new Map<string, Map<Step, Money>>()])) as Record<CutName, Map<string, Map<Step, Money>>>;
  for (const [place, piece] of pieces.entries()) {
    const { step, line, keys, billedModel, expectedModel } = piece;
    const covered = coveredOf(piece, rests[place] ?? piece);
    ofSteps.set(step, addedTo(ofSteps.get(step), covered));
    if (line !== null) ofLines.set(line, covered.amount);
    for (const [name, key] of Object.entries(keys ?? {}) as [CutName, string][]) addKey(ofCuts[name], key, step, covered.amount);
    if (billedModel !== null) addKey(ofCuts.by_model, billedModel, step, covered.billed);
    if (expectedModel !== null) addKey(ofCuts.by_model, expectedModel, step, covered.expected);
  }
  return { ofSteps, ofLines, ofCuts };
}

function coveredOf(piece: Piece, rest: Rest): Rest {
  return {
    amount: piece.amount.minus(rest.amount),
    billed: piece.billed.minus(rest.billed),
    expected: piece.expected.minus(rest.expected),
    increase: piece.increase.minus(rest.increase),
    decrease: piece.decrease.minus(rest.decrease),
  };
}

function addedTo(before: Covered = { amount: zero, increase: zero, decrease: zero }, { amount, increase, decrease }: Covered): Covered {
  return { amount: before.amount.plus(amount), increase: before.increase.plus(increase), decrease: before.decrease.plus(decrease) };
}

function addKey(cut: Map<string, Map<Step, Money>>, key: string, step: Step, amount: Money): void {
  if (amount.isZero()) return;
  const steps = cut.get(key) ?? new Map<Step, Money>();
  steps.set(step, (steps.get(step) ?? zero).plus(amount));
  cut.set(key, steps);
}
