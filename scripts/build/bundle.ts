/** Compiles src/ and bundles each entry; the same sources give the same bytes. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
    for (const name of namesBelow(fresh).filter((one) => one.endsWith('index.js'))) parseOnce(join(fresh, name));
    rmSync(dist, { recursive: true, force: true });
    cpSync(fresh, dist, { recursive: true });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The bundler copies whatever a path in the code could name, and bends the path towards the copy: nothing in the code is meant that way. */
function refuseAssets(fresh: string): void {
  const strange = namesBelow(fresh).filter((name) => !/^(?:cli\/?)?(?:(?:\d+\.)?index\.js|package\.json|third-party-licences\.txt)?$/.test(name));
  if (strange.length > 0) throw new Error(`The bundler brought files along, first ${strange[0]}: join that path as text, so that it cannot guess.`);
}

/** Relative to the folder, with `/` between. */
function namesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
}

/**
 * Makes the arrow function around each module a plain one, which never differ here: the bundler writes an arrow only where neither `this` nor `arguments`
 * is used. V8 compiles `(function` at once and `((…) =>` only when it is called, after it has read all of it to find its end: a fifth of the start.
 */
function parseOnce(path: string): void {
  const arrow = /^\/\*\*\*\/ \(\(([\w, ]*)\) => \{$/gm;
  const text = readFileSync(path, 'utf8');
  const plain = text.replace(arrow, '/***/ (function($1) {');
  if (plain === text) throw new Error(`The bundler writes modules in another form: ${path} holds none as ${arrow.source}.`);
  writeFileSync(path, plain);
}

function run(script: string, options: readonly string[]): void {
  execFileSync(process.execPath, [join(root, 'node_modules', script), ...options], { cwd: root, stdio: 'inherit' });
}
