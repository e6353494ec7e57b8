/** Compiles src/ and bundles each entry into a folder of its own; the same sources give the same bytes. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

/** Folder below dist/ → compiled entry. */
const entries: Readonly<Record<string, string>> = { cli: 'cli.js' };

/** The engine is a native module: it stays outside, and `npm ci --omit=dev` brings it. */
const external = '@duckdb/node-api';

const root = join(import.meta.dirname, '..', '..');

/** tsc first, then ncc on the ESM output: ncc alone cannot read packages that are ESM only. `dist` is absolute. */
export function bundle(dist: string): void {
  const build = join(root, 'build');
  rmSync(build, { recursive: true, force: true });
  run('typescript/bin/tsc', ['-p', 'tsconfig.json']);
  for (const [folder, entry] of Object.entries(entries)) {
    const out = join(dist, folder);
    rmSync(out, { recursive: true, force: true });
    run('@vercel/ncc/dist/ncc/cli.js', ['build', join(build, entry), '-o', out, '--external', external, '--license', 'third-party-licences.txt', '--no-cache', '--quiet']);
  }
}

function run(script: string, options: readonly string[]): void {
  execFileSync(process.execPath, [join(root, 'node_modules', script), ...options], { cwd: root, stdio: 'inherit' });
}
