/** Sums that must hold whatever the rows say: every cut adds up to the whole, and the counts add up. */
import { countSteps, cutNames, rowSteps } from '../model/bridge.ts';
import { type Finding, finding } from '../model/finding.ts';
import { formatMoney, type Money, moneyOf, noAmount, sumMoney, zero } from '../model/money.ts';
import type { Reconciliation, StepAmount } from '../model/reconciliation.ts';
import { countOf } from './build-count-bridge.ts';
import type { Facts } from './facts.ts';

/** A sum that does not hold is an error of the tool: nothing that rests on it can be judged. */
export function crossFoot({ input }: Facts): readonly Finding[] {
  const { reconciliation } = input;
  return reconciliation === null ? [] : [...cutSums(reconciliation), ...countSums(reconciliation)];
}

function cutSums({ cuts, steps }: Reconciliation): Finding[] {
  return cutNames.flatMap((cut) =>
    rowSteps.flatMap((step) => {
      const whole = amountOf(steps, step);
      const parts = sumMoney(cuts[cut].map((row) => amountOf(row.steps, step)).filter((amount) => amount !== zero));
      return parts.equals(whole) ? [] : [broken(`${cut} ${step}`, formatMoney(whole), formatMoney(parts))];
    }),
  );
}

function amountOf(steps: readonly StepAmount[], step: string): Money {
  return moneyOf(steps.find((candidate) => candidate.step === step)?.amount ?? noAmount);
}

function countSums({ countBridge }: Reconciliation): Finding[] {
  const charges = countOf(countBridge, 'charges');
  const entries = countBridge.filter(({ step }) => (countSteps as readonly string[]).includes(step));
  const sum = entries.reduce((total, { count }) => total + count, 0);
  const rows = charges + countOf(countBridge, 'duplicate');
  return [
    ...(sum === charges ? [] : [broken('count bridge charges', String(charges), String(sum))]),
    ...(rows === countOf(countBridge, 'provider_rows')
      ? []
      : [broken('count bridge provider_rows', String(countOf(countBridge, 'provider_rows')), String(rows))]),
  ];
}

function broken(what: string, whole: string, parts: string): Finding {
  return finding('cross-foot', 'inconclusive', { args: { what, whole, parts } });
}
