/** Puts faults that do not disturb each other into one run, so that the engine runs less often. */
import type { FaultPlan } from './fault-kind.ts';

/** A run holds at most `limit` faults on rows: with more, the links of a small period would break down. */
export function groupPlans(plans: readonly FaultPlan[], limit: number): FaultPlan[][] {
  const groups: FaultPlan[][] = [];
  for (const plan of plans) {
    const home = groups.find((group) => fits(plan, group) && sizeOf(group) + plan.injected <= limit);
    if (home === undefined) groups.push([plan]);
    else home.push(plan);
  }
  return groups;
}

function sizeOf(group: readonly FaultPlan[]): number {
  return group.reduce((sum, { injected }) => sum + injected, 0);
}

function fits(plan: FaultPlan, group: readonly FaultPlan[]): boolean {
  return group.every((other) => !disturbs(plan, other) && !disturbs(other, plan));
}

function disturbs(one: FaultPlan, other: FaultPlan): boolean {
  if (one.disturbs === 'everything') return true;
  return [...one.signal.watches, ...one.disturbs].some((key) => other.signal.watches.includes(key));
}
