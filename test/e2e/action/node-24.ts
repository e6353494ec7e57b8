/** The Node that action.yml names: the one of the tests, or one from the package registry, through npm as everybody has it configured. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const version = '24.21.0';
const longestMilliseconds = 90_000;

export interface FoundNode {
  /** null = none could be had. */
  readonly path: string | null;
  readonly reason: string;
  remove(): void;
}

/** The package of the program itself: `node` would fetch the same one by a script. */
export function findNode24(): FoundNode {
  if (process.versions.node.startsWith('24.')) return { path: process.execPath, reason: '', remove: () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'trueup-node-24-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--prefer-offline', '--fetch-retries=1', '--prefix', folder];
  const ran = spawnSync('npm', ['install', ...options, `${name}@${version}`], {
    cwd: folder,
    encoding: 'utf8',
    timeout: longestMilliseconds,
    shell: process.platform === 'win32',
  });
  const path = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const said = spawnSync(path, ['--version'], { encoding: 'utf8' });
  if (said.stdout?.trim() === `v${version}`) return { path, reason: '', remove };
  remove();
  return { path: null, reason: (ran.stderr ?? '').trim().split('\n').at(-1)?.slice(0, 200) ?? 'npm said nothing', remove: () => undefined };
}
