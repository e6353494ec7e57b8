/** Finds npm outside of the workspace and runs `npm ci` in a folder that holds nothing but a manifest and its lock file, with bounds on time, output and environment. */
import { spawn } from 'node:child_process';
import { whenStopped } from '../../../model/interruption.ts';
import { reasonOf } from '../../../model/system-failure.ts';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { liesIn } from '../workspace-path.ts';

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

/** To be started without a shell; npm's own arguments follow. */
export interface NpmCommand {
  readonly program: string;
  readonly before: readonly string[];
}

export interface NpmSearch {
  /** The running Node, absolute. */
  readonly execPath: string;
  /** PATH as the platform writes it. */
  readonly path: string;
  readonly workspace: string;
}

const script = join('node_modules', 'npm', 'bin', 'npm-cli.js');

export function findNpm({ execPath, path, workspace }: NpmSearch): NpmCommand | null {
  // Where Node's own distributions keep it: beside the program on Windows, below lib/ elsewhere.
  const folder = dirname(execPath);
  const beside = [join(folder, script), join(folder, '..', 'lib', script)].find((name) => existsSync(name));
  if (beside !== undefined) return { program: execPath, before: [beside] };
  const folders = path.split(delimiter).filter((entry) => isAbsolute(entry) && !liesIn(workspace, entry));
  for (const entry of folders) {
    const found = npmIn(entry, execPath, workspace);
    if (found !== null) return found;
  }
  return null;
}

function npmIn(folder: string, execPath: string, workspace: string): NpmCommand | null {
  // npm.cmd needs a shell; the script that it starts lies beside it.
  const windows = join(folder, script);
  if (existsSync(windows)) return { program: execPath, before: [windows] };
  const file = join(folder, 'npm');
  if (process.platform === 'win32' || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const target = realpathSync(file);
  if (liesIn(workspace, target)) return null;
  return target.endsWith('npm-cli.js') ? { program: execPath, before: [target] } : { program: file, before: [] };
}

type Variables = Readonly<Record<string, string | undefined>>;

/** In upper case; npm reads its own in any. */
const allowed: readonly string[] = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'SYSTEMROOT',
  'WINDIR',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LANG',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NPM_CONFIG_USERCONFIG',
  'NPM_CONFIG_GLOBALCONFIG',
  'NPM_CONFIG_REGISTRY',
  'NPM_CONFIG_CACHE',
  'NPM_CONFIG_CAFILE',
  'NPM_CONFIG_PROXY',
  'NPM_CONFIG_HTTPS_PROXY',
  'NPM_CONFIG_NOPROXY',
];
/** Names of files that npm or Node would believe. */
const files: readonly string[] = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'NPM_CONFIG_USERCONFIG', 'NPM_CONFIG_GLOBALCONFIG', 'NPM_CONFIG_CAFILE'];

/** A list of what passes, not of what does not: a token has any name. Files in the workspace are those of a pull request. */
export function npmEnvironment(variables: Variables, workspace: string): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    const key = name.toUpperCase();
    if (value === undefined || !allowed.includes(key) || (files.includes(key) && liesIn(workspace, value))) continue;
    kept[name] = value;
  }
  return kept;
}
