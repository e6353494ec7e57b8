/** Runs git by argv: no shell, no network, nothing that the repository's own configuration could start, and no change to anybody's files. */
import { execFile } from 'node:child_process';
import { reasonOf } from '../model/reason-of.ts';
import { UserError } from '../model/user-error.ts';

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

/** Runs `git <arguments>` in the work tree `root`. Throws a `UserError` when there is no git, or when it says more than `maxBytes`. */
export async function runGit(root: string, environment: Environment, arguments_: readonly string[], maxBytes = maxOutputBytes): Promise<GitOutput> {
  const options = { cwd: root, env: gitEnvironment(root, environment), encoding: 'buffer', maxBuffer: maxBytes, windowsHide: true } as const;
  return new Promise((resolve, reject) => {
    execFile('git', ['--no-pager', '--literal-pathspecs', ...arguments_], options, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr: stderr.toString('utf8') });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr: stderr.toString('utf8') });
      else reject(refusal(error, arguments_));
    });
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

function gitEnvironment(root: string, environment: Environment): Record<string, string> {
  const kept = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined && passedOn.includes(entry[0].toUpperCase()));
  const settings: readonly (readonly [string, string])[] = [
    // A checkout in a container often belongs to another user; this holds for our own calls alone.
    ['safe.directory', root],
    ['core.quotePath', 'false'],
    ['core.fsmonitor', 'false'],
    ['core.hooksPath', '/dev/null'],
    ['core.pager', 'cat'],
    ['diff.external', ''],
    // A partial clone would fetch what is not here.
    ['protocol.allow', 'never'],
  ];
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [[`GIT_CONFIG_KEY_${index}`, key] as const, [`GIT_CONFIG_VALUE_${index}`, value] as const]),
    ),
  };
}
