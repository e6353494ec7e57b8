/** Rules on drills that need no run: the ones that policy requires are there and young enough, and what they name exists. */
import type { LedgerDraft } from '../draft.ts';
import { placeOf } from '../yaml-document.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { startOfDay } from '../../model/instant.ts';
import { type Drill, formatNames } from '../../model/ledger.ts';
import { drillFolder, drillsFolder, ledgerPath } from '../../model/layout.ts';

const dayMicroseconds = 86_400_000_000n;

/** Each required kind has a drill that was run by the day of the run, and not too long before. */
export function drillsCurrent({ settings, drills, asOf }: LedgerDraft): Finding[] {
  const policy = settings?.value.policy.drills ?? null;
  if (policy === null || policy.missing === 'ignore') return [];
  const severity = policy.missing;
  return policy.required.flatMap(({ kind, source }) => {
    const newest = newestOf(drills.map(({ value }) => value).filter((drill) => drill.kind === kind && drill.runOn <= asOf));
    if (newest === null) return [finding('drill-missing', severity, { args: { kind }, source })];
    const days = (startOfDay(asOf) - startOfDay(newest.runOn)) / dayMicroseconds;
    if (policy.maxAgeDays === null || days <= policy.maxAgeDays) return [];
    const args = { drill: newest.id, kind, run_on: newest.runOn, days: `${days}`, limit: `${policy.maxAgeDays}` };
    return [finding('drill-stale', severity, { args, source: newest.source })];
  });
}

function newestOf(drills: readonly Drill[]): Drill | null {
  return drills.reduce<Drill | null>((newest, drill) => (newest === null || drill.runOn > newest.runOn ? drill : newest), null);
}

/** The folder names the drill. */
export function drillNamedByFolder({ drills }: LedgerDraft): Finding[] {
  return drills
    .filter(({ value }) => value.period.folder !== drillFolder(value.id))
    .map(({ value, document }) => {
      const args = { key: 'id', value: value.id, expected: `the name of its folder, ${value.period.folder.slice(drillsFolder.length + 1)}` };
      return finding('invalid-value', 'inconclusive', { args, source: placeOf(document, ['id']) });
    });
}

/** Snapshots and formats that a drill names exist. */
export function drillsResolve({ drills, snapshots, formats, builtInFormats, unread }: LedgerDraft): Finding[] {
  const snapshotIds = new Set(snapshots.map(({ value }) => value.id));
  const known = new Set([...builtInFormats.map(({ name }) => name), ...formats.map(({ value }) => value.name)]);
  return drills.flatMap(({ value: { period }, document }) => [
    ...period.prices.flatMap(({ snapshot }, index) =>
      snapshotIds.has(snapshot) || unread.has(ledgerPath('prices', snapshot))
        ? []
        : [finding('snapshot-unknown', 'fail', { args: { snapshot }, source: placeOf(document, ['prices', index, 'snapshot']) })],
    ),
    ...period.evidence.flatMap(({ layer, ...evidence }) =>
      formatNames(evidence).flatMap((format) =>
        known.has(format) || unread.has(ledgerPath('format', format))
          ? []
          : [
              finding('format-unknown', 'inconclusive', {
                args: { layer, format, known: [...known].sort().join(', ') },
                source: placeOf(document, ['evidence', layer, 'format']),
              }),
            ],
      ),
    ),
  ]);
}
