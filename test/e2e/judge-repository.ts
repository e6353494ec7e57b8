/** Judges a repository as an entry does, with everything that an entry settles. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { judgeGate } from '../../src/gate/judge-gate.ts';
import type { GateOptions, GateSubject } from '../../src/gate/gate-options.ts';
import { openHistory } from '../../src/host/git/history.ts';
import type { GateLedger, GateReport } from '../../src/model/gate.ts';
import { gitEnvironment, type Repository } from './git-repository.ts';

/** The checkout against a commit of the repository. */
export async function judgeAgainst(repository: Repository, base: string, options: Partial<GateOptions> = {}): Promise<GateReport> {
  const history = await openHistory(repository.root, gitEnvironment);
  const commit = await history?.resolve(base);
  const tree = typeof commit === 'string' ? await history?.tree(commit) : null;
  if (tree === null || tree === undefined) throw new Error(`no commit ${base}`);
  return judge(repository, { mode: 'change', base: tree }, options);
}

export async function judge(repository: Repository, subject: GateSubject, options: Partial<GateOptions> = {}): Promise<GateReport> {
  const history = await openHistory(repository.root, gitEnvironment);
  if (history === null) throw new Error('no repository');
  const temporaryRoot = `${repository.root}-tmp`;
  mkdirSync(temporaryRoot, { recursive: true });
  return judgeGate({
    subject,
    checkout: await history.checkout(),
    ledgers: [],
    out: join(temporaryRoot, 'out'),
    workspace: temporaryRoot,
    head: null,
    evidenceRoot: null,
    asOf: '2026-07-15',
    through: null,
    lineFiles: [],
    toolVersion: '0.0.0-test',
    temporaryRoot,
    memoryBytes: 1_000_000_000n,
    onProgress: () => undefined,
    onPlan: null,
    ...options,
  });
}

/** The one ledger of a report. */
export function only(report: GateReport): GateLedger {
  const [ledger] = report.ledgers;
  if (ledger === undefined || report.ledgers.length !== 1) throw new Error(`${report.ledgers.length} ledgers`);
  return ledger;
}

/** What was judged, in short: period, verdict, verdict after the merge, whether it decides. */
export function periodsOf({ periods }: GateLedger): readonly (readonly unknown[])[] {
  return periods.map(({ result, afterMerge, decides }) => [result.period.id, result.verdict, afterMerge, decides]);
}

/** The amount of a step; undefined where nothing was computed. */
export function amountOf(ledger: GateLedger, step: string): string | undefined {
  return ledger.periods[0]?.result.bridge.find((row) => row.step === step)?.amount;
}
