/** The committed bundle runs by itself: alone in a folder, without any package beside it, all that needs no rows works. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { toolVersion } from '../../src/tool-version.ts';

const root = join(import.meta.dirname, '..', '..');
const alone = mkdtempSync(join(tmpdir(), 'trueup-bundle-'));
cpSync(join(root, 'dist/cli'), alone, { recursive: true });
afterAll(() => rmSync(alone, { recursive: true, force: true }));

function trueup(...options: readonly string[]) {
  return spawnSync(process.execPath, [join(alone, 'index.js'), ...options], { cwd: alone, encoding: 'utf8' });
}

describe('dist/cli without packages', () => {
  it('states its version', () => {
    expect(trueup('--version')).toMatchObject({ status: 0, stdout: `${toolVersion}\n` });
  });

  it('validates a ledger', () => {
    expect(trueup('validate', '--ledger', join(root, 'test/scenarios/_base'), '--as-of', '2026-06-15')).toMatchObject({ status: 0, stderr: '' });
  });

  it('says that the engine is absent, and what to do', () => {
    const { status, stderr } = trueup('reconcile', '--ledger', join(root, 'test/scenarios/_base'), '--as-of', '2026-06-15');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^trueup: The engine could not be loaded: .*\n {2}Run `npm ci --omit=dev`/);
  });

  it('refuses wrong arguments', () => {
    expect(trueup('reconcile', '--as-of', 'yesterday').status).toBe(64);
  });
});
