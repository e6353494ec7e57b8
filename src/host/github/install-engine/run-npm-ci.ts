/** Runs `npm ci` in a folder that holds nothing but a manifest and its lock file, with bounds on time and output. */
import { spawn } from 'node:child_process';
import { whenStopped } from '../../../model/interruption.ts';
import { reasonOf } from '../../../model/system-failure.ts';
import type { NpmCommand } from './find-npm.ts';

export interface NpmRun {
  readonly npm: NpmCommand;
  /** Absolute; its own project, whatever lies above it. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMilliseconds: number;
}

export interface NpmFailure {
  readonly problem: 'npm-failed' | 'npm-timeout';
  /** The last words of npm, cut. */
  readonly detail: string;
}

const longestOutput = 16_384;
const longestDetail = 400;

/** Said on the command line, so that no configuration of the user turns them around; registry, proxies and certificates stay the user's. */
const options: readonly string[] = [
  'ci',
  '--omit=dev',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--no-workspaces',
  '--no-global',
  '--no-dry-run',
  '--package-lock',
  '--install-strategy=hoisted',
  '--loglevel=error',
  '--logs-max=0',
  '--fetch-retries=2',
  '--fetch-retry-factor=3',
  '--fetch-retry-mintimeout=500',
  '--fetch-retry-maxtimeout=5000',
];

/** null = installed. */
export function runNpmCi({ npm, folder, environment, timeoutMilliseconds }: NpmRun): Promise<NpmFailure | null> {
  return new Promise((settle) => {
    const child = spawn(npm.program, [...npm.before, ...options, `--prefix=${folder}`], {
      cwd: folder,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
      windowsHide: true,
    });
    // Npm starts programs of its own; without it they end by themselves.
    const forget = whenStopped(() => child.kill('SIGKILL'));
    let output = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMilliseconds);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-longestOutput)));
    child.on('error', (error) => {
      forget();
      clearTimeout(timer);
      settle({ problem: 'npm-failed', detail: reasonOf(error) });
    });
    child.on('close', (code, signal) => {
      forget();
      clearTimeout(timer);
      if (timedOut) settle({ problem: 'npm-timeout', detail: `${timeoutMilliseconds / 1000} s` });
      else settle(code === 0 ? null : { problem: 'npm-failed', detail: lastWords(output) || `it said nothing and ended with ${signal ?? `code ${code}`}` });
    });
  });
}

/** The lines in which npm says what went wrong, without stacks, its advice on logs and without credentials in addresses. */
function lastWords(output: string): string {
  const lines = output
    .split(/\r?\n/)
    .map((line) => line.replace(/^npm (?:error|ERR!) ?/, '').trim())
    .filter((line) => line !== '' && !/complete log|^log files|^npm warn|^(?:at|syscall|errno) /i.test(line));
  return lines
    .join('; ')
    .replace(/\/\/[^/\s@]+@/g, '//')
    .slice(0, longestDetail);
}
