/** Where a shallow clone was cut off. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { askGit, type Environment } from './run-git.ts';
import { notThere } from '../../model/not-there.ts';

/** Commits whose parents this clone does not have though they have some; empty for a whole clone. */
export async function readCuts(root: string, environment: Environment): Promise<ReadonlySet<string>> {
  const path = (await askGit(root, environment, ['rev-parse', '--git-path', 'shallow'])).toString('utf8').trim();
  const text = (await readFile(resolve(root, path), 'latin1').catch(notThere)) ?? '';
  return new Set(text.split('\n').filter((line) => line !== ''));
}
