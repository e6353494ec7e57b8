/** The action over closes and history: a pull request that closes a period, and a push that rewrites the past. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runAction, type ActionRun, type Repository as Workspace } from '../action/run-action.ts';
import { cloneShallow, serveTree } from '../action/shallow-clone.ts';
import { Repository, temporaryWorkspace } from '../git-repository.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import { closedLedger, may } from './closed-ledger.ts';

const workspace = temporaryWorkspace();
let origin: Repository;
let repository: Repository;
let copies = 0;
let github: GitHubServer;
const commits = { written: '', closed: '' };
const visible = { full_name: 'acme/ledger', private: true, visibility: 'private' };

beforeAll(async () => {
  const made = await closedLedger(workspace);
  origin = made.repository;
  Object.assign(commits, made);
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));
beforeEach(async () => {
  // A run leaves its results in the workspace, where the next test would commit them.
  repository = new Repository(join(workspace, `copy-${(copies += 1)}`));
  cpSync(origin.root, repository.root, { recursive: true });
  github = await startGitHub();
});
afterEach(() => github.close());

const workspaceOf = (): Workspace => ({
  folder: repository.root,
  write: (name, change) => repository.write(name, change(repository.read(name))),
  git: (...arguments_) => repository.git(...arguments_),
  commit: () => repository.commit('A change'),
  remove: () => undefined,
});

const run = async (event: string, payload: object, checkout: Workspace = workspaceOf()): Promise<ActionRun> =>
  runAction(checkout, { event, payload: { repository: visible, ...payload }, apiUrl: github.url, inputs: { 'as-of': '2026-07-15' } });

describe('a pull request that closes a period', () => {
  const pull = () => {
    github.state.pulls.push({ number: 7, state: 'open', head: { sha: commits.closed, label: 'acme:close' }, base: { sha: commits.written, ref: 'main' } });
    const author = { name: 'jane', email: 'jane@example.org' };
    for (const path of [`${may}/close-1.yaml`, `${may}/evidence/provider.csv`]) {
      github.state.writings.push({ path, sha: commits.closed, author: { login: 'bob' }, commit: { message: 'Close May', author } });
    }
    return { pull_request: { number: 7, head: { sha: commits.closed, repo: { full_name: 'acme/ledger' } }, base: { sha: commits.written } } };
  };

  it('fails without the approval that the close states, and passes with it, once it is reviewed', async () => {
    const payload = pull();
    const without = await run('pull_request', payload);
    expect([without.code, without.outputs['verdict']]).toEqual([1, 'fail']);
    expect(without.log).toContain('title=approval-not-found');
    github.state.reviews.push({ pull: 7, user: { login: 'jane' }, state: 'APPROVED', commit_id: commits.closed });
    const reviewed = await run('pull_request_review', payload);
    expect(reviewed.log).not.toContain('approval-not-found');
    expect([reviewed.code, reviewed.outputs['verdict']]).toEqual([0, 'pass']);
  });
});

describe('a push', () => {
  it('that changes a snapshot and a closed period fails against the commit before it', async () => {
    repository.append('ledger/prices/cometapi/2026-05-01.yaml', '# a remark\n');
    repository.commit('A remark');
    repository.append(`${may}/invoice.txt`, 'More.\n');
    repository.commit('A correction');
    const { code, log } = await run('push', { before: commits.closed });
    // The invoice is frozen with the evidence: what it belongs to cannot be computed again.
    expect(code).toBe(2);
    expect(log).toContain('title=snapshot-changed');
    expect(log).toContain('title=closed-file-changed');
  });

  it('is held against that commit over the API, where the clone is one commit deep', async () => {
    repository.git('mv', 'ledger/prices/cometapi/2026-05-01.html', 'ledger/prices/cometapi/page.html');
    repository.append(`${may}/close-1.yaml`, '# a remark\n');
    const head = repository.commit('A tidy-up');
    serveTree(github.state, workspaceOf(), commits.closed);
    const shallow = cloneShallow(workspaceOf(), head);
    try {
      const { code, log } = await run('push', { before: commits.closed }, shallow);
      expect(code).toBe(2);
      expect(log).toContain('title=snapshot-changed');
      expect(log).toContain('renamed');
      expect(log).toContain('title=closed-file-changed');
      expect(log).toContain('unknown (shallow clone)');
    } finally {
      shallow.remove();
    }
  });
});
