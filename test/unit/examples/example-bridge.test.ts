/** The example ledger through the whole pipeline: every verdict is the planned one, every step and count equals what was injected. */
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { differencesOf, type StepRow } from '../../../scripts/generate/compare-injected.ts';
import { Money } from '../../../src/model/money.ts';
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

describe('2026-02', () => {
  /** Columns of a row by the header. */
  function rowsOf(name: string): Record<string, string>[] {
    const [header = '', ...lines] = readFileSync(path.join(root, 'periods/2026-02/evidence', name), 'utf8').trimEnd().split('\n');
    return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [header.split(',')[index] ?? '', cell])));
  }
  /** In units of 10⁻⁹ USD: 0.40 and 1.60 a million tokens, half of it for batches, 0.04 an image; all × 0.8. */
  const costOf = (row: Record<string, string>): bigint => {
    if (row['meter_image'] !== '') return BigInt(row['meter_image'] ?? '') * 32_000_000n;
    const tokens = BigInt(row['input_tokens'] ?? '') * 320n + BigInt(row['output_tokens'] ?? '') * 1280n;
    return row['service_tier'] === 'batch' ? tokens / 2n : tokens;
  };
  const amount = (step: string): string | undefined => runOf('2026-02').result.bridge.find((row) => row.step === step)?.amount;
  const inUnits = (text = ''): bigint => BigInt(new Money(text).times(1e9).toFixed(0));

  test('passes, with images and batches at their own prices', () => {
    expect(runOf('2026-02').result.verdict).toBe('pass');
    expect(rowsOf('app.csv').some((row) => row['meter_image'] !== '')).toBe(true);
    expect(rowsOf('app.csv').some((row) => row['service_tier'] === 'batch')).toBe(true);
    expect(inUnits(amount('expected'))).toBe(rowsOf('app.csv').reduce((sum, row) => sum + costOf(row), 0n));
  });

  // 12 + 20 + 2 − 29.082986 = 4.917014.
  test('took from the balance what the rows charge', () => {
    const charged = rowsOf('usage.csv').reduce((sum, row) => sum + inUnits(row['charged_amount']), 0n);
    expect([charged, inUnits(amount('provider_charged')), inUnits(amount('balance_drawdown'))]).toEqual([4_917_014_000n, charged, charged]);
    expect(amount('balance_difference')).toBe('0');
  });
});
