/** Temporary folders of a run: made for one purpose, removed when it is done or when the run is stopped, and swept when the run that made them was killed. */
import { rmSync } from 'node:fs';
import { lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { whenStopped } from '../model/interruption.ts';
import { isAbandoned, temporaryName } from '../model/temporary-names.ts';
import { notThere } from '../model/not-there.ts';

export interface OwnFolder {
  readonly path: string;
  remove(): Promise<void>;
}

const swept = new Set<string>();

/** A new folder below `root`, which exists. The first one of a process sweeps what killed runs have left there. */
export async function makeOwnFolder(root: string, purpose: string): Promise<OwnFolder> {
  await sweep(root);
  const path = join(root, temporaryName(`trueup-${purpose}`));
  await mkdir(path, { mode: 0o700 });
  const forget = whenStopped(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true });
      forget();
    },
  };
}

async function sweep(root: string): Promise<void> {
  if (swept.has(root)) return;
  swept.add(root);
  for (const name of await readdir(root)) {
    if (!name.startsWith('trueup-') || !isAbandoned(name)) continue;
    const path = join(root, name);
    // In a folder that others write to as well, a name proves nothing.
    const found = await lstat(path).catch(notThere);
    if (found !== null && found.isDirectory() && isMine(found.uid)) await rm(path, { recursive: true, force: true });
  }
}

function isMine(user: number): boolean {
  return process.getuid === undefined || user === process.getuid();
}
