/** What is checked out: the index, less what was removed, with what was edited or added since marked as equal to nothing. */
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { recordsOf } from './git-tree.ts';
import { askGit, type Environment, runGit } from './run-git.ts';
import type { CheckoutFile } from '../../model/base-tree.ts';
import { notThere } from '../../model/not-there.ts';
import { sha256OfStream } from '../../model/sha256.ts';

/** A pointer of Git LFS is a few lines. */
const longestPointer = 1024;
/** Each look at a pointer starts git twice; what is beyond counts as edited, which judges more. */
const mostPointers = 500;

/** Every tracked file that is there, and every new one that is not ignored. */
export async function readCheckout(root: string, environment: Environment): Promise<CheckoutFile[]> {
  const files = new Map<string, CheckoutFile>();
  for (const entry of recordsOf(await askGit(root, environment, ['ls-files', '--stage', '-z']))) {
    const match = /^(\d{6}) ([0-9a-f]{40,64}) ([0-3])\t([^]+)$/.exec(entry);
    const [, mode = '', blob = '', stage = '', path = ''] = match ?? [];
    // A conflict that is not resolved has several stages and equals none of them.
    if (match !== null) files.set(path, { path, mode, blob: stage === '0' ? blob : null, tracked: true });
  }
  const edited: CheckoutFile[] = [];
  const status = ['status', '--porcelain=v1', '-z', '--no-renames', '--untracked-files=all', '--ignore-submodules=all'];
  for (const entry of recordsOf(await askGit(root, environment, status))) {
    const [work, path] = [entry[1] ?? '', entry.slice(3)];
    const known = files.get(path);
    if (work === 'D') files.delete(path);
    else if (work === '?') files.set(path, { path, mode: '100644', blob: null, tracked: false });
    else if (work !== ' ' && known !== undefined) edited.push(known);
  }
  for (const [index, file] of edited.entries()) {
    const isStored = index < mostPointers && (await isStoredInLfs(root, environment, file));
    if (!isStored) files.set(file.path, { ...file, blob: null });
  }
  return [...files.values()];
}

/**
 * Whether the file is the content that a pointer of Git LFS in the index names. Git would ask the filter, which is not run: to git without it, every
 * such file that it looks at looks edited.
 */
async function isStoredInLfs(root: string, environment: Environment, { path, mode, blob }: CheckoutFile): Promise<boolean> {
  if (blob === null || !mode.startsWith('100')) return false;
  const size = await runGit(root, environment, ['cat-file', '-s', blob]);
  if (size.code !== 0 || Number(size.stdout.toString('latin1')) > longestPointer) return false;
  const { code, stdout } = await runGit(root, environment, ['cat-file', 'blob', blob]);
  const pointer = code === 0 ? /^version https:\/\/[^\n]+\n(?:[^\n]*\n)*?oid sha256:([0-9a-f]{64})\nsize (\d{1,15})\n/.exec(stdout.toString('latin1')) : null;
  const found = await lstat(join(root, path)).catch(notThere);
  if (pointer === null || found === null || !found.isFile() || String(found.size) !== pointer[2]) return false;
  return (await sha256OfStream(createReadStream(join(root, path)))).sha256 === pointer[1];
}
