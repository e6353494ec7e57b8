/** Which steps of a result nothing explains, as every picture and list of the page marks them. */
import { adjustmentSteps, explainedStepsWith } from '../../model/bridge.ts';
import type { Result } from '../../model/result.ts';
import { unexplainedCauses } from '../causes.ts';

/** Among them what a contract may explain: where it does not, a finding says so. */
const explainedByKind: readonly string[] = [...explainedStepsWith({ tiers: 'provider-decides' }), ...adjustmentSteps];

/** Steps that are explained by what they are, without those of which a finding says that a part of them is not. */
export function explainedIn(result: Result): (step: string) => boolean {
  const open = new Set<string>(unexplainedCauses(result).map(({ step }) => step));
  return (step) => explainedByKind.includes(step) && !open.has(step);
}
