/** Keeps the books on what was injected: per kind the bridge step, the exact amount and the parts; and the count bridge. */
import { type CountStep, countSteps, plainSteps, type Step } from '../../src/model/bridge.ts';
import { formatMoney, type Money, sumMoney, zero } from '../../src/model/money.ts';

interface KindAmount {
  readonly kind: string;
  readonly step: Step;
  /** Exact decimal text. */
  readonly amount: string;
  /** Requests and charges with a non-zero amount in the step. */
  readonly count: number;
}
interface StepTotal {
  readonly step: Step;
  readonly amount: string;
  readonly count: number;
}
type CountEntry = CountStep | 'charges' | 'duplicate' | 'provider_rows';

export interface Tally {
  readonly add: (kind: string, step: Step, amount: Money) => void;
  readonly count: (entry: CountEntry, by: number) => void;
  /** By step in report order, then kind. */
  readonly kinds: () => KindAmount[];
  /** Every step, zero or not, in report order. */
  readonly bridge: () => StepTotal[];
  readonly amountOf: (step: Step) => Money;
  readonly countBridge: () => { readonly step: CountEntry; readonly count: number }[];
}

export function openTally(): Tally {
  const cells = new Map<string, { kind: string; step: Step; amount: Money; count: number }>();
  const counts = new Map<CountEntry, number>();
  const of = (step: Step) => [...cells.values()].filter((cell) => cell.step === step);
  const amountOf = (step: Step): Money => sumMoney(of(step).map((cell) => cell.amount));
  return {
    add: (kind, step, amount) => {
      const key = `${kind} ${step}`;
      const cell = cells.get(key) ?? { kind, step, amount: zero, count: 0 };
      cell.amount = cell.amount.plus(amount);
      if (!amount.isZero()) cell.count += 1;
      cells.set(key, cell);
    },
    count: (entry, by) => void counts.set(entry, (counts.get(entry) ?? 0) + by),
    kinds: () =>
      plainSteps.flatMap((step) =>
        of(step)
          .filter((cell) => cell.count > 0)
          .toSorted((a, b) => (a.kind < b.kind ? -1 : 1))
          .map(({ kind, amount, count }) => ({ kind, step, amount: formatMoney(amount), count })),
      ),
    bridge: () => plainSteps.map((step) => ({ step, amount: formatMoney(amountOf(step)), count: of(step).reduce((sum, cell) => sum + cell.count, 0) })),
    amountOf,
    countBridge: () => {
      const charges = countSteps.reduce((sum, step) => sum + (counts.get(step) ?? 0), 0);
      const duplicate = counts.get('duplicate') ?? 0;
      const rows = countSteps.map((step) => ({ step, count: counts.get(step) ?? 0 }));
      return [...rows, { step: 'charges', count: charges }, { step: 'duplicate', count: duplicate }, { step: 'provider_rows', count: charges + duplicate }];
    },
  };
}
