/** What the engine's lock file says of each package that this machine needs: where it lies, and what its bytes hash to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cLibrary } from './c-library.ts';

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
export function lockedPackages(manifestFolder: string): readonly LockedPackage[] {
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
