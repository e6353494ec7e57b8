/** A month whose rows correct an earlier one: its close names the close that says how much that was charged, and a rerun confirms it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { closePeriod } from '../../../src/period/close-period.ts';
import { freezePeriod } from '../../../src/period/freeze-period.ts';
import { commit, freezeAndClose, replace, said, settingsFor, threeMonths, verifyByRerun, workspaceFor } from './three-months.ts';

const workspace = workspaceFor('corrections');
const settings = settingsFor(workspace.folder);
afterAll(() => workspace.remove());

/** Of 0.47076 − 0.05 tax that March was charged, May gives 0.01 back: 0.12636 − 0.01 for the model. */
function ledgerWithCorrection(name: string): string {
  const root = threeMonths(workspace.folder, name);
  const path = join(root, 'periods/2026-05/evidence/provider.csv');
  const [head = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const correction = ',corr-1,2026-03-20T00:00:00Z,acct_redacted,production,gpt-4.1-nano-2025-04-14,refund,,,,,,,,,-0.01,USD,2026-03';
  writeFileSync(path, [`${head},corrects`, ...rows.map((row) => `${row},`), correction, ''].join('\n'));
  replace(root, 'periods/2026-05/invoice.yaml', 'amount: "0.12636", requests: 8', 'amount: "0.11636", requests: 8');
  replace(root, 'periods/2026-05/invoice.yaml', 'total: "0.47076"', 'total: "0.46076"');
  commit(root, 'A correction of March in May');
  return root;
}

it('is closed on the close of the month that it corrects', { timeout: 60_000 }, async () => {
  const root = ledgerWithCorrection('closed');
  for (const month of ['2026-03', '2026-04']) await freezeAndClose(root, month, settings);
  const { result } = await freezeAndClose(root, '2026-05', settings);
  expect(result?.bridge.find(({ step }) => step === 'correction')?.amount).toBe('-0.01');
  expect(result?.totals.unexplained_gross).toBe('0');
  expect(readFileSync(join(root, 'periods/2026-05/close-1.yaml'), 'utf8')).toContain('name: periods/2026-03/close-1.yaml, role: carried');
  commit(root, 'Close three months');
  const verification = await verifyByRerun(root, settings);
  expect(said(verification)).toEqual([]);
  expect(verification.periods.map(({ rerun }) => rerun)).toEqual(['confirmed', 'confirmed', 'confirmed']);
});

it('is not closed while the month that it corrects is open', { timeout: 60_000 }, async () => {
  const root = ledgerWithCorrection('open');
  await freezePeriod(root, '2026-05', settings);
  const { written, refusals } = await closePeriod(root, '2026-05', { approvedBy: 'jane', note: 'looked at it' }, settings);
  expect(written).toBe(null);
  expect(refusals).toContain('Rows correct 2026-03, which is not closed, so that what it was charged may still change: close it first');
});
