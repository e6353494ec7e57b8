/** Which steps of a result nothing explains, as every picture and list of the page marks them. */
import { adjustmentSteps, explainedSteps } from '../../model/bridge.ts';
import type { Result } from '../../model/result.ts';
import { unexplainedCauses } from '../causes.ts';

const explainedByKind: readonly string[] = [...explainedSteps, ...adjustmentSteps];

/** Steps that are explained by what they are, without those of which a finding says that a part of them is not. */
export function explainedIn(result: Result): (step: string) => boolean {
  const open = new Set<string>(unexplainedCauses(result).map(({ step }) => step));
  return (step) => explainedByKind.includes(step) && !open.has(step);
}
