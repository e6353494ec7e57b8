/** Paths that an input or a document names, held inside the folder they belong to, links included. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { notThere } from '../model/not-there.ts';

/** The real path of `name` inside `root`; null when it is not there or leads out of it. */
export async function confine(root: string, name: string): Promise<string | null> {
  const real = await realpath(resolve(root, name)).catch(notThere);
  return real !== null && isInside(await realpath(root), real) ? real : null;
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
