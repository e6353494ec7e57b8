/** Lays out the full bridge: row steps, invoice lines and every `=`, with the running total (SPEC §4.1). */
import {
  adjustmentSteps,
  type BalanceStep,
  balanceSteps,
  chargeSteps,
  type ConversionStep,
  conversionSteps,
  explainedSteps,
  grantSteps,
  mixedKey,
  plainRowSteps,
  type RowStep,
  type Step,
  type Subtotal,
  valueSteps,
} from '../model/bridge.ts';
import type { BridgeRow, CountBridgeRow, CountBridgeStep, Conversion } from '../model/judgement.ts';
import { formatMoney, type Money, moneyOf, noAmount, sumMoney, zero } from '../model/money.ts';
import type { Reconciliation, Sides, StepAmount } from '../model/reconciliation.ts';
import { namesModels, usageLines } from '../model/invoice-lines.ts';
import type { BalancePiece } from './cover-balance.ts';
import type { InvoicePiece } from './cover-invoice.ts';
import type { Invoice, InvoiceLine } from '../model/ledger.ts';

/**
 * How far a bridge goes: to what the provider charged, to what a prepaid balance fell by, to the usage that the invoices state, or to their stated totals. One that
 * ends before the totals has its own credits and discounts behind its end, where there are any.
 */
export type InvoiceSide =
  | {
      readonly through: 'provider_charged' | 'invoice_usage' | 'invoice_total';
      readonly pieces: readonly InvoicePiece[];
      /** null = the invoices are in the currency of the period. */
      readonly conversion: Conversion | null;
    }
  | { readonly through: 'balance_drawdown'; readonly pieces: readonly BalancePiece[]; readonly conversion: null };

interface Side {
  readonly increase: Money;
  readonly decrease: Money;
}
interface Part extends Side {
  readonly step: Step;
  readonly amount: Money;
  readonly excepted: Money;
  readonly count: number;
  readonly left: Side;
  readonly open: Side;
  readonly explained: boolean | null;
  readonly reference: string | null;
  readonly invoiceId: string | null;
}
type Layout = readonly (Part | Subtotal)[];

const nothing: Side = { increase: zero, decrease: zero };

/** The bridge over `steps` and the invoice. A plain step that is missing counts as zero, one that a feature brings stands only where the rows have it. `explained`: the steps of rows that need no reason of their own. */
export function buildBridge(steps: readonly StepAmount[], invoice: InvoiceSide, explained: readonly Step[]): BridgeRow[] {
  const rowPart = (step: StepAmount['step']): Part => ({
    ...partOfRows(
      step,
      steps.find((candidate) => candidate.step === step),
    ),
    explained: step === 'expected' ? null : explained.includes(step),
  });
  const stands = (step: RowStep): boolean => plainRowSteps.includes(step) || steps.some((row) => row.step === step);
  const parts = (list: readonly RowStep[]): Part[] => list.filter(stands).map(rowPart);
  const rows: Layout = [...parts(['expected', ...valueSteps]), 'provider_at_snapshot', ...parts(chargeSteps), 'provider_charged'];
  return layOut([...rows, ...invoiceLayout(invoice)], invoice.conversion);
}

function invoiceLayout(side: InvoiceSide): Layout {
  if (side.through === 'balance_drawdown') return [...balanceSteps.map((step) => balancePart(step, side.pieces)), side.through];
  const { through, pieces, conversion } = side;
  const converted = conversion === null ? [] : (['charged_converted'] as const);
  const usage = usageLayout(pieces);
  if (through === 'invoice_total')
    return [...converted, ...usage, ...[...adjustmentSteps, 'residual' as const].flatMap((step) => lineParts(step, pieces)), through];
  const grants = grantSteps.filter((step) => pieces.some((piece) => piece.step === step)).flatMap((step) => lineParts(step, pieces));
  if (through === 'invoice_usage') return [...converted, ...usage, ...grants];
  return grants.length === 0 ? [] : [...converted, ...grants];
}

function usageLayout(pieces: readonly InvoicePiece[]): Layout {
  const declared = conversionSteps.filter((step) => pieces.some((piece) => piece.step === step));
  return [...[...declared, 'usage_subtotal' as const].map((step) => sumOfPieces(step, pieces)), 'invoice_usage'];
}

/** Ups and downs of one step between the charges and the balance. */
function balancePart(step: BalanceStep, pieces: readonly BalancePiece[]): Part {
  const own = pieces.filter((piece) => piece.step === step);
  const amount = sumMoney(own.map((piece) => piece.amount));
  const left = sidesOf(own.map((piece) => piece.left));
  const explained = explainedSteps.includes(step);
  return {
    step,
    amount,
    excepted: amount.minus(left.increase).minus(left.decrease),
    ...sidesOf(own.map((piece) => piece.amount)),
    count: own.reduce((sum, piece) => sum + piece.count, 0),
    left,
    open: explained ? nothing : left,
    explained,
    reference: null,
    invoiceId: null,
  };
}

/** The differences of single models, which are parts: they do not cancel. */
function sumOfPieces(step: ConversionStep | 'usage_subtotal', all: readonly InvoicePiece[]): Part {
  const pieces = all.filter((piece) => piece.step === step);
  const explained = pieces.every((piece) => piece.explained);
  const amount = sumMoney(pieces.map((piece) => piece.amount));
  const left = sidesOf(pieces.map((piece) => piece.left));
  const count = pieces.filter((piece) => !piece.amount.isZero()).length;
  return {
    step,
    amount,
    excepted: amount.minus(left.increase).minus(left.decrease),
    ...sidesOf(pieces.map((piece) => piece.amount)),
    count,
    left,
    open: explained ? nothing : left,
    explained,
    reference: null,
    invoiceId: null,
  };
}

/** Each invoice line, and what each stated total differs, keeps its own row; a kind without lines has one row of zero. Of several invoices a row says whose it is. */
function lineParts(step: (typeof adjustmentSteps)[number] | 'residual', pieces: readonly InvoicePiece[]): Part[] {
  const own = pieces.filter((piece) => piece.step === step);
  if (own.length === 0) return [linePart(step, zero, zero, { explained: true, reference: null, invoiceId: null })];
  return own.map(({ amount, left, line, explained, invoiceId }) => linePart(step, amount, left, { explained, reference: line?.reference ?? null, invoiceId }));
}

function linePart(step: Step, amount: Money, rest: Money, about: Pick<Part, 'explained' | 'reference' | 'invoiceId'>): Part {
  const left = sidesOf([rest]);
  const count = amount.isZero() ? 0 : 1;
  return { step, amount, excepted: amount.minus(rest), ...sidesOf([amount]), count, left, open: about.explained === true ? nothing : left, ...about };
}

function partOfRows(step: StepAmount['step'], facts: StepAmount | undefined): Omit<Part, 'explained'> {
  return {
    step,
    amount: moneyOf(facts?.amount ?? noAmount),
    excepted: moneyOf(facts?.excepted ?? noAmount),
    ...moneySides(facts),
    count: facts?.count ?? 0,
    left: moneySides(facts?.left),
    open: moneySides(facts?.open),
    reference: null,
    invoiceId: null,
  };
}

function moneySides(sides: Sides | undefined): Side {
  return sides === undefined ? nothing : { increase: moneyOf(sides.increase), decrease: moneyOf(sides.decrease) };
}

function sidesOf(amounts: readonly Money[]): Side {
  const increase = sumMoney(amounts.filter((amount) => amount.isPositive()));
  return { increase, decrease: sumMoney(amounts.filter((amount) => !amount.isPositive())) };
}

function plus(a: Side, b: Side): Side {
  return { increase: a.increase.plus(b.increase), decrease: a.decrease.plus(b.decrease) };
}

function isNothing({ increase, decrease, count, amount, excepted }: Part): boolean {
  return amount === zero && excepted === zero && increase === zero && decrease === zero && count === 0;
}

interface Sums extends Side {
  readonly amount: Money;
  readonly excepted: Money;
  readonly count: number;
  readonly left: Side;
  readonly open: Side;
}

function layOut(layout: Layout, conversion: Conversion | null): BridgeRow[] {
  let sums: Sums = { amount: zero, excepted: zero, ...nothing, count: 0, left: nothing, open: nothing };
  let currency = conversion?.from ?? null;
  const add = (item: Part): BridgeRow => {
    if (isNothing(item)) return rowOf({ ...item, kind: 'step', currency }, sums.amount);
    sums = {
      amount: sums.amount.plus(item.amount),
      excepted: sums.excepted.plus(item.excepted),
      ...plus(sums, item),
      count: sums.count + item.count,
      left: plus(sums.left, item.left),
      open: plus(sums.open, item.open),
    };
    return rowOf({ ...item, kind: 'step', currency }, sums.amount);
  };
  return layout.map((item) => {
    if (typeof item !== 'string') return add(item);
    // From here on everything is in the currency of the invoices.
    if (item === 'charged_converted' && conversion !== null) [sums, currency] = [converted(sums, conversion.reference), conversion.to];
    return rowOf({ ...sums, step: item, kind: 'subtotal', explained: null, reference: null, invoiceId: null, currency }, sums.amount);
  });
}

function converted({ amount, excepted, count, left, open, ...sides }: Sums, rate: Money): Sums {
  const times = ({ increase, decrease }: Side): Side => ({ increase: increase.times(rate), decrease: decrease.times(rate) });
  return { amount: amount.times(rate), excepted: excepted.times(rate), ...times(sides), count, left: times(left), open: times(open) };
}

function rowOf(part: Omit<Part, 'step'> & Pick<BridgeRow, 'step' | 'kind' | 'currency'>, running: Money): BridgeRow {
  return {
    step: part.step,
    kind: part.kind,
    amount: formatMoney(part.amount),
    ...writtenSides(part),
    count: part.count,
    excepted: formatMoney(part.excepted),
    left: writtenSides(part.left),
    open: writtenSides(part.open),
    runningTotal: formatMoney(running),
    explained: part.explained,
    reference: part.reference,
    invoiceId: part.invoiceId,
    currency: part.currency,
  };
}

function writtenSides({ increase, decrease }: Side): Sides {
  return { increase: formatMoney(increase), decrease: formatMoney(decrease) };
}

/** The rows of the engine; then `invoice_grouping` and `invoice_requests` when every usage line states its requests. `invoices` is empty where none is compared. */
export function buildCountBridge(reconciliation: Reconciliation, invoices: readonly Invoice[]): CountBridgeRow[] {
  const rows: CountBridgeRow[] = reconciliation.countBridge.map(({ step, count, open }) => ({ step, count, open }));
  const usage = usageLines(invoices);
  if (usage.length === 0 || usage.some((line) => line.requests === null)) return rows;
  const stated = requestsOf(usage);
  const { buckets, counts } = reconciliation;
  const count = stated - countOf(rows, buckets === undefined ? 'provider_rows' : 'provider_requests');
  const isByModel = namesModels(usage) && !Object.hasOwn(counts.provider.rowsByModel, mixedKey);
  return [
    ...rows,
    { step: 'invoice_grouping', count, open: isByModel ? differenceByModel(reconciliation, usage) : Math.abs(count) },
    { step: 'invoice_requests', count: stated, open: 0 },
  ];
}

/** An invoice that counts other requests than the provider's rows is unexplained; model by model, so that two cannot make up for each other. */
function differenceByModel({ counts }: Reconciliation, usage: readonly InvoiceLine[]): number {
  const rows = counts.provider.rowsByModel;
  const models = new Set([...Object.keys(rows), ...usage.map(({ billableModel }) => billableModel ?? '')]);
  return [...models].reduce((sum, model) => {
    const stated = requestsOf(usage.filter(({ billableModel }) => billableModel === model));
    return sum + Math.abs(stated - (Object.hasOwn(rows, model) ? (rows[model] ?? 0) : 0));
  }, 0);
}

function requestsOf(usage: readonly InvoiceLine[]): number {
  return Number(usage.reduce((sum, line) => sum + (line.requests ?? 0n), 0n));
}

/** The entry of one step, 0 when it is not there. */
export function countOf(rows: readonly Pick<CountBridgeRow, 'step' | 'count'>[], step: CountBridgeStep): number {
  return rows.find((row) => row.step === step)?.count ?? 0;
}

/** What nothing explains and no exception covers, over all entries. */
export function unexplainedCounts(rows: readonly CountBridgeRow[]): number {
  return rows.reduce((sum, { open }) => sum + open, 0);
}
