/** The gate on a terminal: what `trueup reconcile --base` prints when nothing else is asked for. */
import { expect, it } from 'vitest';
import { renderGateTerminal } from '../../../src/report/render-gate-terminal.ts';
import { plainScreen } from '../../plain-screen.ts';
import { sampleGate, sampleLedger, samplePeriod } from './sample-gate.ts';

const said = (change: Parameters<typeof sampleLedger>[1]): string =>
  renderGateTerminal(sampleGate(undefined, { ledgers: [sampleLedger(undefined, change)] }), 'all', plainScreen);

it('says the verdict of the ledger, what was edited, and what each edit does by itself', () => {
  const text = said({});
  expect(text).toMatch(/^FAIL ledger acme\n/);
  expect(text).toContain('After the merge: WARN\n');
  expect(text).toContain(
    'trueup.yaml: policy, finalized_through_utc\n    policy.total.fail.percent: 1 → 5 (looser)\n    policy.counts.fail.percent: 0.5 → 0.1 (tighter)\n',
  );
  expect(text).toContain('contract.yaml: billing rules, exceptions\n    billing.rounding.mode: nothing → up (may be looser)\n    and 3 more\n');
  expect(text).toContain('2026-05: cometapi/2026-05-01 → cometapi/2026-05-02\n    gpt-4.1-nano input: 0.08 → 0.064\n');
  expect(text).toContain('WARN → FAIL\n    Expected by our own log: 1234.5678 → 1300\n    Billed at other prices than ours: 0 → -3.5\n');
  expect(text).toContain('could not be computed');
  expect(text).not.toContain('Retries: 12.3 →');
});

it('says that there is nothing to judge', () => {
  expect(said({ id: null, verdict: 'not-applicable', findings: [], periods: [], edits: [], effects: [], prices: [], notes: [] })).toBe(
    'NOT APPLICABLE ledger ledgers/acme: nothing to judge\n',
  );
});

it('says of a change of nothing but rules that its verdicts are shown only', () => {
  const text = said({ periods: [samplePeriod(undefined, { decides: false, folder: null })] });
  expect(text).toContain('After the merge: WARN; shown only, nothing but rules is edited\n');
  expect(text).not.toContain('Wrote');
  expect(said({ periods: [samplePeriod(undefined, { afterMerge: null })] })).not.toContain('After the merge');
});

it('colours the verdict where colour is wanted', () => {
  expect(renderGateTerminal(sampleGate(), 'screen', { ...plainScreen, colour: 'ansi' })).toContain('\u001b[');
});

it('says no more than a line for each period where no more is asked for', () => {
  const text = renderGateTerminal(sampleGate(), 'line', plainScreen);
  expect(text.trimEnd().split('\n')).toHaveLength(2);
  expect(text).toMatch(/^FAIL ledger acme\nFAIL Do not approve May 2026: /);
});
