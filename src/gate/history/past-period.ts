/** What the folder of a period in base forbids, and whether the change takes that back by a reopening of its own. Pure. */
import { closeInForce } from '../../model/close.ts';
import type { Ledger, Period } from '../../model/ledger.ts';
import type { TreeView } from './tree-view.ts';
import { folderAround, isClosedBy, periodFile, periodsFolder, recordOf } from '../../model/layout.ts';

export interface PastPeriod {
  readonly id: string;
  /** POSIX path relative to the ledger. */
  readonly folder: string;
  readonly state: 'open' | 'frozen' | 'closed';
  /** true: a reopening that the change adds takes the close or the freeze back. */
  readonly reopened: boolean;
  /** As base has it; null when base cannot be read. */
  readonly period: Period | null;
}

/** The periods of base, by folder. Whether one is closed or frozen is read from the names alone: a broken close is still a close. */
export function pastPeriods(base: TreeView, baseLedger: Ledger | null, head: Ledger): PastPeriod[] {
  const names = new Map<string, string[]>();
  for (const name of base.keys()) {
    const folder = folderAround(name);
    const [, , file] = name.split('/');
    if (folder?.startsWith(`${periodsFolder}/`) === true && file !== undefined) names.set(folder, [...(names.get(folder) ?? []), file]);
  }
  return [...names].map(([folder, own]) => {
    const period = baseLedger?.periods.find((each) => each.folder === folder) ?? null;
    const state = isClosedBy(own) ? 'closed' : own.includes(periodFile('lock')) ? 'frozen' : 'open';
    const after = head.periods.find((each) => each.folder === folder) ?? null;
    return { id: folder.slice(periodsFolder.length + 1), folder, state, reopened: after !== null && isReopened(state, period, after, base), period };
  });
}

/** A file that closing or reopening wrote, and that nothing ever replaces. */
export function isRecord(file: string): boolean {
  return recordOf(file) !== null || /^close-\d{1,6}\.open\.csv$/.test(file);
}

/** Only a reopening that can be trusted, that base does not have, and that is about what base has. */
function isReopened(state: PastPeriod['state'], before: Period | null, after: Period, base: TreeView): boolean {
  return after.controls.reopens
    .filter(({ name }) => !base.has(name))
    .some(({ close, lock }) => {
      if (state === 'closed') {
        const known = before === null ? null : closeInForce(before);
        return close !== null && (known === null || known.sha256 === close.sha256);
      }
      const known = before?.controls.lock ?? null;
      return lock !== null && (known === null || known.sha256 === lock.sha256);
    });
}
