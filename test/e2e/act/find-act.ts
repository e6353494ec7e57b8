/** The runner that is not GitHub's: act, built once from its Go module and kept outside of every checkout, in the cache of the user. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Another version is another program with other faults: artifact-proxy.ts corrects those of this one. */
const version = '0.2.89';
/** A first build downloads its modules and takes two minutes of two cores. */
const buildSeconds = 480;

export interface FoundAct {
  /** null = none could be had. */
  readonly path: string | null;
  readonly reason: string;
}

export async function findAct(): Promise<FoundAct> {
  if (process.platform === 'win32') return { path: null, reason: 'its host mode is tried on Linux and macOS only' };
  // Not in the common temporary folder: what lies there under a name that everybody knows may be anybody's program.
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'trueup-checks');
  const path = join(folder, `act-${version}`);
  if (await works(path)) return { path, reason: '' };
  mkdirSync(folder, { recursive: true });
  const build = mkdtempSync(join(folder, '.build-'));
  try {
    // Without cgo, so that no C compiler is needed.
    const installed = await run('go', ['install', `github.com/nektos/act@v${version}`], { GOBIN: build, CGO_ENABLED: '0' });
    if (!installed.ok) return { path: null, reason: installed.output.trim().split('\n').at(-1)?.slice(0, 200) ?? 'go says nothing' };
    // In one step: two checks may build at the same time.
    renameSync(join(build, 'act'), path);
    return (await works(path)) ? { path, reason: '' } : { path: null, reason: 'what was built does not start' };
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
}

async function works(path: string): Promise<boolean> {
  const { ok, output } = await run(path, ['--version'], {});
  return ok && output.trim() === `act version ${version}`;
}

function run(command: string, arguments_: readonly string[], variables: Readonly<Record<string, string>>): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, arguments_, { env: { ...process.env, ...variables }, timeout: buildSeconds * 1000, stdio: ['ignore', 'pipe', 'pipe'] });
    const texts: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => texts.push(text));
    const isAbsent = (error: NodeJS.ErrnoException): boolean => error.code === 'ENOENT';
    child.on('error', (error) => resolve({ ok: false, output: isAbsent(error) ? `there is no ${command}` : error.message }));
    child.on('close', (code, signal) => {
      const ended = signal === null ? '' : `\nended by ${signal} after at most ${buildSeconds} s`;
      resolve({ ok: code === 0, output: `${texts.join('')}${ended}` });
    });
  });
}
