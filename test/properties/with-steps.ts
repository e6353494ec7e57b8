/** A reconciliation whose steps are changed everywhere: in the whole and under every key of every cut. */
import { cutNames } from '../../src/model/bridge.ts';
import type { CutRow, Reconciliation, StepAmount } from '../../src/model/reconciliation.ts';

export function withSteps(reconciliation: Reconciliation, change: (row: StepAmount) => StepAmount): Reconciliation {
  const { steps, cuts } = reconciliation;
  const changed = cutNames.map((name) => [name, cuts[name].map(({ key, steps: own }): CutRow => ({ key, steps: own.map(change) }))]);
  return { ...reconciliation, steps: steps.map(change), cuts: Object.fromEntries(changed) as Reconciliation['cuts'] };
}
