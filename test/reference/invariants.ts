/** What must hold of every reconciliation, whatever the rows: sums at every `=`, cuts that sum to the whole, counts that add up. */
import { chargeSteps, countSteps, cutNames, rowSteps, valueSteps } from '../../src/model/bridge.ts';
import type { CountStep } from '../../src/model/bridge.ts';
import { formatMoney, Money, sumMoney } from '../../src/model/money.ts';
import type { Reconciliation, StepAmount } from '../../src/model/reconciliation.ts';

/** Every broken invariant as a sentence; empty when all hold. */
export function brokenInvariants(reconciliation: Reconciliation): string[] {
  return [
    ...brokenSteps('whole', reconciliation.steps),
    ...cutNames.flatMap((name) => reconciliation.cuts[name].flatMap((row) => brokenSteps(`${name} ${row.key}`, row.steps))),
    ...brokenCuts(reconciliation),
    ...brokenCounts(reconciliation),
  ];
}

/** The money of a reconciliation, summed from the charges alone. */
export interface ChargeTotals {
  readonly providerAtSnapshot: string;
  readonly providerCharged: string;
}

/** The running total at `provider_at_snapshot` and at `provider_charged`. */
export function totalsOf(steps: readonly StepAmount[]): ChargeTotals {
  const sumOf = (names: readonly string[]): Money => sumMoney(steps.filter(({ step }) => names.includes(step)).map(({ amount }) => new Money(amount)));
  return {
    providerAtSnapshot: formatMoney(sumOf(['expected', ...valueSteps])),
    providerCharged: formatMoney(sumOf(['expected', ...valueSteps, ...chargeSteps])),
  };
}

function brokenSteps(where: string, steps: readonly StepAmount[]): string[] {
  const broken: string[] = [];
  if (steps.map(({ step }) => step).join() !== rowSteps.join()) broken.push(`${where}: the steps are not in report order`);
  for (const { step, amount, increase, decrease, count } of steps) {
    if (!new Money(increase).plus(decrease).eq(amount)) broken.push(`${where} ${step}: increase + decrease is not the amount`);
    if (new Money(increase).isNegative() || new Money(decrease).gt(0)) broken.push(`${where} ${step}: a side has the wrong sign`);
    if (count === 0 && (increase !== '0' || decrease !== '0')) broken.push(`${where} ${step}: money without a part`);
  }
  return broken;
}

function brokenCuts({ steps, cuts }: Reconciliation): string[] {
  return cutNames.flatMap((name) =>
    rowSteps.flatMap((step, index) => {
      const sum = sumMoney(cuts[name].map((row) => new Money(row.steps[index]?.amount ?? 'NaN')));
      return sum.eq(steps[index]?.amount ?? 'NaN') ? [] : [`${name}: ${step} sums to ${formatMoney(sum)}, not the whole`];
    }),
  );
}

function brokenCounts({ countBridge, counts }: Reconciliation): string[] {
  const entry = (name: string): number => countBridge.find(({ step }) => step === name)?.count ?? Number.NaN;
  const sum = countSteps.reduce((total: number, step: CountStep) => total + entry(step), 0);
  const broken: string[] = [];
  if (sum !== entry('charges')) broken.push(`the count bridge leads to ${sum}, not to ${entry('charges')} charges`);
  if (entry('charges') + entry('duplicate') !== entry('provider_rows')) broken.push('charges + duplicate is not provider_rows');
  if (entry('charges') !== counts.provider.charges) broken.push('the count bridge and the counts differ in charges');
  if (entry('duplicate') !== counts.provider.duplicates) broken.push('the count bridge and the counts differ in duplicates');
  if (entry('requests') !== counts.application.requests) broken.push('the count bridge and the counts differ in requests');
  return broken;
}
