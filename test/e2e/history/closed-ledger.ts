/** A repository whose ledger has May frozen and closed and June frozen, and what a change to it is told. */
import { mkdirSync } from 'node:fs';
import { checkHistory } from '../../../src/gate/history/check-history.ts';
import { closePeriod } from '../../../src/period/close-period.ts';
import { freezePeriod } from '../../../src/period/freeze-period.ts';
import { findBaseLedger, readBaseLedger, readBaseState } from '../../../src/gate/base-ledgers.ts';
import { openPast } from '../../../src/host/git/git-past.ts';
import { openHistory } from '../../../src/host/git/history.ts';
import type { BaseTree } from '../../../src/model/base-tree.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { RunSettings } from '../../../src/period/period-facts.ts';
import { validateLedger } from '../../../src/period/reconcile.ts';
import { gitEnvironment, Repository } from '../git-repository.ts';

export const asOf = '2026-07-15';
export const may = 'ledger/periods/2026-05';
export const june = 'ledger/periods/2026-06';

function settingsFor(workspace: string): RunSettings {
  const temporaryRoot = `${workspace}/tmp`;
  mkdirSync(temporaryRoot, { recursive: true });
  return {
    evidenceRoot: null,
    asOf,
    through: null,
    lineFiles: [],
    toolVersion: '0.0.0-test',
    temporaryRoot,
    memoryBytes: 1_000_000_000n,
    onProgress: () => undefined,
    onPlan: null,
  };
}

/** Commits: the ledger as it was written, May frozen and closed by jane, June frozen. */
export async function closedLedger(workspace: string): Promise<{ readonly repository: Repository; readonly written: string; readonly closed: string }> {
  const repository = Repository.created(workspace);
  repository.addLedger('ledger');
  repository.addJune('ledger');
  const written = repository.commit('Write the ledger');
  const settings = settingsFor(workspace);
  const root = `${repository.root}/ledger`;
  for (const period of ['2026-05', '2026-06']) await freezePeriod(root, period, settings);
  const { refusals } = await closePeriod(root, '2026-05', { approvedBy: 'jane', note: null }, settings);
  if (refusals.length > 0) throw new Error(refusals.join(' '));
  return { repository, written, closed: repository.commit('Close May') };
}

/** What history says of the checkout against `base`; `tree` stands in for the clone where the clone does not have base. */
export async function historyOf(repository: Repository, base: string, temporaryRoot: string, tree: BaseTree | null = null): Promise<Finding[]> {
  const history = await openHistory(repository.root, gitEnvironment);
  const known = tree ?? (await history?.tree(base)) ?? null;
  if (history === null || known === null) throw new Error(`no commit ${base}`);
  const checkout = await history.checkout();
  const state = await readBaseState(known, checkout);
  const [folder = ''] = checkout.files.flatMap(({ path }) => (path.endsWith('trueup.yaml') ? [path.slice(0, -'/trueup.yaml'.length)] : []));
  const place = findBaseLedger(state.ledgers, { folder, id: 'acme-llm-spend' });
  if (place === null) throw new Error('no ledger in base');
  const { ledger } = await validateLedger(`${repository.root}/${folder}`, asOf);
  if (ledger === null) throw new Error('the ledger cannot be read');
  const before = await readBaseLedger(state, place, temporaryRoot, (root) => validateLedger(root, asOf));
  const past = openPast(history.root, gitEnvironment);
  return checkHistory({ base: known, baseFolder: place.folder, baseLedger: before.ledger, checkout, folder, ledger, evidenceFolder: null, past });
}

/** In short: code, place, problem. */
export function said(findings: readonly Finding[]): string[] {
  return findings.map(({ code, source, args }) => `${code} ${source?.file}:${source?.line} ${args['problem']}`);
}
