/** The comparison with the reference finds a wrong implementation and shows a small ledger for it. */
import { expect, test } from 'vitest';
import type { ReferenceInput } from '../reference/input.ts';
import { referenceObservations } from '../reference/observe.ts';
import { referenceReconcile } from '../reference/reconcile.ts';
import { describeRows, disagreementOn, type Told } from './against-reference.ts';
import { randomLedger } from './random-ledger.ts';

function tell(input: ReferenceInput): Told {
  return { reconciliation: referenceReconcile(input), facts: referenceObservations(input) };
}

/** Wrong in one point: it does not know a reported amount of refunds. */
async function forgetRefunds(input: ReferenceInput): Promise<Told> {
  const { provider } = input.layers;
  const rows = (provider?.rows ?? []).map((row) => (row.kind === 'refund' ? { ...row, charged_amount: null } : row));
  return tell({ ...input, layers: { ...input.layers, provider: provider === null ? null : { ...provider, rows } } });
}

test('the reference agrees with itself', async () => {
  expect(await disagreementOn(1, async (input) => tell(input))).toBeNull();
});

test('a fault comes back as the one row that shows it', { timeout: 60_000 }, async () => {
  let found = null;
  // Where the first difference is about a refund that is set aside, no step of the bridge shows it.
  for (let seed = 0; seed < 100 && !(found?.differences ?? []).some((text) => text.startsWith('steps.')); seed++) {
    found = await disagreementOn(seed, forgetRefunds);
  }
  if (found === null) throw new Error('no seed has a refund that reports an amount');
  expect(describeRows(found.input).split('\n')).toHaveLength(1);
  expect(describeRows(found.input)).toContain('kind=refund');
  // Alone it gives nothing back, so that it is an adjustment.
  expect(found.differences.join('\n')).toContain('steps.adjustment.amount');
});

test('an implementation that throws disagrees', { timeout: 60_000 }, async () => {
  const found = await disagreementOn(2, () => Promise.reject(new Error('no engine')));
  expect(found?.differences).toEqual(['threw: no engine']);
});

test('a fact that is not said, or said otherwise, disagrees', async () => {
  const silent = await disagreementOn(3, async (input) => ({ ...tell(input), facts: [] }));
  expect(silent?.differences.join('\n')).toMatch(/^not said: (status-conflict|leak|stated-amount) /m);
});

test('a sum of what is counted beside tokens that is lost disagrees', async () => {
  const seed = Array.from({ length: 50 }, (_, index) => index).find((one) => (referenceReconcile(randomLedger(one)).meters ?? []).length > 0);
  const forgetful = async (input: ReferenceInput): Promise<Told> => ({ ...tell(input), reconciliation: { ...referenceReconcile(input), meters: [] } });
  expect((await disagreementOn(seed ?? -1, forgetful))?.differences.join('\n')).toContain('meters.');
});
