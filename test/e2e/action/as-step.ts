/** Runs a part of the Action as a step does: its variables in the environment, and what it writes to standard output collected. */
import { summary } from '@actions/core';

export interface StepRun<T> {
  readonly result: T;
  readonly log: string;
}

/** The toolkit speaks to its process: one run after the other, and each leaves the process as it was. */
export async function asStep<T>(variables: Readonly<Record<string, string>>, run: () => Promise<T>): Promise<StepRun<T>> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  const write = process.stdout.write.bind(process.stdout);
  const said: string[] = [];
  Object.assign(process.env, variables);
  // It remembers the file of its first write.
  Object.assign(summary, { _filePath: undefined });
  process.stdout.write = (text: string | Uint8Array): boolean => said.push(String(text)) > 0;
  try {
    return { result: await run(), log: said.join('') };
  } finally {
    process.stdout.write = write;
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
