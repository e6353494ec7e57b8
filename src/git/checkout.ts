/** What is checked out: the index, less what was removed, with what was edited or added since marked as equal to nothing. */
import type { CheckoutFile } from '../model/base-tree.ts';
import { recordsOf } from './git-tree.ts';
import { askGit, type Environment } from './run-git.ts';

/** Every tracked file that is there, and every new one that is not ignored. */
export async function readCheckout(root: string, environment: Environment): Promise<CheckoutFile[]> {
  const files = new Map<string, CheckoutFile>();
  for (const entry of recordsOf(await askGit(root, environment, ['ls-files', '--stage', '-z']))) {
    const match = /^(\d{6}) ([0-9a-f]{40,64}) ([0-3])\t([^]+)$/.exec(entry);
    const [, mode = '', blob = '', stage = '', path = ''] = match ?? [];
    // A conflict that is not resolved has several stages and equals none of them.
    if (match !== null) files.set(path, { path, mode, blob: stage === '0' ? blob : null, tracked: true });
  }
  const status = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=all'];
  for (const entry of recordsOf(await askGit(root, environment, status))) {
    const [work, path] = [entry[1] ?? '', entry.slice(3)];
    const known = files.get(path);
    if (work === 'D') files.delete(path);
    else if (work === '?') files.set(path, { path, mode: '100644', blob: null, tracked: false });
    else if (work !== ' ' && known !== undefined) files.set(path, { ...known, blob: null });
  }
  return [...files.values()];
}
