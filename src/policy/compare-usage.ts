/** What the usage lines of the invoice state against what was charged, model by model, and how much of that the declared rounding explains (SPEC §13). Pure. */
import type { Conversion } from '../model/judgement.ts';
import { namesModels, usageLines } from '../model/invoice-lines.ts';
import { mixedKey } from '../model/bridge.ts';
import type { Invoice, InvoiceLine, InvoiceRounding } from '../model/ledger.ts';
import { Money, moneyOf, roundTo, sumMoney, zero } from '../model/money.ts';
import { compareCodePoints } from '../model/order-findings.ts';
import type { Reconciliation } from '../model/reconciliation.ts';

export interface UsageDifference {
  /** As in the cut; null = the whole, where a usage line names no model. */
  readonly model: string | null;
  /** What the rate of the invoices makes of the charges beyond the reference; null where they are in the currency of the period. */
  readonly conversion: Money | null;
  /** What the declared rounding explains; null where none is declared. */
  readonly rounding: Money | null;
  /** Invoiced − charged (at the rate of the invoices) − rounding. */
  readonly rest: Money;
}

/** How the charges become what invoices state. */
export interface InvoiceTerms {
  /** null = the invoices are in the currency of the period. */
  readonly conversion: Conversion | null;
  /** null = invoices are not rounded. */
  readonly rounding: InvoiceRounding | null;
}

/** By code point of the model. Parts of one model do not make up for those of another. */
export function compareUsage(reconciliation: Reconciliation, invoices: readonly Invoice[], { conversion, rounding: rule }: InvoiceTerms): UsageDifference[] {
  const own = comparedUsage(reconciliation, usageLines(invoices));
  const compared = conversion === null ? own : own.map((one) => ({ ...one, charged: one.charged.times(conversion.rate) }));
  const roundings =
    rule === null ? [] : rule.per === 'line' ? compared.map((one) => roundingOf(one, rule)) : sharesOfTotal(compared, usageTotals(invoices), rule);
  return compared.map((one, index) => {
    const rounding = roundings[index] ?? null;
    const beyond = conversion === null ? null : (own[index]?.charged ?? zero).times(conversion.rate.minus(conversion.reference));
    return { model: one.model, conversion: beyond, rounding, rest: differenceOf(one).minus(rounding ?? zero) };
  });
}

/** What was charged under one model, and the amounts that should say the same. */
interface Compared {
  readonly model: string | null;
  readonly charged: Money;
  readonly stated: readonly Money[];
}

function comparedUsage({ cuts, steps }: Reconciliation, usage: readonly InvoiceLine[]): Compared[] {
  const stated = (lines: readonly InvoiceLine[]): Money[] => lines.map(({ amount }) => amount);
  const charged = (amounts: Reconciliation['steps']): Money => sumMoney(amounts.map(({ amount }) => moneyOf(amount)));
  // Charges that are told apart by no model are held against the whole.
  const isWhole = !namesModels(usage) || cuts.by_model.some(({ key }) => key === mixedKey);
  if (isWhole) return [{ model: null, charged: charged(steps), stated: stated(usage) }];
  const models = new Set([...cuts.by_model.map(({ key }) => key), ...usage.map(({ billableModel }) => billableModel ?? '')]);
  return [...models].sort(compareCodePoints).map((model) => {
    const own = cuts.by_model.find(({ key }) => key === model)?.steps ?? [];
    return { model, charged: charged(own), stated: stated(usage.filter(({ billableModel }) => billableModel === model)) };
  });
}

function differenceOf({ charged, stated }: Pick<Compared, 'charged' | 'stated'>): Money {
  return sumMoney(stated).minus(charged);
}

/** One amount must be what was charged, rounded. Of several only the bounds are known: which charges each of them sums, nobody says. */
function roundingOf({ charged, stated }: Pick<Compared, 'charged' | 'stated'>, rule: InvoiceRounding): Money {
  if (stated.length === 1) return roundTo(charged, rule.quantum, rule.mode).minus(charged);
  return withinShifts({ charged, stated }, rule);
}

/** The difference, as far as the amounts can have been shifted by rounding each of them. One that is no multiple of the quantum was not rounded. */
function withinShifts({ charged, stated }: Pick<Compared, 'charged' | 'stated'>, { quantum, mode }: InvoiceRounding): Money {
  const shifts = stated.filter((amount) => amount.mod(quantum).isZero()).map((amount) => shiftsOf(amount.isZero() ? charged : amount, quantum, mode));
  const [lowest, highest] = [sumMoney(shifts.map(([low]) => low)), sumMoney(shifts.map(([, high]) => high))];
  return Money.min(highest, Money.max(lowest, differenceOf({ charged, stated })));
}

/** By how much rounding may have moved an amount of this sign: modes speak of its size. */
function shiftsOf(amount: Money, quantum: Money, mode: InvoiceRounding['mode']): [lowest: Money, highest: Money] {
  const half = quantum.times('0.5');
  if (mode === 'half-up' || mode === 'half-even') return [half.negated(), half];
  return (mode === 'up') === amount.isPositive() ? [zero, quantum] : [quantum.negated(), zero];
}

/**
 * Where the usage of an invoice is rounded as a whole, that whole is compared with everything charged. What this explains is taken from the differences of
 * the models that point its way, in their order, so that opposite differences of two models stay.
 */
function sharesOfTotal(compared: readonly Compared[], totals: readonly Money[], rule: InvoiceRounding): Money[] {
  const charged = sumMoney(compared.map((one) => one.charged));
  const isOneLine = compared.flatMap(({ stated }) => stated).length === 1;
  const whole = isOneLine ? roundingOf({ charged, stated: totals }, rule) : withinShifts({ charged, stated: totals }, rule);
  let left = whole;
  const last = compared.length - 1;
  return compared.map((one, index) => {
    const difference = differenceOf(one);
    const share = index === last ? left : pointsAlong(difference, left) ? smaller(difference, left) : zero;
    left = left.minus(share);
    return share;
  });
}

/** The usage of each invoice that has any: of others nothing was rounded. */
function usageTotals(invoices: readonly Invoice[]): Money[] {
  const usage = invoices.map((invoice) => usageLines([invoice])).filter((lines) => lines.length > 0);
  return usage.map((lines) => sumMoney(lines.map(({ amount }) => amount)));
}

function pointsAlong(a: Money, b: Money): boolean {
  return a.isNegative() === b.isNegative();
}

function smaller(a: Money, b: Money): Money {
  return a.abs().lessThan(b.abs()) ? a : b;
}
