/** Runs the pipeline over a laid out scenario, as the command line does. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { defaultTrinoPatience, openTrino } from '../../src/host/trino/ask-trino.ts';
import type { RunSettings } from '../../src/period/period-facts.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { Verdict } from '../../src/model/verdict.ts';
import { reconcileLedger, type PeriodRun } from '../../src/period/reconcile.ts';
import { renderTerminal } from '../../src/report/render-terminal.ts';
import type { Expected } from './expected.ts';
import { plainScreen } from '../plain-screen.ts';

export interface ScenarioRun {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** null when the ledger could not be read. */
  readonly period: PeriodRun | null;
  /** What a person gets to read; null when there is nothing but findings of the ledger. */
  readonly views: { readonly report: string; readonly terminal: string } | null;
}

/** Nothing listens there. */
function awayCluster(folder: string): NonNullable<RunSettings['wide']> {
  const place = { url: 'http://127.0.0.1:9', user: 'trueup', catalog: 'hive', folder, location: 'local:///shared' };
  return { place, client: openTrino(place, null, defaultTrinoPatience({ now: () => Date.now(), wait: async () => undefined })) };
}

export async function runReconcile(root: string, expected: Expected): Promise<ScenarioRun> {
  const temporaryRoot = `${root}-tmp`;
  mkdirSync(temporaryRoot);
  const run = await reconcileLedger({
    ledgerRoot: root,
    evidenceRoot: null,
    out: join(temporaryRoot, 'out'),
    periods: [expected.period],
    asOf: expected.asOf,
    through: expected.through ?? null,
    lineFiles: [],
    toolVersion: '0.0.0-test',
    temporaryRoot,
    memoryBytes: 1_000_000_000n,
    onProgress: (_, { stage }) => {
      if (stage !== 'matching') return;
      for (const { path, text } of expected.whileMatching ?? []) appendFileSync(join(root, path), text);
    },
    onPlan: null,
    ...(expected.cluster === undefined ? {} : { wide: awayCluster(temporaryRoot) }),
    findEngine:
      expected.engine === undefined
        ? undefined
        : async () => ({ from: 'nowhere', problem: expected.engine!, detail: 'a | `detail` @of npm', folder: '/tools/x' }),
  });
  const [period = null] = run.periods;
  if (period === null) return { verdict: run.verdict, findings: run.findings, period, views: null };
  const { judgement, result, report, before } = period;
  return {
    verdict: run.verdict,
    findings: judgement.findings,
    period,
    views: { report, terminal: renderTerminal({ result, findings: judgement.findings, before }, 'all', plainScreen) },
  };
}
