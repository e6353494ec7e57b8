/**
 * Writes src/engine/engine-pins.ts: installs engine/ once for every platform of its lock file, whose integrity hashes npm checks, and hashes what was
 * installed. Run it after a change of engine/package-lock.json; it needs a package registry.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashPackage, type PackagePin } from '../src/engine/hash-package.ts';

const root = join(import.meta.dirname, '..');
const lock = JSON.parse(readFileSync(join(root, 'engine/package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};
interface LockedPackage {
  readonly version: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

const names = Object.keys(lock.packages).filter((path) => path !== '');
const pins = new Map<string, PackagePin>();
const folder = mkdtempSync(join(tmpdir(), 'trueup-pin-'));
try {
  cpSync(join(root, 'engine'), folder, { recursive: true });
  for (const path of names) {
    const { os, cpu, libc } = lock.packages[path] ?? {};
    if (os === undefined) continue;
    const platform = [`--os=${os.join()}`, `--cpu=${cpu?.join() ?? ''}`, ...(libc === undefined ? [] : [`--libc=${libc.join()}`])];
    execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts', ...platform], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    for (const installed of [path, ...names.filter((name) => lock.packages[name]?.os === undefined)]) pin(installed);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
writeFileSync(join(root, 'src/engine/engine-pins.ts'), source());

function pin(path: string): void {
  const name = path.replace('node_modules/', '');
  const hashed = hashPackage(join(folder, path));
  const before = pins.get(name);
  if (before !== undefined && JSON.stringify(before) !== JSON.stringify(hashed)) throw new Error(`${name} differs from platform to platform.`);
  pins.set(name, hashed);
}

function source(): string {
  const sorted = [...pins].sort(([left], [right]) => (left < right ? -1 : 1));
  const rows = sorted.map(([name, { libraries, others }]) => {
    const files = Object.entries(libraries).map(([file, digest]) => `      '${file}': '${digest}',\n`);
    return `  '${name}': {\n    libraries: {${files.length === 0 ? '' : `\n${files.join('')}    `}},\n    others: '${others}',\n  },\n`;
  });
  return [
    '/** What the engine consists of on every platform, by SHA-256. Written by `npx tsx scripts/pin-engine.ts` from engine/package-lock.json. */',
    `import type { PackagePin } from './hash-package.ts';\n`,
    `export const engineVersion = '${lock.packages['node_modules/@duckdb/node-api']?.version ?? ''}';\n`,
    `export const enginePins: Readonly<Record<string, PackagePin>> = {\n${rows.join('')}};\n`,
  ].join('\n');
}
