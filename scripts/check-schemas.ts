/** Fails when schema/ differs from what `trueup schema` writes: `npm run check:schemas`. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const published = join(root, 'schema');
const written = mkdtempSync(join(tmpdir(), 'trueup-schema-'));
try {
  execFileSync(process.execPath, ['--import', 'tsx', 'src/cli.ts', 'schema', '--out', written], { cwd: root });
  const names = [...new Set([...readdirSync(published), ...readdirSync(written)])].sort();
  const different = names.filter((name) => contentOf(published, name) !== contentOf(written, name));
  for (const name of different) console.error(`schema/${name} is not current: run \`npm run schemas\` and commit schema/.`);
  process.exitCode = different.length === 0 ? 0 : 1;
} finally {
  rmSync(written, { recursive: true, force: true });
}

function contentOf(folder: string, name: string): string | null {
  return readdirSync(folder).includes(name) ? readFileSync(join(folder, name), 'utf8') : null;
}
