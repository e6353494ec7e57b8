/**
 * Runs git by argv: no shell, no network, no change to anybody's files, and nothing that anybody's configuration could start: no filter, hook, monitor,
 * pager, signature check or transport, whether the repository, the user or the system names it. What only describes files (line ends, ignored names) holds.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { whenStopped } from '../../model/interruption.ts';
import { notThere } from '../../model/not-there.ts';
import { reasonOf } from '../../model/system-failure.ts';
import { UserError } from '../../model/user-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface GitOutput {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What git needs of the environment; a token that stands beside it stays away. */
const passedOn: readonly string[] = [
  'PATH',
  'HOME',
  'XDG_CONFIG_HOME',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'PROGRAMDATA',
  'SYSTEMROOT',
  'PATHEXT',
  'TMPDIR',
  'TEMP',
  'TMP',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_EXEC_PATH',
];
const maxOutputBytes = 256 * 1024 * 1024;
/** Longer than any look into a repository takes; a configuration may name a file that never ends. */
const longestMilliseconds = 600_000;
/** Each filter that is named takes room in git's environment. */
const mostFilterSettings = 2000;

/** Runs `git <arguments>` in the work tree `root`. Throws a `UserError` when there is no git, or when it says more than `maxBytes`. */
export async function runGit(root: string, environment: Environment, arguments_: readonly string[], maxBytes = maxOutputBytes): Promise<GitOutput> {
  return start(root, gitEnvironment(root, environment, await withoutFilters(root, environment)), arguments_, maxBytes);
}

async function start(root: string, env: Record<string, string>, arguments_: readonly string[], maxBytes: number): Promise<GitOutput> {
  const options = { cwd: root, env, encoding: 'buffer', maxBuffer: maxBytes, windowsHide: true, timeout: longestMilliseconds } as const;
  return new Promise((resolve, reject) => {
    const child = execFile('git', ['--no-pager', '--literal-pathspecs', ...arguments_], options, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr: stderr.toString('utf8') });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr: stderr.toString('utf8') });
      else reject(refusal(error, arguments_));
    });
    child.on(
      'close',
      whenStopped(() => child.kill('SIGKILL')),
    );
  });
}

/** The output, or a `UserError` with git's own first line. */
export async function askGit(root: string, environment: Environment, arguments_: readonly string[]): Promise<Buffer> {
  const { code, stdout, stderr } = await runGit(root, environment, arguments_);
  if (code === 0) return stdout;
  throw new UserError(`git ${arguments_[0] ?? ''} failed: ${stderr.split('\n')[0] ?? ''}`, 'Check that the checkout is whole and that its files can be read.');
}

function refusal(error: Error & { readonly code?: unknown }, arguments_: readonly string[]): UserError {
  if (error.code === 'ENOENT') return new UserError('git could not be started.', 'Install git, or put it on the PATH.', { cause: error });
  return new UserError(`git ${arguments_[0] ?? ''} failed: ${reasonOf(error)}`, 'Check that the repository is whole.', { cause: error });
}

type Setting = readonly [string, string];

/** By root, for each environment that is handed in: configuration is read once. */
const known = new WeakMap<Environment, Map<string, Promise<readonly Setting[]>>>();

/** Whatever filters are configured anywhere, with nothing to run. Reading the configuration starts nothing. */
async function withoutFilters(root: string, environment: Environment): Promise<readonly Setting[]> {
  const byRoot = known.get(environment) ?? new Map<string, Promise<readonly Setting[]>>();
  known.set(environment, byRoot);
  const settings = byRoot.get(root) ?? readFilters(root, environment);
  byRoot.set(root, settings);
  return settings;
}

async function readFilters(root: string, environment: Environment): Promise<readonly Setting[]> {
  const { code, stdout } = await start(root, gitEnvironment(root, environment, []), ['config', '--list', '--name-only', '-z'], maxOutputBytes);
  // Without a configuration that can be read, git itself runs nothing.
  const keys = code === 0 ? new Set(stdout.toString('utf8').split('\0')) : new Set<string>();
  const filters = [...keys].filter((key) => /^filter\.[^]*\.(?:clean|smudge|process|required)$/i.test(key));
  if (filters.length > mostFilterSettings)
    throw new UserError(`The configuration of git names ${filters.length} filters.`, 'Remove them from .git/config and from the files that it includes.');
  return filters.map((key) => [key, key.toLowerCase().endsWith('.required') ? 'false' : '']);
}

function gitEnvironment(root: string, environment: Environment, more: readonly Setting[]): Record<string, string> {
  const kept = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && passedOn.includes(entry[0].toUpperCase()));
  const settings: readonly Setting[] = [
    // A checkout in a container often belongs to another user; this holds for our own calls alone.
    ['safe.directory', root],
    ['core.quotePath', 'false'],
    ['core.fsmonitor', 'false'],
    ['core.hooksPath', '/dev/null'],
    ['core.pager', 'cat'],
    ['diff.external', ''],
    ['log.showSignature', 'false'],
    // A partial clone would fetch what is not here.
    ['protocol.allow', 'never'],
    ...more,
  ];
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    // No transport by any name, whatever `protocol.<name>.allow` says; older versions know only this.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [[`GIT_CONFIG_KEY_${index}`, key] as const, [`GIT_CONFIG_VALUE_${index}`, value] as const]),
    ),
  };
}

/** Commits whose parents this clone does not have though they have some; empty for a whole clone. */
export async function readCuts(root: string, environment: Environment): Promise<ReadonlySet<string>> {
  const path = (await askGit(root, environment, ['rev-parse', '--git-path', 'shallow'])).toString('utf8').trim();
  const text = (await readFile(resolve(root, path), 'latin1').catch(notThere)) ?? '';
  return new Set(text.split('\n').filter((line) => line !== ''));
}
