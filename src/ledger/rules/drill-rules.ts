/** The rule on drills that needs no run: the ones that policy requires are there and young enough. */
import type { LedgerDraft } from '../draft.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { microsPerDay, startOfDay } from '../../model/instant.ts';
import type { Drill } from '../../model/ledger.ts';

/** Each required kind has a drill that was run by the day of the run, and not too long before. */
export function drillsCurrent({ settings, drills, asOf }: LedgerDraft): Finding[] {
  const policy = settings?.value.policy.drills ?? null;
  if (policy === null || policy.missing === 'ignore') return [];
  const severity = policy.missing;
  return policy.required.flatMap(({ kind, source }) => {
    const newest = newestOf(drills.map(({ value }) => value).filter((drill) => drill.kind === kind && drill.runOn <= asOf));
    if (newest === null) return [finding('drill-missing', severity, { args: { kind }, source })];
    const days = (startOfDay(asOf) - startOfDay(newest.runOn)) / microsPerDay;
    if (policy.maxAgeDays === null || days <= policy.maxAgeDays) return [];
    const args = { drill: newest.id, kind, run_on: newest.runOn, days: `${days}`, limit: `${policy.maxAgeDays}` };
    return [finding('drill-stale', severity, { args, source: newest.source })];
  });
}

function newestOf(drills: readonly Drill[]): Drill | null {
  return drills.reduce<Drill | null>((newest, drill) => (newest === null || drill.runOn > newest.runOn ? drill : newest), null);
}
