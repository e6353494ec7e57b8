/** What it means that a path lies in a folder. Pure: links are for the caller to resolve first. */
import { sep } from 'node:path';

/** Both absolute and resolved; the folder itself lies in it. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
