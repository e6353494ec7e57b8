/** Before the runs: which programs are there? What there is not is said in one line, as every check says it. */
import type { TestProject } from 'vitest/node';
import { findBrowser } from './find-browser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a Chromium; null = there is none. */
    readonly browser: string | null;
  }
}

export default function setup(project: TestProject): void {
  const browser = findBrowser();
  if (browser === null)
    process.stdout.write('not checked: the HTML page in a browser: there is no Chromium (set CHROMIUM to its path, or install the package chromium)\n');
  project.provide('browser', browser);
}
