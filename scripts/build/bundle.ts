/** Compiles src/ and bundles each entry; the same sources give the same bytes. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLicences } from './write-licences.ts';

/** Compiled entry → folder below dist/: the action's own is dist/ itself, where action.yml looks for it. */
const entries: Readonly<Record<string, string>> = { 'action.js': '.', 'cli.js': 'cli' };

/** The engine is a native module: it stays outside, and npm brings it. */
const external = '@duckdb/node-api';

const root = join(import.meta.dirname, '..', '..');

/**
 * tsc first, then ncc on the ESM output: ncc alone cannot read packages that are ESM only. `dist` is absolute; it is replaced as a whole, after every
 * entry was built.
 */
export function bundle(dist: string): void {
  const build = join(root, 'build');
  rmSync(build, { recursive: true, force: true });
  run('typescript/bin/tsc', ['-p', 'tsconfig.json']);
  const work = mkdtempSync(join(tmpdir(), 'trueup-bundle-'));
  const fresh = join(work, 'dist');
  try {
    for (const [entry, folder] of Object.entries(entries)) {
      const stats = join(work, 'stats.json');
      const out = ['-o', join(fresh, folder), '--stats-out', stats, '--external', external, '--no-cache', '--quiet'];
      run('@vercel/ncc/dist/ncc/cli.js', ['build', join(build, entry), ...out]);
      writeLicences(stats, join(fresh, folder, 'third-party-licences.txt'));
    }
    refuseAssets(fresh);
    rmSync(dist, { recursive: true, force: true });
    cpSync(fresh, dist, { recursive: true });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The bundler copies whatever a path in the code could name, and bends the path towards the copy: nothing in the code is meant that way. */
function refuseAssets(fresh: string): void {
  const names = readdirSync(fresh, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  const strange = names.filter((name) => !/^(?:cli\/?)?(?:(?:\d+\.)?index\.js|package\.json|third-party-licences\.txt)?$/.test(name));
  if (strange.length > 0) throw new Error(`The bundler brought files along, first ${strange[0]}: join that path as text, so that it cannot guess.`);
}

function run(script: string, options: readonly string[]): void {
  execFileSync(process.execPath, [join(root, 'node_modules', script), ...options], { cwd: root, stdio: 'inherit' });
}
