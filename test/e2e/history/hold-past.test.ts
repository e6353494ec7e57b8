/** The gate over the past: history that was not kept, closes that are computed again, and who approved them. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PastOptions } from '../../../src/gate/gate-options.ts';
import { openPast } from '../../../src/host/git/git-past.ts';
import { openHistory } from '../../../src/host/git/history.ts';
import { sealed } from '../../../src/ledger/lock/sealed-text.ts';
import type { ApprovalPlaces } from '../../../src/model/approval.ts';
import type { GateLedger } from '../../../src/model/gate.ts';
import { gitEnvironment, Repository, temporaryWorkspace } from '../git-repository.ts';
import { judge, judgeAgainst, only } from '../judge-repository.ts';
import { closedLedger, may } from './closed-ledger.ts';

const workspace = temporaryWorkspace();
let origin: Repository;
let repository: Repository;
const commits = { written: '', closed: '' };
let copies = 0;

beforeAll(async () => {
  const made = await closedLedger(workspace);
  origin = made.repository;
  Object.assign(commits, made);
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
beforeEach(() => {
  repository = new Repository(join(workspace, `copy-${(copies += 1)}`));
  cpSync(origin.root, repository.root, { recursive: true });
});

const past = (over: Partial<PastOptions> = {}): { past: PastOptions } => ({
  past: { past: openPast(repository.root, gitEnvironment), parent: null, recompute: 'added', readApproval: null, notes: [], ...over },
});
const said = ({ findings }: GateLedger): string[] => findings.map(({ code, severity, args }) => `${code} ${severity} ${args['problem'] ?? ''}`);

/** Another total, under a seal that holds. */
function restate(): void {
  const lines = repository.read(`${may}/close-1.yaml`).split('\n').slice(0, -2);
  const text = `${lines.join('\n')}\n`.replace(/provider_charged: "?[\d.]+"?/, 'provider_charged: "1"');
  repository.write(`${may}/close-1.yaml`, sealed(text));
}

describe('a close that base does not have', () => {
  it('is computed again, and its approval asked for', async () => {
    const asked: ApprovalPlaces[] = [];
    const readApproval: PastOptions['readApproval'] = async (places) => {
      asked.push(places);
      return { head: 'a'.repeat(40), reviews: [], closeWriters: [], evidenceWriters: [] };
    };
    const ledger = only(await judgeAgainst(repository, commits.written, past({ readApproval })));
    expect(asked).toEqual([{ close: `${may}/close-1.yaml`, evidence: [`${may}/evidence`] }]);
    expect(said(ledger)).toEqual(['approval-not-found fail approval-none']);
    expect([ledger.verdict, ledger.notes]).toEqual(['fail', ['periods/2026-05/close-1.yaml was computed again to the result that it states']]);
  });

  it('fails when it states something else; without an API its approval is said not to be checked', async () => {
    restate();
    const ledger = only(await judgeAgainst(repository, commits.written, past()));
    expect(said(ledger)).toEqual(['result-changed fail other-totals']);
    expect(ledger.verdict).toBe('fail');
    expect(ledger.notes).toEqual(['who approved periods/2026-05/close-1.yaml was not checked: there is no pull request or no API to ask']);
  });

  it('needs no approval where base says so, whatever the change says', async () => {
    const readApproval: PastOptions['readApproval'] = async () => ({ unreadable: 'status 403' });
    repository.git('checkout', '--quiet', '-b', 'lenient', commits.written);
    repository.edit('ledger/trueup.yaml', '  min_linked: "95"', '  rules: { approval-not-found: ignore }\n  min_linked: "95"');
    const lenient = repository.commit('A team of one');
    repository.git('checkout', '--quiet', 'main');
    repository.edit('ledger/trueup.yaml', '  min_linked: "95"', '  rules: { approval-not-found: ignore }\n  min_linked: "95"');
    expect(said(only(await judgeAgainst(repository, commits.written, past({ readApproval }))))).toEqual([
      'rules-loosened warn ',
      'approval-not-found fail approval-unreadable',
    ]);
    expect(said(only(await judgeAgainst(repository, lenient, past({ readApproval }))))).toEqual([]);
  });
});

describe('a push', () => {
  const pushed = async (over: Partial<PastOptions>): Promise<GateLedger> => {
    const history = await openHistory(repository.root, gitEnvironment);
    const parent = (await history?.tree(commits.closed)) ?? null;
    return only(await judge(repository, { mode: 'named', periods: [] }, past({ parent, recompute: 'newest', ...over })));
  };

  it('is held against the commit before it, and the newest close is computed again from the files it names', async () => {
    repository.append('ledger/models.yaml', '# a remark\n');
    repository.commit('A remark');
    const ledger = await pushed({});
    expect([said(ledger), ledger.notes]).toEqual([[], ['periods/2026-05/close-1.yaml was computed again to the result that it states']]);
    repository.append('ledger/prices/cometapi/2026-05-01.yaml', '# a remark\n');
    restate();
    const red = await pushed({});
    expect([red.verdict, said(red)]).toEqual([
      'fail',
      ['closed-file-changed fail history-changed', 'snapshot-changed fail history-changed', 'result-changed fail other-totals'],
    ]);
  });

  it('of a clone without the older files says what it did not compute', async () => {
    repository.append('ledger/models.yaml', '# a remark\n');
    repository.commit('A remark');
    const blind = { ...openPast(repository.root, gitEnvironment), readBlob: async () => null };
    const ledger = await pushed({ past: blind, notes: ['a note of the entry'] });
    expect([said(ledger), ledger.notes]).toEqual([
      [],
      ['periods/2026-05/close-1.yaml was not computed again: a file that it names is not in this clone', 'a note of the entry'],
    ]);
  });
});
