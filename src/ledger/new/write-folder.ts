/** Writes a folder whole or not at all: into a temporary one beside it, then renamed. */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { whenStopped } from '../../model/interruption.ts';
import { UserError } from '../../model/user-error.ts';

/** `files`: POSIX name → text. Throws when `folder` exists and is not empty; then nothing was written. */
export async function writeFolder(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const target = resolve(folder);
  const exists = await isEmptyFolder(target);
  await mkdir(dirname(target), { recursive: true });
  const temporary = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  const forget = whenStopped(() => rmSync(temporary, { recursive: true, force: true }));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(temporary, name)), { recursive: true });
      await writeFile(join(temporary, name), text, { flag: 'wx' });
    }
    if (exists) await rmdir(target);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  } finally {
    forget();
  }
}

/** False when there is no such folder. */
async function isEmptyFolder(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new UserError(`${folder} cannot be used as the output folder.`, 'Name a folder that does not exist yet.', { cause: error });
  });
  if (names !== null && names.length > 0) throw new UserError(`${folder} is not empty.`, 'Name a folder that does not exist yet, or an empty one.');
  return names !== null;
}
