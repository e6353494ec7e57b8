/** Before the runs: which programs are there? What there is not is said in one line, as every check says it. */
import type { TestProject } from 'vitest/node';
import { findBrowser } from './find-browser.ts';
import { findProgram } from './find-program.ts';

/** Paths of the programs that read exports; null = not there. */
interface Programs {
  readonly office: string | null;
  readonly hledger: string | null;
  readonly beanCheck: string | null;
  readonly focusToolkit: string | null;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of a Chromium; null = there is none. */
    readonly browser: string | null;
    readonly programs: Programs;
  }
}

export default function setup(project: TestProject): void {
  const browser = findBrowser();
  if (browser === null)
    process.stdout.write('not checked: the HTML page in a browser: there is no Chromium (set CHROMIUM to its path, or install the package chromium)\n');
  project.provide('browser', browser);
  const programs = {
    office: findProgram('soffice', 'libreoffice'),
    hledger: findProgram('hledger'),
    beanCheck: findProgram('bean-check'),
    focusToolkit: findProgram('focus-toolkit'),
  };
  if (programs.office === null) process.stdout.write('not checked: the formulas of the workbook: there is no LibreOffice\n');
  if (programs.hledger === null) process.stdout.write('not checked: the journal in hledger: there is no hledger\n');
  if (programs.beanCheck === null) process.stdout.write('not checked: the journal in Beancount: there is no bean-check (PyPI: beancount)\n');
  if (programs.focusToolkit === null) process.stdout.write('not checked: FOCUS: there is no focus-toolkit (PyPI: focus-data-toolkit)\n');
  project.provide('programs', programs);
}
