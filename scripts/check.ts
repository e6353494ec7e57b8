/**
 * Every check of the house, one after the other, each also a command of its own: `npm run check`, or `npm run check -- --except tests`.
 * The last line counts them.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const all = ['types', 'lint', 'format', 'unused', 'package', 'schemas', 'workflows', 'dist', 'release', 'act', 'client', 'cluster', 'readers', 'tests'];

const { values } = parseArgs({ options: { except: { type: 'string', multiple: true, default: [] } } });
const unknown = values.except.filter((step) => !all.includes(step));
if (unknown.length > 0) throw new Error(`There is no check ${unknown.join(', ')}; there are ${all.join(', ')}.`);

const root = join(import.meta.dirname, '..');
const steps = all.filter((step) => !values.except.includes(step));
const failed: string[] = [];
for (const step of steps) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', `check:${step}`], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    shell: process.platform === 'win32',
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} check:${step} (${seconds} s)`);
  // What a check could not look at is said also when it passes.
  for (const line of stdout.split('\n').filter((text) => text.startsWith('not checked'))) console.log(`       ${line}`);
  if (status === 0) continue;
  failed.push(step);
  console.log(`${stdout}${stderr}`.trimEnd());
}
console.log(`Checks: ${steps.length - failed.length} passed, ${failed.length} failed${failed.length === 0 ? '' : `: ${failed.join(', ')}`}`);
process.exitCode = failed.length === 0 ? 0 : 1;
