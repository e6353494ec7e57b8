/** Starts the command line as a user does, from the bundle unless the sources are newer, and collects what it says. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { programUnderTest } from './program-under-test.ts';

export interface Finished {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
}

const command = programUnderTest('dist/cli/index.js', 'src/cli.ts');

export interface Surroundings {
  /** A program with its arguments that starts the command line, such as `setpriv …`. */
  readonly by?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdout?: 'pipe' | number;
}

/** `folder` is the working directory, and `tmp` in it the place for temporary files, so that what a run leaves behind can be seen. */
export function startCli(folder: string, arguments_: readonly string[], { by = [], environment = {}, stdout = 'pipe' }: Surroundings = {}): Running {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const [program = '', ...rest] = [...by, process.execPath, ...command, ...arguments_];
  const child = spawn(program, rest, {
    cwd: folder,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', TMPDIR: temporary, ...environment },
    stdio: ['ignore', stdout, 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...texts }));
  });
  return { child, finished };
}

export async function runCli(folder: string, arguments_: readonly string[], surroundings: Surroundings = {}): Promise<Finished> {
  return startCli(folder, arguments_, surroundings).finished;
}

/** What runs left in their place for temporary files; the loader of TypeScript keeps a folder of its own there. */
export function leftovers(folder: string): string[] {
  return readdirSync(join(folder, 'tmp')).filter((name) => !name.startsWith('tsx-'));
}
