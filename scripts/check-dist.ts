/** Rebuilds into a temporary folder and fails when the committed dist/ differs from it in a byte or a mode: `npm run check:dist`. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './build/bundle.ts';

const committed = join(import.meta.dirname, '..', 'dist');
const rebuilt = mkdtempSync(join(tmpdir(), 'trueup-dist-'));
try {
  bundle(rebuilt);
  const names = [...new Set([...filesOf(committed), ...filesOf(rebuilt)])].sort();
  const different = names.filter((name) => stateOf(committed, name) !== stateOf(rebuilt, name));
  for (const name of different) console.error(`dist/${name} is not what src/ builds to: run \`npm run build\` and commit dist/.`);
  process.exitCode = different.length === 0 ? 0 : 1;
} finally {
  rmSync(rebuilt, { recursive: true, force: true });
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return entries.filter((name) => statSync(join(folder, name)).isFile());
}

/** Content and executable bit; a file that is absent has a state of its own. */
function stateOf(folder: string, name: string): string {
  const file = statSync(join(folder, name), { throwIfNoEntry: false });
  if (file === undefined) return 'absent';
  return `${(file.mode & 0o100) === 0 ? 'plain' : 'executable'} ${readFileSync(join(folder, name), 'base64')}`;
}
