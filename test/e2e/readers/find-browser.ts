/** A Chromium that is on the machine: nothing is downloaded. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The path that `CHROMIUM` names, else the first of the usual names on the search path. */
export function findBrowser(): string | null {
  const named = process.env['CHROMIUM'] ?? '';
  if (named !== '') return existsSync(named) ? named : null;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}
