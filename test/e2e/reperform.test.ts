/** The lines give the bridge back: by sums of their columns, by every cut, and recomputed from quantities and prices by Python's standard library alone. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rowSteps } from '../../src/model/bridge.ts';
import { readCsv } from '../../src/drills/faults/source-table.ts';
import { amountOf, formatMoney, moneyOf, sumMoney } from '../../src/model/money.ts';
import type { Result, ResultCut } from '../../src/model/result.ts';
import { reconcileLedger } from '../../src/period/reconcile.ts';
import { reperformScript } from '../../src/report/packet/reperform-script.ts';
import { seedCount } from '../properties/drawn-seeds.ts';
import { randomLedger } from '../properties/random-ledger.ts';
import { writeLedger } from '../properties/write-ledger.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-reperform-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
const script = join(workspace, 'reperform.py');
writeFileSync(script, reperformScript);

const python = spawnSync('python3', ['--version']).status === 0;
const seeds = Array.from({ length: seedCount }, (_, index) => index);
const example = join(import.meta.dirname, '../../examples/cometapi');
const base = join(import.meta.dirname, '../scenarios/_base');

type Row = Readonly<Record<string, string>>;

async function run(ledgerRoot: string, periods: readonly string[], asOf: string): Promise<{ folder: string; result: Result; lines: readonly Row[] }> {
  const { periods: runs } = await reconcileLedger({
    ledgerRoot,
    evidenceRoot: null,
    out: join(workspace, 'out'),
    periods,
    asOf,
    through: null,
    lineFiles: ['lines.parquet', 'lines.csv'],
    toolVersion: '0.0.0-test',
    temporaryRoot: workspace,
    memoryBytes: 1_000_000_000n,
    onProgress: () => undefined,
    onPlan: null,
  });
  const [only] = runs;
  if (only === undefined) throw new Error('nothing was run');
  const [head = [], ...rows] = readCsv(readFileSync(join(only.folder, 'lines.csv'), 'utf8')).map(({ fields }) => fields);
  return { folder: only.folder, result: only.result, lines: rows.map((row) => Object.fromEntries(head.map((name, index) => [name, plain(row[index] ?? '')]))) };
}

/** Without the apostrophe that keeps a spreadsheet from running a text. */
function plain(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

function reperform(folder: string): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync('python3', [script, folder], { encoding: 'utf8' });
  return { code: status, said: `${stdout}${stderr}`.trimEnd().split('\n').slice(-3).join('\n') };
}

function sumsOf(lines: readonly Row[]): Record<string, string> {
  return Object.fromEntries(rowSteps.map((step) => [step, formatMoney(sumMoney(lines.map((line) => moneyOf(amountOf(line[step] || '0')))))]));
}

function stepsOf(bridge: ResultCut['bridge']): Record<string, string> {
  return Object.fromEntries(rowSteps.map((step) => [step, bridge.find((row) => row.step === step)?.amount ?? '0']));
}

/** Sums by a column against the cut of its name; keys without money are in neither. */
function expectCut(lines: readonly Row[], column: string, cuts: readonly ResultCut[]): void {
  const keys = new Set(lines.map((line) => line[column] || '(none)'));
  const summed = Object.fromEntries([...keys].map((key) => [key, sumsOf(lines.filter((line) => (line[column] || '(none)') === key))]));
  const isMoved = (steps: Readonly<Record<string, string>>): boolean => Object.values(steps).some((amount) => amount !== '0');
  const moved = (all: Readonly<Record<string, Record<string, string>>>) => Object.fromEntries(Object.entries(all).filter(([, steps]) => isMoved(steps)));
  expect(moved(summed)).toEqual(moved(Object.fromEntries(cuts.map(({ key, bridge }) => [key, stepsOf(bridge)]))));
}

function expectPivot({ result, lines }: { readonly result: Result; readonly lines: readonly Row[] }): void {
  expect(sumsOf(lines)).toEqual(stepsOf(result.bridge));
  expectCut(lines, 'service', result.by_service);
  expectCut(lines, 'cost_center', result.by_cost_center);
  expectCut(lines, 'day', result.by_day);
  expectCut(lines, 'role', result.by_role);
  expectCut(lines, 'prompt_version', result.by_prompt_version);
  expectCut(lines, 'retry_reason', result.by_retry_reason);
  expectCut(lines, 'incident', result.by_incident);
}

describe('a known ledger', { timeout: 120_000 }, () => {
  it.each(['2026-03', '2026-04', '2026-05'])('%s', async (period) => {
    const month = await run(example, [period], '2026-06-15');
    expectPivot(month);
    if (python) expect(reperform(month.folder)).toMatchObject({ code: 0 });
  });

  it.skipIf(!python)('is refused by the script after any one change', async () => {
    const { folder } = await run(base, ['2026-05'], '2026-06-15');
    const [lines, result] = ['lines.csv', 'result.json'].map((name) => [join(folder, name), readFileSync(join(folder, name), 'utf8')] as const);
    const changed = (file: readonly [string, string] | undefined, find: RegExp, put: string): number | null => {
      const [path = '', text = ''] = file ?? [];
      const edited = text.replace(find, put);
      expect(edited).not.toBe(text);
      writeFileSync(path, edited);
      const { code } = reperform(folder);
      writeFileSync(path, text);
      return code;
    };
    expect(reperform(folder).code).toBe(0);
    // A charge, a quantity, a price, a row that is gone, a step of the bridge that held nothing, and a sum.
    expect(changed(lines, /,0\.10800000,,,,own/, ',0.10800002,,,,own')).toBe(1);
    expect(changed(lines, /,80000,1\.000,/, ',80001,1.000,')).toBe(1);
    expect(changed(lines, /,80000,1\.000,/, ',80000,1.001,')).toBe(1);
    expect(changed(lines, /\ncharge,[^\n]*/, '')).toBe(1);
    expect(changed(result, /"step": "retry",\s+"amount": "0"/, '"step": "retry", "amount": "0.1"')).toBe(1);
    expect(changed(result, /"step": "provider_charged",\s+"amount": "0\.42/, '"step": "provider_charged", "amount": "0.43')).toBe(1);
  });
});

describe('a random ledger', { timeout: 60_000 }, () => {
  it.each(seeds)('pivots back and is performed again: seed %i', async (seed) => {
    const root = join(workspace, `ledger-${seed}`);
    await writeLedger(randomLedger(40_000 + seed), root);
    const month = await run(root, ['2026-05'], '2026-07-01');
    expectPivot(month);
    if (python) expect({ seed, ...reperform(month.folder) }).toMatchObject({ seed, code: 0 });
    rmSync(root, { recursive: true });
  });
});

it('is one page that imports nothing but the standard library', () => {
  expect(reperformScript.split('\n').length).toBeLessThanOrEqual(130);
  expect([...reperformScript.matchAll(/^(?:import|from) (.*)$/gm)].map((match) => match[1])).toEqual(['csv, json, os, sys', 'fractions import Fraction']);
  if (python) execFileSync('python3', ['-m', 'py_compile', script]);
});
