/** Payloads of every event, and the base that a change is held against. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../../src/host/github/environment.ts';
import { readEvent, type Event } from '../../../../src/host/github/event.ts';
import { findBase, readVisibility } from '../../../../src/host/github/repository-facts.ts';
import { apiFor } from '../../../e2e/action/run-announcement.ts';
import { startGitHub, type GitHubServer } from '../../../e2e/github-server/github-server.ts';

const sha = (letter: string): string => letter.repeat(40);
const [head, base, merge] = [sha('a'), sha('b'), sha('c')];
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trueup-event-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const variables = (name: string): Record<string, string> => ({
  GITHUB_REPOSITORY: 'acme/ledger',
  GITHUB_EVENT_NAME: name,
  GITHUB_EVENT_PATH: join(folder, 'event.json'),
  GITHUB_RUN_ID: '100',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_SHA: merge,
  GITHUB_WORKSPACE: folder,
  RUNNER_TEMP: folder,
});
const event = async (name: string, payload: unknown, periods: readonly string[] = []): Promise<Event> => {
  writeFileSync(join(folder, 'event.json'), JSON.stringify(payload));
  return readEvent(readEnvironment(variables(name)), periods);
};
const repository = { full_name: 'acme/ledger', private: true };
const pull = (from: string | null) => ({
  repository: { ...repository, visibility: 'public' },
  pull_request: { number: 7, head: { sha: head, repo: from === null ? null : { full_name: from } }, base: { sha: base } },
});

describe('readEvent', () => {
  it('pull_request', async () => {
    expect(await event('pull_request', pull('acme/ledger'))).toEqual({
      name: 'pull_request',
      mode: 'change',
      pullNumber: 7,
      headSha: head,
      baseSha: base,
      visibility: 'public',
      origin: 'own',
      judgedRun: null,
    });
  });

  it.each(['mallory/ledger', null])('pull_request from a fork (%s)', async (from) => {
    expect(await event('pull_request', pull(from))).toMatchObject({ origin: 'fork' });
  });

  it('merge_group without a pull request', async () => {
    const found = await event('merge_group', { repository, merge_group: { head_sha: head, base_sha: base } });
    expect(found).toMatchObject({ mode: 'change', pullNumber: null, headSha: head, baseSha: base, visibility: 'private' });
  });

  it('a push names the commit before it, unless the branch is new', async () => {
    expect(await event('push', { before: sha('b') })).toMatchObject({ mode: 'open', baseSha: sha('b') });
    expect(await event('push', { before: '0'.repeat(40) })).toMatchObject({ baseSha: null });
  });

  it('a review judges its pull request again', async () => {
    const pull = { number: 7, head: { sha: sha('a') }, base: { sha: sha('b') } };
    expect(await event('pull_request_review', { pull_request: pull })).toMatchObject({ mode: 'change', pullNumber: 7, headSha: sha('a') });
  });

  it.each(['push', 'schedule', 'workflow_dispatch'])('%s judges what is open', async (name) => {
    expect(await event(name, { repository })).toMatchObject({ mode: 'open', pullNumber: null, headSha: merge, baseSha: null });
  });

  it('workflow_dispatch with periods judges these', async () => {
    expect(await event('workflow_dispatch', {}, ['2026-05'])).toMatchObject({ mode: 'named', visibility: null });
  });

  it('periods do not free a pull request from its base', async () => {
    expect(await event('pull_request', pull('acme/ledger'), ['2026-05'])).toMatchObject({ mode: 'change' });
  });

  it('workflow_run names the run that was judged', async () => {
    const run = { head_sha: head, head_branch: 'topic', head_repository: { owner: { login: 'mallory' } } };
    expect((await event('workflow_run', { repository, workflow_run: run })).judgedRun).toEqual({ headSha: head, head: 'mallory:topic' });
    expect((await event('workflow_run', { repository, workflow_run: { head_sha: head, head_repository: null } })).judgedRun).toEqual({
      headSha: head,
      head: null,
    });
  });

  it('an internal repository is not public', async () => {
    expect(await event('push', { repository: { ...repository, private: false, visibility: 'internal' } })).toMatchObject({ visibility: 'private' });
  });

  it('pull_request_target is refused', async () => {
    await expect(event('pull_request_target', pull('mallory/ledger'))).rejects.toThrow('pull_request_target');
  });

  it.each([['[]'], ['{"pull_request":{"number":"7"}}'], ['{']])('a payload that is none is refused: %s', async (text) => {
    writeFileSync(join(folder, 'event.json'), text);
    await expect(readEvent(readEnvironment(variables('pull_request')), [])).rejects.toThrow('cannot be read');
  });
});

describe('readEnvironment', () => {
  it('names what is missing outside of a runner', () => {
    expect(() => readEnvironment({ GITHUB_RUN_ID: 'x' })).toThrow('GITHUB_REPOSITORY, GITHUB_EVENT_NAME, GITHUB_RUN_ID, GITHUB_WORKSPACE, RUNNER_TEMP');
  });

  it('takes empty variables for absent ones', () => {
    expect(readEnvironment({ ...variables('push'), GITHUB_API_URL: '', GITHUB_STEP_SUMMARY: '', https_proxy: '' })).toMatchObject({
      apiUrl: 'https://api.github.com',
      summaryFile: null,
      runId: 100,
      runAttempt: 2,
    });
  });
});

describe('findBase', () => {
  let github: GitHubServer;
  const clone = (sha: string, parents: readonly string[], known: string | null = null) => ({ sha, parents, mergeBase: async () => known });

  beforeEach(async () => {
    github = await startGitHub();
    github.state.pulls.push({ number: 7, state: 'open', head: { sha: head, label: 'acme:topic' }, base: { sha: sha('d'), ref: 'main' } });
    github.state.mergeBase = sha('e');
  });
  afterEach(() => github.close());

  it("is the first parent of GitHub's merge commit, without asking", async () => {
    const found = await event('pull_request', pull('acme/ledger'));
    expect(await findBase(apiFor(github.url), 'acme/ledger', found, clone(merge, [sha('f'), head]))).toBe(sha('f'));
    expect(github.requests).toEqual([]);
  });

  it('asks for the parents where the clone is cut off', async () => {
    github.state.commits.set(merge, [sha('f'), head]);
    const found = await event('pull_request', pull('acme/ledger'));
    expect(await findBase(apiFor(github.url), 'acme/ledger', found, clone(merge, []))).toBe(sha('f'));
  });

  it('is where base and head part when the head itself is checked out', async () => {
    const found = await event('pull_request', pull('acme/ledger'));
    expect(await findBase(apiFor(github.url), 'acme/ledger', found, clone(head, [sha('1')]))).toBe(sha('e'));
    expect(github.requests.at(-1)).toBe(`GET /repos/acme/ledger/compare/${sha('d')}...${head}`);
    expect(await findBase(apiFor(github.url), 'acme/ledger', found, clone(head, [sha('1')], sha('9')))).toBe(sha('9'));
    expect(await findBase(null, 'acme/ledger', found, clone(head, [sha('1')], sha('8')))).toBe(sha('8'));
  });

  it("is the group's own base in a merge queue, and none elsewhere", async () => {
    const group = await event('merge_group', { merge_group: { head_sha: head, base_sha: base } });
    expect(await findBase(null, 'acme/ledger', group, clone(head, []))).toBe(base);
    expect(await findBase(null, 'acme/ledger', await event('push', {}), clone(head, []))).toBeNull();
  });
});

describe('readVisibility', () => {
  it('asks where the payload is silent, and takes the unknown for public', async () => {
    const github = await startGitHub();
    try {
      expect(await readVisibility(apiFor(github.url), 'acme/ledger', null)).toBe('private');
      expect(await readVisibility(apiFor(github.url), 'acme/other', null)).toBe('public');
      expect(await readVisibility(null, 'acme/ledger', null)).toBe('public');
      expect(await readVisibility(null, 'acme/ledger', 'private')).toBe('private');
    } finally {
      await github.close();
    }
  });
});
