/** Adds a snapshot and the bytes that it was read from to a ledger, under the first name of the day that is free; nothing that is there is touched. */
import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listNames } from '../ledger-files.ts';
import { writeOnce } from '../lock/write-once.ts';
import type { Day } from '../../model/instant.ts';
import { isInside } from '../../model/inside.ts';
import { folderOf } from '../../model/layout.ts';
import { UserError } from '../../model/user-error.ts';

export interface SnapshotName {
  /** `<provider>/<date>[-n]`. */
  readonly id: string;
  /** POSIX names relative to the ledger. */
  readonly file: string;
  readonly evidence: string;
}

const mostOfADay = 999;

/** `extension`: of the kept bytes. */
export async function freeSnapshotName(root: string, provider: string, day: Day, extension: string): Promise<SnapshotName> {
  const folder = `${folderOf('prices')}/${provider}`;
  const taken = new Set((await listNames(root, folder)).map((name) => name.replace(/\.[^.]+$/, '')));
  for (let number = 1; number <= mostOfADay; number += 1) {
    const name = number === 1 ? day : `${day}-${number}`;
    if (!taken.has(name)) return { id: `${provider}/${name}`, file: `${folder}/${name}.yaml`, evidence: `${folder}/${name}.${extension}` };
  }
  throw new UserError(`There are ${mostOfADay} snapshots of ${provider} on ${day} already.`, 'Name another provider or day.');
}

/** The bytes first, so that a snapshot never stands without its evidence. */
export async function addSnapshot(root: string, { file, evidence }: SnapshotName, text: string, bytes: Uint8Array): Promise<void> {
  const folder = join(root, file, '..');
  await mkdir(folder, { recursive: true });
  if (!isInside(root, await realpath(folder))) throw new UserError('The folder of these prices is a link out of the ledger.', 'Replace it by a folder.');
  await writeOnce(join(root, evidence), bytes, 'new');
  try {
    await writeOnce(join(root, file), text, 'new');
  } catch (error) {
    await rm(join(root, evidence), { force: true });
    throw error;
  }
}
