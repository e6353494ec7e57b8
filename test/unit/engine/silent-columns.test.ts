/** A column that says what holds without it, in every row, is as good as none: the same bytes come out. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { baseAlone } from '../../scenarios/expected.ts';
import { layOut } from '../../scenarios/lay-out.ts';
import { runReconcile } from '../../scenarios/run-reconcile.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-silent-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** The result of the base whose provider rows carry one more column. */
async function resultWith(column: string, cell: (row: number) => string): Promise<string> {
  const root = await layOut(mkdtempSync(join(workspace, 'run-')), '_base', baseAlone);
  const path = join(root, 'periods/2026-05/evidence/provider.csv');
  const [head = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
  if (column !== '') writeFileSync(path, [`${head},${column}`, ...rows.map((row, index) => `${row},${cell(index)}`), ''].join('\n'));
  const run = await runReconcile(root, baseAlone);
  return JSON.stringify(run.period?.result);
}

test('wallet, in words or left out, in every row', async () => {
  const without = await resultWith('', () => '');
  expect(await resultWith('covered_by', (row) => ['', 'wallet'][row % 2] ?? '')).toBe(without);
  expect(await resultWith('covered_by', (row) => (row === 3 ? 'byok' : 'wallet'))).not.toBe(without);
});
