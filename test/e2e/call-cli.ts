/** A command of the command line called in this process: the same code as the program's, without a start of Node for each. Signals, pipes and the bundle are for `run-cli.ts`. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runCommand } from '../../src/cli/run-command.ts';
import { defaultMemory } from '../../src/host/default-memory.ts';
import { sha256Of } from '../../src/model/sha256.ts';
import { toolVersion } from '../../src/model/tool-version.ts';
import type { Finished } from './run-cli.ts';
import { plainScreen } from '../plain-screen.ts';

/** When a call is made and with what environment. */
export interface Moment {
  /** Milliseconds since 1970; a wait of the call only passes on it. */
  readonly now: number;
  readonly environment: Readonly<Record<string, string>>;
  /** What stands for the bytes of the program. */
  readonly program: string;
}

/** `folder` is the working directory meanwhile, so that nothing else may run in this process. */
export async function callCli(folder: string, words: readonly string[], moment: Partial<Moment> = {}): Promise<Pick<Finished, 'code' | 'stdout' | 'stderr'>> {
  const temporaryRoot = join(folder, 'tmp');
  mkdirSync(temporaryRoot, { recursive: true });
  const said = { stdout: '', stderr: '' };
  const start = moment.now ?? Date.now();
  let waited = 0;
  const before = process.cwd();
  process.chdir(folder);
  try {
    const code = await runCommand(words, {
      print: (text) => void (said.stdout += text),
      complain: (text) => void (said.stderr += text),
      progress: { show: () => undefined, clear: () => undefined },
      today: () => new Date(start).toISOString().slice(0, 10),
      clock: { now: () => start + waited, wait: async (milliseconds) => void (waited += milliseconds) },
      screen: plainScreen,
      toolVersion,
      programSha256: () => sha256Of(moment.program ?? 'this program'),
      temporaryRoot,
      memoryBytes: defaultMemory,
      environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...moment.environment },
    });
    return { code, ...said };
  } finally {
    process.chdir(before);
  }
}
