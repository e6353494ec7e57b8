/** Does a path lie in a folder? Links of both are resolved as far as they exist. */
import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';

/** The folder itself counts as inside. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(real(folder), real(path));
  return way === '' || (way.split(/[\\/]/)[0] !== '..' && !isAbsolute(way));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
