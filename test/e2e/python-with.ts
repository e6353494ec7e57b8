/** A Python with packages of others at fixed versions, installed once from PyPI into a place outside of every checkout, in the cache of the user. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const installSeconds = 300;

export interface FoundPython {
  /** The Python that has the packages; null = none could be had. */
  readonly python: string | null;
  readonly reason: string;
}

/** `packages` are names and versions, `cometapi-cli==0.3.10`; `name` is that of the place. */
export async function pythonWith(name: string, packages: readonly string[]): Promise<FoundPython> {
  if (process.platform === 'win32') return { python: null, reason: 'it is tried on Linux and macOS only' };
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'trueup-checks');
  const place = join(folder, name);
  const python = join(place, 'bin/python');
  if (await holds(python, packages)) return { python, reason: '' };
  mkdirSync(folder, { recursive: true });
  const build = mkdtempSync(join(folder, '.python-'));
  try {
    for (const [command, ...words] of [
      ['python3', '-m', 'venv', build],
      [join(build, 'bin/python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages],
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

async function holds(python: string, packages: readonly string[]): Promise<boolean> {
  const ask = 'import sys, importlib.metadata as m; print(*(f"{n}=={m.version(n)}" for n in sys.argv[1:]))';
  const { output } = await run(python, ['-c', ask, ...packages.map((one) => one.split('==')[0] ?? '')]);
  return output.trim() === packages.join(' ');
}

async function run(command: string, words: readonly string[]): Promise<{ ok: boolean; output: string }> {
  try {
    const { stdout } = await promisify(execFile)(command, [...words], { timeout: installSeconds * 1000, encoding: 'utf8' });
    return { ok: true, output: stdout };
  } catch (error) {
    const { code, stderr = '' } = error as { readonly code?: unknown; readonly stderr?: string };
    return { ok: false, output: code === 'ENOENT' ? `there is no ${command}` : stderr };
  }
}
