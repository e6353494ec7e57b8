/** Runs every scenario: a small ledger laid over `_base`, one thing wrong with it, and what Trueup must say. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtInFormats } from '../src/evidence/formats/built-in-formats.ts';
import { importRunbook } from '../src/ledger/new/import/import-runbook.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import type { Finding } from '../src/model/finding.ts';
import type { Verdict } from '../src/model/verdict.ts';
import { expectInertReport, expectInertTerminal } from './scenarios/expect-inert.ts';
import { baseAlone, scenarios, scenariosOf, type Expected } from './scenarios/expected.ts';
import { factsOf } from './scenarios/facts-of.ts';
import { layOut } from './scenarios/lay-out.ts';
import { runReconcile, type ScenarioRun } from './scenarios/run-reconcile.ts';

const workspace = mkdtempSync(join(tmpdir(), 'trueup-scenarios-'));
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

describe('validate', () => {
  it('finds nothing wrong with the base', async () => {
    const { ledger, findings } = await readLedger(join(scenarios, '_base'), { asOf: '2026-06-15', builtInFormats });
    expect(findings).toEqual([]);
    expect(ledger?.periods.map((period) => period.id)).toEqual(['2026-05']);
  });

  it.each(scenariosOf('validate'))('%s', async (name, expected) => {
    const { findings } = await readLedger(await layOut(workspace, name, expected), { asOf: expected.asOf, builtInFormats });
    expectFindings(findings, expected);
    expect(exitOf(findings)).toBe(expected.exit);
  });
});

describe('import', () => {
  it.each(scenariosOf('import'))('%s', async (name, expected) => {
    const { findings } = await importRunbook(join(scenarios, name, 'runbook.json'), join(workspace, name));
    expectFindings(findings, expected);
    expect(exitOf(findings)).toBe(expected.exit);
  });
});

// Most of a run is spent in the engine's own threads, so several runs share the cores well.
describe.concurrent('reconcile', { timeout: 60_000 }, () => {
  it('passes the base without a finding', async () => {
    const run = await runReconcile(await layOut(workspace, '_base', baseAlone), baseAlone);
    expect(run.findings).toEqual([]);
    expect(run.verdict).toBe('pass');
  });

  it.each(scenariosOf('reconcile'))('%s', async (name, expected) => {
    const run = await runReconcile(await layOut(workspace, name, expected), expected);
    expectFindings(run.findings, expected);
    expect(run.verdict).toBe(expected.verdict);
    expect(exitCodes[run.verdict]).toBe(expected.exit);
    expectFigures(run, expected);
    if (run.views === null) return;
    expectInertReport(run.views.report);
    expectInertTerminal(run.views.terminal);
  });
});

const exitCodes: Readonly<Record<Verdict, number>> = { pass: 0, warn: 0, fail: 1, inconclusive: 2 };

function expectFindings(findings: readonly Finding[], expected: Expected): void {
  expect(factsOf(findings, expected.findings)).toEqual(expected.findings);
}

function exitOf(findings: readonly Finding[]): number {
  if (findings.some((found) => found.severity === 'inconclusive')) return 2;
  return findings.some((found) => found.severity === 'fail') ? 1 : 0;
}

function expectFigures({ period }: ScenarioRun, expected: Expected): void {
  const amounts = new Map<string, string>(period?.judgement.bridge.map(({ step, amount }) => [step, amount]));
  const excepted = new Map<string, string>(period?.judgement.bridge.map((row) => [row.step, row.excepted]));
  const counts = new Map<string, number>(period?.judgement.countBridge.map(({ step, count }) => [step, count]));
  expect(Object.fromEntries(Object.keys(expected.bridge ?? {}).map((step) => [step, amounts.get(step)]))).toEqual(expected.bridge ?? {});
  expect(Object.fromEntries(Object.keys(expected.excepted ?? {}).map((step) => [step, excepted.get(step)]))).toEqual(expected.excepted ?? {});
  expect(Object.fromEntries(Object.keys(expected.counts ?? {}).map((step) => [step, counts.get(step)]))).toEqual(expected.counts ?? {});
  for (const [cut, charged] of [
    ['by_key', expected.keys],
    ['by_account', expected.accounts],
  ] as const) {
    if (charged === undefined) continue;
    expect(Object.fromEntries(period?.judgement.cuts[cut].map(({ key, totals }) => [key, totals.provider_charged]) ?? [])).toEqual(charged);
  }
  if (expected.days !== undefined) expect(period?.judgement.cuts.by_day.map(({ key }) => key).sort()).toEqual(expected.days);
}
