/** The example ledger through the whole pipeline: every verdict is the planned one, every step and count equals what was injected. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differencesOf, type StepRow } from '../../../scripts/generate/compare-injected.ts';
import { type PeriodRun, reconcileLedger } from '../../../src/period/reconcile.ts';

const root = fileURLToPath(new URL('../../../examples/cometapi', import.meta.url));
let folder = '';
let runs: readonly PeriodRun[] = [];
let injected: readonly InjectedPeriod[] = [];

interface InjectedPeriod {
  readonly period: string;
  readonly verdict: string;
  readonly bridge: readonly StepRow[];
  readonly count_bridge: readonly { readonly step: string; readonly count: number }[];
}

beforeAll(async () => {
  injected = (JSON.parse(await readFile(path.join(root, 'injected.json'), 'utf8')) as { periods: InjectedPeriod[] }).periods;
  folder = await mkdtemp(path.join(os.tmpdir(), 'trueup-example-'));
  const run = await reconcileLedger({
    ledgerRoot: root,
    evidenceRoot: null,
    out: path.join(folder, 'out'),
    periods: [],
    asOf: '2026-06-15',
    through: null,
    lineFiles: ['lines.parquet'],
    toolVersion: '0.0.0-test',
    temporaryRoot: folder,
    memoryBytes: 1_000_000_000n,
    onProgress: () => undefined,
    onPlan: null,
  });
  runs = run.periods;
}, 120_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function runOf(period: string): PeriodRun {
  const found = runs.find((run) => run.period.id === period);
  if (found === undefined) throw new Error(`${period} was not reconciled`);
  return found;
}

describe.each(['2026-03', '2026-04', '2026-05'])('%s', (period) => {
  const planned = (): InjectedPeriod => injected.find((entry) => entry.period === period) ?? { period, verdict: '', bridge: [], count_bridge: [] };

  test('has the planned verdict', () => {
    expect(runOf(period).result.verdict).toBe(planned().verdict);
  });

  test('has the injected amount and count in every step', () => {
    expect(planned().bridge.length).toBe(33);
    expect(differencesOf(planned().bridge, runOf(period).judgement.bridge)).toEqual([]);
  });

  test('has the injected entries in the count bridge', () => {
    const entries = runOf(period).judgement.countBridge.filter(({ step }) => !step.startsWith('invoice_'));
    const computed = entries.map(({ step, count }) => ({ step, count }));
    expect(computed).toEqual(planned().count_bridge);
  });
});

test('the failing month names the findings that its injected kinds call for', () => {
  const codes = new Set(runOf('2026-05').judgement.findings.map(({ code }) => code));
  const wanted = ['unpriced', 'unknown-model', 'missing-token-usage', 'duplicate-charge'] as const;
  const more = ['conflicting-duplicate', 'new-model', 'set-aside', 'export-duplicate', 'threshold-total', 'threshold-counts'] as const;
  expect([...wanted, ...more].filter((code) => !codes.has(code))).toEqual([]);
});
