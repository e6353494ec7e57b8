/** Paths that an input or a document names, held inside the folder they belong to, links included. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

/** The real path of `name` inside `root`; null when it is not there or leads out of it. */
export async function confine(root: string, name: string): Promise<string | null> {
  try {
    const real = await realpath(resolve(root, name));
    return isInside(await realpath(root), real) ? real : null;
  } catch {
    return null;
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
