/** What a package on disk consists of, as digests: each of its libraries, and everything else in one. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** All digests are SHA-256, lower-case hex. */
export interface PackagePin {
  /** File name → digest of the native libraries. */
  readonly libraries: Readonly<Record<string, string>>;
  /** Over one line per other file, `<digest>  <path>`, in the order of the paths: what `sha256sum` prints. */
  readonly others: string;
}

const library = /\.(?:node|so|dylib|dll)$/;
const blockBytes = 4 * 1024 * 1024;

/**
 * A nested node_modules is left out: its packages are found, and hashed, as packages of their own. A link has no digest: a library that is one
 * would take its neighbours from elsewhere.
 */
export function hashPackage(folder: string): PackagePin {
  const libraries: Record<string, string> = {};
  const others = createHash('sha256');
  for (const { name, isFile } of entriesBelow(folder, '').sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const path = join(folder, name);
    if (isFile && library.test(name)) libraries[name] = hashLibrary(path);
    else others.update(`${isFile ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'no file'}  ${name}\n`);
  }
  return { libraries, others: others.digest('hex') };
}

/** Everything that is no folder, by POSIX path. */
function entriesBelow(folder: string, prefix: string): { readonly name: string; readonly isFile: boolean }[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const name = `${prefix}${entry.name}`;
    if (!entry.isDirectory()) return [{ name, isFile: entry.isFile() }];
    return name === 'node_modules' ? [] : entriesBelow(folder, `${name}/`);
  });
}

/** A library has 70 to 120 MB: it passes through one block. */
function hashLibrary(path: string): string {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(blockBytes);
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const read = readSync(file, block, 0, blockBytes, null);
      if (read === 0) return hash.digest('hex');
      hash.update(block.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
}
