/** Before the runs: which programs are there? What there is not is said in one line, as every check says it. */
import type { TestProject } from 'vitest/node';
import { pythonWith } from '../python-with.ts';
import { findBrowser, findProgram } from './find-program.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Paths; null = there is none. */
    readonly browser: string | null;
    readonly office: string | null;
    readonly hledger: string | null;
    /** A Python that has `readers`. */
    readonly python: string | null;
  }
}

const readers = ['beancount==3.2.3', 'focus-data-toolkit==0.14.1', 'sarif-pydantic==0.6.2'];

export default async function setup(project: TestProject): Promise<void> {
  const { python, reason } = await pythonWith('readers-1', readers);
  const found = { browser: findBrowser(), office: findProgram('soffice', 'libreoffice'), hledger: findProgram('hledger'), python };
  const missing: Readonly<Record<keyof typeof found, string>> = {
    browser: 'the HTML page in a browser: there is no Chromium (set CHROMIUM to its path, or install the package chromium)',
    office: 'the workbook in a spreadsheet: there is no LibreOffice (install the package libreoffice-calc)',
    hledger: 'the journal in hledger: there is no hledger (install the package hledger)',
    python: `the journal in Beancount, FOCUS and SARIF: their readers cannot be had here: ${reason}`,
  };
  for (const name of ['browser', 'office', 'hledger', 'python'] as const) {
    if (found[name] === null) process.stdout.write(`not checked: ${missing[name]}\n`);
    project.provide(name, found[name]);
  }
}
