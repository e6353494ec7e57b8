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

/** `folder` is the working directory, and `tmp` in it the place for temporary files, so that what a run leaves behind can be seen. */
export function startCli(folder: string, arguments_: readonly string[]): Running {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const child = spawn(process.execPath, [...command, ...arguments_], {
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...texts }));
  });
  return { child, finished };
}

export async function runCli(folder: string, arguments_: readonly string[]): Promise<Finished> {
  return startCli(folder, arguments_).finished;
}

/** What runs left in their place for temporary files; the loader of TypeScript keeps a folder of its own there. */
export function leftovers(folder: string): string[] {
  return readdirSync(join(folder, 'tmp')).filter((name) => !name.startsWith('tsx-'));
}
