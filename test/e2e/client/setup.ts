/** Before the runs: is there a Python with the client? What there is not is said in one line, as every check says it. */
import type { TestProject } from 'vitest/node';
import type { FoundPython } from '../python-with.ts';
import { findClient } from './find-client.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly client: FoundPython;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const client = await findClient();
  if (client.python === null) process.stdout.write(`not checked: CometAPI's own command line against our host, which cannot be had here: ${client.reason}\n`);
  project.provide('client', client);
}
