/** A program of others that is on the machine: nothing is downloaded. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first of the names on the search path; null = none is there. */
export function findProgram(...names: readonly string[]): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}

/** The Chromium that `CHROMIUM` names, else the first of the usual names. */
export function findBrowser(): string | null {
  const named = process.env['CHROMIUM'] ?? '';
  if (named !== '') return existsSync(named) ? named : null;
  return findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable');
}
