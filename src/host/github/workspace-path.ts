/** Paths that an input or a document names, held inside the folder they belong to, links included. */
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { notThere } from '../../model/not-there.ts';

/** The real path of `name` inside `root`; null when either is not there or the path leads out. */
export async function confine(root: string, name: string): Promise<string | null> {
  const [inside, real] = [await realpath(root).catch(notThere), await realpath(resolve(root, name)).catch(notThere)];
  return inside !== null && real !== null && isInside(inside, real) ? real : null;
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
