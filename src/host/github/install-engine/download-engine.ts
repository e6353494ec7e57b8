/** Installs the engine without npm: the packages of its lock file, from the addresses and by the hashes that stand there. */
import { join } from 'node:path';
import { reasonOf } from '../../../model/system-failure.ts';
import { readFileSync } from 'node:fs';
import { cLibrary } from './engine-folder.ts';

export interface EngineDownload {
  /** The engine's package-lock.json. */
  readonly manifestFolder: string;
  /** Gets a node_modules. */
  readonly folder: string;
  /** What the user's environment names instead of the public registry; null = nothing. */
  readonly registry: string | null;
  readonly timeoutMilliseconds: number;
}

const longestSilence = 30_000;

/** Why it could not be done; null = installed. */
export async function downloadEngine({ manifestFolder, folder, registry, timeoutMilliseconds }: EngineDownload): Promise<string | null> {
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  const silenceMilliseconds = Math.min(longestSilence, timeoutMilliseconds);
  // The libraries for it are loaded only on a machine that has no npm.
  const { fetchTarball, unpackTarball } = await import('./fetch-tarball.ts');
  // One after the other: all but one of them are small.
  for (const { path, resolved, integrity } of lockedPackages(manifestFolder)) {
    try {
      const url = addressOf(resolved, registry);
      await unpackTarball(await fetchTarball({ url, integrity, signal, silenceMilliseconds }), join(folder, path));
    } catch (error) {
      const reason = signal.aborted ? `not here within ${timeoutMilliseconds / 1000} s` : reasonOf(error);
      return `${path.replace(/^.*node_modules\//, '')} could not be downloaded: ${reason}`;
    }
  }
  return null;
}

/**
 * As npm does it: the user's registry takes the place of the public one, with the path below it. It may be a plain one inside of a company, as for npm,
 * since the hash decides; the public one is only asked over https.
 */
function addressOf(resolved: string, registry: string | null): URL {
  const address = new URL(resolved);
  if (registry !== null) return new URL(address.pathname.slice(1), registry.replace(/\/*$/, '/'));
  if (address.protocol !== 'https:') throw new Error('the lock file names an address without https');
  return address;
}

export interface LockedPackage {
  /** Below the folder of the lock file, such as `node_modules/detect-libc`. */
  readonly path: string;
  /** Address of the tarball on the public registry. */
  readonly resolved: string;
  /** `sha512-` and the hash in base64. */
  readonly integrity: string;
}

interface LockEntry extends LockedPackage {
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** The lock file is ours and no input: it lies beside the program. */
function lockedPackages(manifestFolder: string): readonly LockedPackage[] {
  const lock = JSON.parse(readFileSync(join(manifestFolder, 'package-lock.json'), 'utf8')) as { readonly packages: Readonly<Record<string, LockEntry>> };
  return Object.entries(lock.packages)
    .filter(([path, entry]) => path !== '' && fits(entry))
    .map(([path, { resolved, integrity }]) => ({ path, resolved, integrity }));
}

function fits({ os, cpu, libc }: LockEntry): boolean {
  const library = cLibrary();
  return (
    (os === undefined || os.includes(process.platform)) &&
    (cpu === undefined || cpu.includes(process.arch)) &&
    (libc === undefined || (library !== null && libc.includes(library)))
  );
}
