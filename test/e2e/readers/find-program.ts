/** A program on the search path. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of the first that is there; null = none of them. */
export function findProgram(...names: readonly string[]): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}
