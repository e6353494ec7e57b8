/** Every operation that the room asks of GitHub, driven against a server that holds requests and answers against GitHub's published descriptions; and those judges can say no. */
import { describe, expect, it } from 'vitest';
import { apiBaseTree } from '../../../src/host/github/api-base-tree.ts';
import type { ApiClient } from '../../../src/host/github/api-client.ts';
import { createCheckRun } from '../../../src/host/github/check-run.ts';
import { findBase, pullsWithHead, readVisibility } from '../../../src/host/github/repository-facts.ts';
import { readReviews, readWriters } from '../../../src/host/github/reviews.ts';
import { postComment, type CommentPlan } from '../../../src/host/github/sticky-comment.ts';
import { keepTrackingIssue, type IssuePlan } from '../../../src/host/github/tracking-issue.ts';
import { commentMarker, parseMarker } from '../../../src/report/comment-marker.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import { described, describedBy, type Asked } from '../github-server/openapi.ts';
import { newExchangeJudge } from '../github-server/judged-exchange.ts';
import { routesInSource } from '../github-server/routes-in-source.ts';
import { routes } from '../github-server/routes.ts';
import { apiFor, pullEvent } from './run-announcement.ts';

const sha = (letter: string): string => letter.repeat(40);
const repository = 'acme/ledger';

function fill({ state }: GitHubServer): void {
  const author = { name: 'Bob', email: 'bob@example.org' };
  state.pulls.push({ number: 7, state: 'open', head: { sha: sha('a'), label: 'acme:topic' }, base: { sha: sha('b'), ref: 'main' } });
  for (const said of ['APPROVED', 'COMMENTED'] as const) state.reviews.push({ pull: 7, user: { login: 'jane' }, state: said, commit_id: sha('a') });
  state.reviews.push({ pull: 7, user: null, state: 'DISMISSED', commit_id: null });
  state.writings.push({ path: 'close-1.yaml', sha: sha('a'), author: null, commit: { message: 'Close', author } });
  state.commits.set(sha('c'), [sha('d'), sha('e')]);
  state.mergeBase = sha('f');
  const entry = { path: 'trueup.yaml', mode: '100644', type: 'blob', sha: sha('1') } as const;
  state.trees.set(sha('b'), {
    sha: sha('b'),
    all: { truncated: true, tree: [] },
    one: [
      { path: 'ledger', mode: '040000', type: 'tree', sha: sha('2') },
      { path: 'module', mode: '160000', type: 'commit', sha: sha('3') },
    ],
  });
  state.trees.set(sha('2'), { sha: sha('2'), all: { truncated: false, tree: [entry] }, one: [entry] });
  state.blobs.set(sha('1'), Buffer.from('id: acme\n'));
}

const marker = (run: number) => ({ tool: 'trueup' as const, key: 'k', run_id: run, attempt: 1, head_sha: sha('a'), digest: `sha256:${'0'.repeat(64)}` });
const rest = { repository, readMarker: parseMarker, retryMilliseconds: 5 };

async function comment(api: ApiClient, run: number, words: string): Promise<string> {
  const render = (): string => `${commentMarker(marker(run))}\n\n${words}`;
  const plan: CommentPlan = { ...rest, pullNumber: 7, marker: marker(run), intent: 'create', render };
  return (await postComment(api, plan)).done;
}

async function track(api: ApiClient, run: number, trouble: readonly string[]): Promise<string> {
  const plan: IssuePlan = {
    ...rest,
    marker: marker(run),
    trouble,
    stillOpen: async () => [],
    alert: async () => [],
    title: 'Trouble',
    render: ({ open }) => `${commentMarker({ ...marker(run), open: [...open] })}\n\n${open.join()}`,
    closingNote: 'All is well.',
  };
  return (await keepTrackingIssue(api, plan)).done;
}

/** Everything that the room can ask. */
async function driveAll(github: GitHubServer, api: ApiClient): Promise<void> {
  fill(github);
  expect(await readVisibility(api, repository, null)).toBe('private');
  expect(await pullsWithHead(api, repository, sha('a'), 'acme:topic')).toHaveLength(1);
  expect(await readReviews(api, repository, 7)).toHaveLength(1);
  expect(await readWriters(api, repository, sha('a'), 'close-1.yaml')).toHaveLength(1);
  expect([await comment(api, 1, 'a'), await comment(api, 2, 'b')]).toEqual(['created', 'edited']);
  github.state.comments.push({ ...github.state.comments[0]!, id: 5000 });
  expect(await comment(api, 3, 'c')).toBe('edited');
  expect(github.state.comments).toHaveLength(1);
  expect([await track(api, 1, ['x']), await track(api, 2, ['y']), await track(api, 3, [])]).toEqual(['opened', 'edited', 'closed']);
  const check = { repository, headSha: sha('a'), name: 'Trueup', conclusion: 'neutral', title: 'a', render: () => 'b', externalId: '1-1' } as const;
  expect(await createCheckRun(api, check)).toContain('/runs/1');
  const shallow = { sha: sha('c'), parents: [], mergeBase: async () => null };
  expect(await findBase(api, repository, { ...pullEvent, headSha: sha('a') }, shallow)).toBe(sha('f'));
  const tree = apiBaseTree(api, repository, sha('b'));
  expect((await tree.list('')).map(({ path }) => path)).toEqual(['ledger/trueup.yaml', 'module']);
  expect((await tree.read('ledger/trueup.yaml'))?.toString()).toBe('id: acme\n');
}

describe.each(['cloud', 'enterprise'] as const)('every operation, %s', (kind) => {
  it('is one that GitHub describes, and asked and answered as it describes it', async () => {
    const github = await startGitHub(kind);
    await driveAll(github, apiFor(github.url));
    await github.close();
    const { driven } = github.judge;
    expect([...driven.keys()].sort()).toEqual(routesInSource());
    expect(Object.keys(routes).sort()).toEqual(routesInSource());
    // Every REST request was held against both descriptions, and its answer too.
    const exchanges = github.requests.filter((line) => !line.endsWith('/graphql')).length;
    expect([driven.size, [...driven.values()].reduce((sum, count) => sum + count, 0)]).toEqual([17, exchanges]);
    expect(exchanges).toBeGreaterThanOrEqual(30);
  });
});

describe('the judges', () => {
  const list = '/repos/acme/ledger/issues';
  const asked: Asked = { method: 'GET', path: list, query: new URLSearchParams(), body: undefined };
  const wrongRequests: Readonly<Record<string, Partial<Asked>>> = {
    'there is no such operation': { path: '/repos/acme/ledger/issue' },
    'there is no query parameter per_pages': { query: new URLSearchParams('per_pages=100') },
    'query per_page must be integer': { query: new URLSearchParams('per_page=many') },
    'query state must be equal to one of the allowed values': { query: new URLSearchParams('state=opened') },
    'it takes no body': { body: {} },
    'the body is missing': { method: 'POST' },
    "body must have required property 'title'": { method: 'POST', body: { body: 'a' } },
    'body has no lables': { method: 'POST', body: { title: 'a', lables: [] } },
    'body/state must be equal to one of the allowed values': { method: 'PATCH', path: `${list}/1`, body: { state: 'shut' } },
  };

  it.each(Object.entries(wrongRequests))('a wrong request: %s', (words, wrong) => {
    const judge = newExchangeJudge();
    judge.request({ ...asked, ...wrong });
    expect(judge.problems).toHaveLength(described.length);
    for (const [index, name] of described.entries()) expect(judge.problems[index]).toMatch(new RegExp(`^${name}: .*: ${words}$`));
  });

  it('a wrong answer: a field that is missing or of another type, a status that is not described, a body where there is none', () => {
    const create = 'POST /repos/{owner}/{repo}/issues';
    const good = describedBy('api.github.com').example(create, 201) as Record<string, unknown>;
    const { html_url: _left, ...without } = good;
    const said = (status: number, body: unknown, route = create): string[] => {
      const judge = newExchangeJudge();
      judge.answer(route, status, body);
      return judge.problems.map((problem) => problem.split(': ').slice(2).join(': '));
    };
    expect(said(201, good)).toEqual([]);
    expect(said(201, without)).toEqual(described.map(() => "status 201 must have required property 'html_url'"));
    expect(said(201, { ...good, number: '7' })).toEqual(described.map(() => 'status 201/number must be integer'));
    expect(said(200, good)).toEqual(described.map(() => 'status 200 is not described'));
    expect(said(404, { message: 5 })).toEqual(described.map(() => 'status 404/message must be string'));
    expect(said(204, {}, 'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}')).toEqual(described.map(() => 'status 204 has no body'));
  });

  it('a server that saw either fails its test when it closes', async () => {
    const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };
    const asking = await startGitHub();
    await fetch(`${asking.url}/repos/acme/ledger/pull/7`, { headers: { ...headers, authorization: 'token a' } });
    await expect(asking.close()).rejects.toThrow('GET /repos/acme/ledger/pull/7: there is no such operation');
    const answering = await startGitHub();
    answering.state.commits.set(sha('a'), [5 as unknown as string]);
    await fetch(`${answering.url}/repos/acme/ledger/git/commits/${sha('a')}`, { headers: { ...headers, authorization: `token ${answering.state.token}` } });
    await expect(answering.close()).rejects.toThrow('status 200/parents/0/sha must be string');
  });
});
