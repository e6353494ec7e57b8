/** The tenant of a row survives to the lines, so that cost can be allocated by it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { reconcileLedger } from '../../../src/period/reconcile.ts';
import { baseAlone } from '../../scenarios/expected.ts';
import { layOut } from '../../scenarios/lay-out.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-tenant-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const evidence = 'periods/2026-05/evidence';
const edit = [
  { path: `${evidence}/application.csv`, find: 'cost_center,internal_name', put: 'tenant,internal_name' },
  {
    path: `${evidence}/application.csv`,
    find: '2026-05-02T08:15:00Z,acct_redacted,production,chat,support',
    put: '2026-05-02T08:15:00Z,acct_redacted,production,chat,acme',
  },
  {
    path: `${evidence}/application.csv`,
    find: '2026-05-03T09:30:00Z,acct_redacted,production,chat,support',
    put: '2026-05-03T09:30:00Z,acct_redacted,production,chat,',
  },
];

it('on the line of the charge, null where the row names none', { timeout: 60_000 }, async () => {
  const root = await layOut(workspace, '_base', { ...baseAlone, edit });
  const run = await reconcileLedger({
    ledgerRoot: root,
    evidenceRoot: null,
    out: join(workspace, 'out'),
    periods: ['2026-05'],
    asOf: '2026-06-15',
    through: null,
    lineFiles: ['lines.csv'],
    toolVersion: '0.0.0-test',
    temporaryRoot: workspace,
    memoryBytes: 1_000_000_000n,
    onProgress: () => undefined,
    onPlan: null,
    findEngine: undefined,
  });
  expect(run.findings).toEqual([]);
  const [head = '', ...rows] = readFileSync(join(workspace, 'out/2026-05/lines.csv'), 'utf8')
    .split('\n')
    .map((line) => line.split(','));
  const valueOf = (request: string, column: string) => rows.find((row) => row[head.indexOf('request_id')] === request)?.[head.indexOf(column)];
  expect(valueOf('req-001', 'tenant')).toBe('acme');
  expect(valueOf('req-002', 'tenant')).toBe('');
  expect(valueOf('req-001', 'cost_center')).toBe('');
});
