/** The files of one state of a ledger by name and content, links followed, and what differs between two states. Pure. */
import { posix } from 'node:path';

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
