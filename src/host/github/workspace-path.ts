/** Paths that an input or a document names, held inside the folder they belong to, links included. */
import { realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isInside } from '../../model/inside.ts';
import { notThere } from '../../model/not-there.ts';

/** The real path of `name` inside `root`; null when either is not there or the path leads out. */
export async function confine(root: string, name: string): Promise<string | null> {
  const [inside, real] = [await realpath(root).catch(notThere), await realpath(resolve(root, name)).catch(notThere)];
  return inside !== null && real !== null && isInside(inside, real) ? real : null;
}

/** Whether a path lies in a folder, or is it; links of both are resolved as far as they exist. */
export function liesIn(folder: string, path: string): boolean {
  return isInside(real(folder), real(path));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
