/** CometAPI's own command line, installed once from PyPI into a place outside of every checkout, in the cache of the user. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const version = '0.3.10';
const installSeconds = 300;

export interface FoundClient {
  /** The Python that has the package; null = none could be had. */
  readonly python: string | null;
  readonly reason: string;
}

export async function findClient(): Promise<FoundClient> {
  if (process.platform === 'win32') return { python: null, reason: 'it is tried on Linux and macOS only' };
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'trueup-checks');
  const place = join(folder, `cometapi-cli-${version}`);
  const python = join(place, 'bin/python');
  if ((await run(python, ['-c', ask])).output.trim() === version) return { python, reason: '' };
  mkdirSync(folder, { recursive: true });
  const build = mkdtempSync(join(folder, '.client-'));
  try {
    for (const [command, ...words] of [
      ['python3', '-m', 'venv', build],
      [join(build, 'bin/python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `cometapi-cli==${version}`],
    ] as const) {
      const { ok, output } = await run(command, words);
      if (!ok) return { python: null, reason: output.trim().split('\n').at(-1)?.slice(0, 200) ?? `${command} says nothing` };
    }
    rmSync(place, { recursive: true, force: true });
    // In one step: two checks may install at the same time.
    renameSync(build, place);
    return { python, reason: '' };
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
}

const ask = 'import cometapi_cli; print(cometapi_cli.__version__)';

async function run(command: string, words: readonly string[]): Promise<{ ok: boolean; output: string }> {
  try {
    const { stdout } = await promisify(execFile)(command, [...words], { timeout: installSeconds * 1000, encoding: 'utf8' });
    return { ok: true, output: stdout };
  } catch (error) {
    const { code, stderr = '' } = error as { readonly code?: unknown; readonly stderr?: string };
    return { ok: false, output: code === 'ENOENT' ? `there is no ${command}` : stderr };
  }
}
