/** A small period is planned far longer than it runs, so that what it costs is how many statements it is put into. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { reconcileLedger } from '../../../src/period/reconcile.ts';
import { settingsFor } from '../../e2e/controls/three-months.ts';
import { baseAlone } from '../../scenarios/expected.ts';
import { layOut } from '../../scenarios/lay-out.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-budget-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

/** Reached, not wished for: whoever needs one more statement in every period raises it, and says in the commit what for. */
const budget = 87;

it('a clean period of two files and one price span stays within its statements', async () => {
  const statements: string[] = [];
  const settings = settingsFor(workspace, { onPlan: (statement) => statements.push(statement) });
  const { verdict } = await reconcileLedger({ ...settings, ledgerRoot: await layOut(workspace, '_base', baseAlone), out: join(workspace, 'out'), periods: [] });
  expect(verdict).toBe('pass');
  expect(statements.length, statements.join('\n\n')).toBeLessThanOrEqual(budget);
});
