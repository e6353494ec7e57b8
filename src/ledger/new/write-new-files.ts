/** Writes files that are not there yet, all of them or none: prepared aside, then linked into place, and taken back when one cannot be. */
import { constants, rmSync } from 'node:fs';
import { copyFile, link, mkdir, mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { whenStopped } from '../../model/interruption.ts';
import { reasonOf } from '../../model/system-failure.ts';
import { UserError } from '../../model/user-error.ts';

/** `files`: POSIX name relative to `root` → text. `root` is created where it is missing. */
export async function writeNewFiles(root: string, files: ReadonlyMap<string, string>): Promise<void> {
  const created: string[] = [];
  await makeFolder(root, created);
  const aside = await mkdtemp(join(root, '.trueup-init-'));
  const placed: string[] = [];
  const forget = whenStopped(() => {
    for (const path of [...placed, aside]) rmSync(path, { recursive: true, force: true });
  });
  try {
    const staged = [...files].map(([name, text], index) => ({ target: join(root, name), text, path: join(aside, String(index)) }));
    for (const { path, text } of staged) await writeFile(path, text, { flag: 'wx' });
    for (const { path, target } of staged) {
      await makeFolder(dirname(target), created);
      await place(path, target);
      placed.push(target);
    }
  } catch (cause) {
    forget();
    for (const target of placed) await rm(target, { force: true });
    await rm(aside, { recursive: true, force: true });
    for (const folder of created.toReversed()) await rmdir(folder).catch(() => undefined);
    const reason = reasonOf(cause);
    throw new UserError(`The files could not be written (${reason}); nothing was kept.`, 'Name a folder that can be written and that holds no ledger.', {
      cause,
    });
  }
  await rm(aside, { recursive: true, force: true });
  forget();
}

/** Never over a file that is there. */
async function place(path: string, target: string): Promise<void> {
  try {
    await link(path, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    // A file system without links.
    await copyFile(path, target, constants.COPYFILE_EXCL);
  }
}

/** Notes the folders that were made, outer ones first. */
async function makeFolder(folder: string, created: string[]): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  const made = [folder];
  for (let at = folder; at !== first; at = dirname(at)) made.push(dirname(at));
  created.push(...made.toReversed());
}
