/** The files of two states of a ledger and what differs, and what the folder of a period in base forbids unless the change reopens it. Pure. */
import { closeInForce } from '../../model/close.ts';
import type { Ledger, Period } from '../../model/ledger.ts';
import { folderAround, isClosedBy, periodFile, periodsFolder, recordOf } from '../../model/layout.ts';
import { posix } from 'node:path';

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

export interface ViewFile {
  /** POSIX path relative to the ledger. */
  readonly name: string;
  readonly mode: string;
  /** null = equal to nothing. */
  readonly blob: string | null;
}
/** Name → content; what a link leads to stands under the name of the link as well. */
export type TreeView = ReadonlyMap<string, string | null>;

export interface Difference {
  readonly name: string;
  readonly how: 'added' | 'changed' | 'removed';
}

/** A link to a link is followed so often. */
const mostSteps = 4;
/** A few links that lead to each other could name any number of files. */
const mostNames = 200_000;

export function isLink({ mode }: Pick<ViewFile, 'mode'>): boolean {
  return mode === '120000';
}

/** `targets`: what each link says, by name. */
export function viewOf(files: readonly ViewFile[], targets: ReadonlyMap<string, string>): TreeView {
  const view = new Map(files.map(({ name, blob }) => [name, blob]));
  for (let step = 0; step < mostSteps && targets.size > 0; step += 1) {
    const known = [...view];
    for (const [link, target] of targets) {
      const led = posix.normalize(posix.join(posix.dirname(link), target)).replace(/\/$/, '');
      for (const [name, blob] of known) {
        if (view.size > mostNames) return view;
        if (name === led) view.set(link, blob);
        else if (name.startsWith(`${led}/`)) view.set(link + name.slice(led.length), blob);
      }
    }
  }
  return view;
}

/** By name, code points. */
export function differencesOf(base: TreeView, head: TreeView): Difference[] {
  const names = [...new Set([...base.keys(), ...head.keys()])].sort();
  return names.flatMap((name): Difference[] => {
    const [before, after] = [base.get(name), head.get(name)];
    if (before === undefined) return [{ name, how: 'added' }];
    if (after === undefined) return [{ name, how: 'removed' }];
    return before !== null && before === after ? [] : [{ name, how: 'changed' }];
  });
}
