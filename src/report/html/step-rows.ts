/** What the steps of a result say to people: which hold money, whether it is explained, and what belongs to it. */
import { adjustmentSteps, explainedSteps, isSubtotal } from '../../model/bridge.ts';
import type { Invoice } from '../../model/ledger.ts';
import { type Amount, formatMoney, type Money, moneyOf } from '../../model/money.ts';
import type { Result, ResultBridgeRow } from '../../model/result.ts';
import { labelOf } from '../wording/step-wording.ts';

export interface StepRow {
  readonly step: string;
  readonly label: string;
  readonly row: ResultBridgeRow;
  readonly isExplained: boolean;
  /** Up and down together, so that opposite errors do not cancel. */
  readonly size: Money;
}

/** The steps after `expected` that hold money, largest first. */
export function movedSteps({ bridge }: Pick<Result, 'bridge'>, invoice: Invoice | null): StepRow[] {
  const rows = bridge.filter(({ step, increase, decrease }) => step !== 'expected' && !isSubtotal(step) && (increase !== '0' || decrease !== '0'));
  return rows.map((row) => stepRow(row, invoice)).sort((a, b) => b.size.comparedTo(a.size) || (a.step < b.step ? -1 : 1));
}

export function stepRow(row: ResultBridgeRow, invoice: Invoice | null): StepRow {
  const { step, amount, increase, decrease } = row;
  return {
    step,
    label: labelOf(step, moneyOf(amount).isNegative()),
    row,
    isExplained: isExplained(step, invoice),
    size: moneyOf(increase).abs().plus(moneyOf(decrease).abs()),
  };
}

/** Lines of the invoice that are no usage are explained by their references. */
function isExplained(step: string, invoice: Invoice | null): boolean {
  if (!(adjustmentSteps as readonly string[]).includes(step)) return (explainedSteps as readonly string[]).includes(step);
  return (invoice?.lines ?? []).every(({ kind, reference }) => kind !== step || reference !== null);
}

/** The key of a cut that holds most of a step; null where no key has a part in it. */
export function mostOf(cut: Result['by_model'], step: string): { readonly key: string; readonly amount: Amount } | null {
  const parts = cut.flatMap(({ key, bridge }) => {
    const row = bridge.find((one) => one.step === step);
    const size = row === undefined ? null : moneyOf(row.increase).abs().plus(moneyOf(row.decrease).abs());
    return row === undefined || size === null || size.isZero() ? [] : [{ key, size, amount: formatMoney(moneyOf(row.amount)) }];
  });
  return parts.sort((a, b) => b.size.comparedTo(a.size) || (a.key < b.key ? -1 : 1))[0] ?? null;
}
