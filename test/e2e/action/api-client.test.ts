/** The client: limits, outages, the token, and the time that talking may take. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiBaseTree } from '../../../src/host/github/api-base-tree.ts';
import { readApiBlob } from '../../../src/host/github/api-blob.ts';
import { createApiClient, type ApiClient } from '../../../src/host/github/api-client.ts';
import { ApiError } from '../../../src/host/github/api-error.ts';
import { repositoryShape } from '../../../src/host/github/api-shapes.ts';
import { readViewer } from '../../../src/host/github/viewer.ts';
import { serializeGateReport } from '../../../src/report/assemble-gate.ts';
import type { FaultKind } from '../github-server/faults.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import type { TreeEntry } from '../github-server/github-state.ts';
import { gateReport, headSha } from './gate-report.ts';
import { makeRepository, runAction } from './run-action.ts';
import { apiFor, patience } from './run-announcement.ts';

let github: GitHubServer;

beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());

const place = { owner: 'acme', repo: 'ledger' };
const readRepository = async (api: ApiClient) => api.call('GET /repos/{owner}/{repo}', place, repositoryShape);
const openIssue = async (api: ApiClient) => api.call('POST /repos/{owner}/{repo}/issues', { ...place, title: 'a' }, z.unknown());
const problemOf = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'none',
    (error: unknown) => (error instanceof ApiError ? `${error.problem}: ${error.message}` : `no ApiError: ${String(error)}`),
  );

/** A server that is not GitHub, and what it was asked. */
async function startServer(answer: RequestListener): Promise<{ readonly url: string; readonly asked: string[]; readonly server: Server }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'without a token'}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, server };
}
function stop(server: Server): void {
  server.closeAllConnections();
  server.close();
}

describe('what passes', () => {
  it.each<FaultKind>(['secondary-limit', 'rate-limit', 'limit-reset', 'bad-gateway', 'dropped', 'cut-off', 'slow'])(
    '%s twice: the third try counts',
    async (kind) => {
      github.fail(/^GET/, kind, 2);
      const api = apiFor(github.url, { requestMilliseconds: kind === 'slow' ? 300 : 5000 });
      expect(await readRepository(api)).toMatchObject({ private: true });
      expect(github.requests).toHaveLength(3);
    },
  );

  it.each<FaultKind>(['secondary-limit', 'rate-limit', 'limit-reset'])('%s: a POST was not carried out and is made again', async (kind) => {
    github.fail(/^POST/, kind);
    await openIssue(apiFor(github.url));
    expect(github.state.issues).toHaveLength(1);
    expect(github.requests).toHaveLength(2);
  });

  it('a write other than POST can be repeated', async () => {
    github.state.comments.push({ id: 5, issue: 7, body: 'a', user: { login: 'alice' } });
    github.fail(/^PATCH/, 'done-but-dropped');
    await apiFor(github.url).call('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...place, comment_id: 5, body: 'b' }, z.unknown());
    expect(github.state.comments.map(({ body }) => body)).toEqual(['b']);
    expect(github.requests).toHaveLength(2);
  });

  it('a redirect on the same host is followed, with its method and body', async () => {
    const bodies: string[] = [];
    const { url, asked, server } = await startServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
      if (request.url === '/repos/acme/ledger/issues') response.writeHead(307, { location: '/repositories/1/issues' }).end();
      else response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    });
    await openIssue(apiFor(url));
    stop(server);
    expect(asked.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['POST /repos/acme/ledger/issues', 'POST /repositories/1/issues']);
    expect(bodies).toEqual(['{"title":"a"}', '{"title":"a"}']);
  });
});

/** The fault asks for forty seconds, each of ten milliseconds; the clock stands still, so that only the wait itself counts. */
describe('how long is waited', () => {
  const forty = { secondMilliseconds: 10, now: () => 0 };

  it('429 is waited out for as long as it says, where the budget holds it', async () => {
    github.fail(/^GET/, 'rate-limit');
    await readRepository(apiFor(github.url, { ...forty, totalMilliseconds: 401 }));
    expect(github.requests).toHaveLength(2);
  });

  it('429 is not waited out where the budget ends before', async () => {
    github.fail(/^GET/, 'rate-limit');
    const api = apiFor(github.url, { ...forty, totalMilliseconds: 400 });
    expect(await problemOf(readRepository(api))).toBe('limited: GET /repos/acme/ledger: status 429, Too many requests');
    expect(github.requests).toHaveLength(1);
  });

  it('a secondary limit that names no time is given a minute', async () => {
    for (const [totalMilliseconds, requests] of [
      [600, 1],
      [601, 2],
    ] as const) {
      github.requests.length = 0;
      github.fail(/^GET/, 'secondary-limit');
      await problemOf(readRepository(apiFor(github.url, { ...forty, secondaryLimitSeconds: 60, totalMilliseconds })));
      expect(github.requests).toHaveLength(requests);
    }
  });
});

it('what one request has waited is nothing to the next', async () => {
  const api = apiFor(github.url, { secondMilliseconds: 100, now: () => 0, totalMilliseconds: 350 });
  for (const requests of [2, 4]) {
    github.fail(/^GET/, 'bad-gateway');
    await readRepository(api);
    expect(github.requests).toHaveLength(requests);
  }
});

describe('what does not pass', () => {
  it('an outage ends after the tries that there are', async () => {
    github.fail(/^GET/, 'bad-gateway', 100);
    expect(await problemOf(readRepository(apiFor(github.url)))).toBe('unsure: GET /repos/acme/ledger: status 502');
    expect(github.requests).toHaveLength(5);
  });

  it('a limit that does not end neither', async () => {
    github.fail(/^GET/, 'secondary-limit', 100);
    expect(await problemOf(readRepository(apiFor(github.url)))).toMatch(/^limited: .* secondary rate limit/);
    expect(github.requests).toHaveLength(5);
  });

  it('slow answers end with the budget', async () => {
    github.fail(/^GET/, 'slow', 100);
    // By this clock, each request takes a hundred milliseconds.
    const now = (): number => github.requests.length * 100;
    const api = apiFor(github.url, { now, totalMilliseconds: 150, attempts: 100 });
    expect(await problemOf(readRepository(api))).toBe('unsure: GET /repos/acme/ledger: no whole answer within 1 s');
    expect(github.requests).toHaveLength(2);
  });

  it('when the budget is used up, nothing is asked any more', async () => {
    let time = 0;
    const api = apiFor(github.url, { now: () => time, totalMilliseconds: 1000 });
    time = 1000;
    expect(await problemOf(readRepository(api))).toBe('unsure: GET /repos/acme/ledger: the time for talking to the host is used up');
    expect(github.requests).toEqual([]);
  });

  it('a body that is not JSON is final', async () => {
    github.fail(/^GET/, 'not-json', 100);
    expect(await problemOf(readRepository(apiFor(github.url)))).toBe('unusable: GET /repos/acme/ledger: the answer is not JSON');
    expect(github.requests).toHaveLength(1);
  });

  it('a redirect to another host is final, and the token does not go there', async () => {
    const other = await startServer((_, response) => response.end('{}'));
    const { url, asked, server } = await startServer((_, response) => response.writeHead(307, { location: `${other.url}/repos/acme/ledger` }).end());
    expect(await problemOf(readRepository(apiFor(url)))).toBe('unusable: GET /repos/acme/ledger: redirected elsewhere');
    for (const each of [server, other.server]) stop(each);
    expect([asked.length, other.asked]).toEqual([1, []]);
  });

  it('a redirect in a circle ends', async () => {
    const { url, asked, server } = await startServer((request, response) => response.writeHead(301, { location: request.url ?? '' }).end());
    expect(await problemOf(readRepository(apiFor(url)))).toBe('unusable: GET /repos/acme/ledger: redirected elsewhere');
    stop(server);
    expect(asked).toHaveLength(4);
  });

  it('an answer of more than 64 MiB is not read to its end, however it is packed', async () => {
    const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024 + 1, ' '));
    const { url, server } = await startServer((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(packed),
    );
    const api = apiFor(url, { attempts: 1, requestMilliseconds: 10_000 });
    expect(await problemOf(readRepository(api))).toBe('unsure: GET /repos/acme/ledger: the answer is too long');
    stop(server);
  });

  it.each<FaultKind>(['dropped', 'bad-gateway', 'cut-off'])('%s: a POST is not repeated when nobody knows whether it happened', async (kind) => {
    github.fail(/^POST/, kind, 100);
    expect(await problemOf(openIssue(apiFor(github.url)))).toMatch(/^unsure/);
    expect(github.requests).toHaveLength(1);
  });

  it('a wrong token is refused once', async () => {
    const api = createApiClient({ apiUrl: github.url, token: 'another', userAgent: 'trueup-test', patience });
    expect(await problemOf(readRepository(api))).toBe('refused: GET /repos/acme/ledger: status 401, Bad credentials');
    expect(github.requests).toHaveLength(1);
  });

  it('403 without a sign of a limit is a refusal, and final', async () => {
    github.state.permission = 'read';
    expect(await problemOf(openIssue(apiFor(github.url)))).toBe('refused: POST /repos/acme/ledger/issues: status 403, Resource not accessible by integration');
    expect(github.requests).toHaveLength(1);
  });
});

it('on an Enterprise Server, REST is below /api/v3 and GraphQL beside it', async () => {
  const enterprise = await startGitHub('enterprise');
  enterprise.state.viewer = 'acme-ledger[bot]';
  const api = apiFor(`${enterprise.url}/`);
  expect(await readViewer(api)).toBe('acme-ledger[bot]');
  expect(await readRepository(api)).toMatchObject({ private: true });
  await enterprise.close();
  expect(enterprise.requests).toEqual(['POST /api/graphql', 'GET /api/v3/repos/acme/ledger']);
});

describe('through a proxy', () => {
  it('requests go to the proxy that the environment names', async () => {
    const seen: string[] = [];
    const { url, server } = await startServer((_, response) => response.end());
    server.on('connect', (request, client) => {
      seen.push(request.url ?? '');
      const behind = connect(Number(new URL(github.url).port), '127.0.0.1', () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
      behind.pipe(client).pipe(behind);
    });
    // A process of its own: the toolkit looks for a proxy once, when it is loaded.
    const workspace = makeRepository();
    try {
      mkdirSync(join(workspace.folder, 'downloaded'));
      writeFileSync(join(workspace.folder, 'downloaded/gate.json'), serializeGateReport(gateReport()));
      github.state.pulls.push({ number: 7, state: 'open', head: { sha: headSha, label: 'mallory:topic' }, base: { sha: 'b'.repeat(40), ref: 'main' } });
      const run = { head_sha: headSha, head_branch: 'topic', head_repository: { owner: { login: 'mallory' } } };
      const { code, log } = await runAction(workspace, {
        event: 'workflow_run',
        payload: { repository: { full_name: 'acme/ledger', private: true }, workflow_run: run },
        apiUrl: 'http://github.invalid',
        inputs: { mode: 'publish', report: 'downloaded/gate.json' },
        variables: { http_proxy: url },
      });
      expect([code, log]).toEqual([0, expect.stringContaining('comment: created') as string]);
      expect(new Set(seen)).toEqual(new Set(['github.invalid:80']));
      expect(github.state.comments).toHaveLength(1);
    } finally {
      workspace.remove();
      stop(server);
    }
  });
});

describe('the base commit', () => {
  const sha = (letter: string): string => letter.repeat(40);
  const file = (name: string, letter: string): TreeEntry => ({ path: name, mode: '100644', type: 'blob', sha: sha(letter) });
  const folder = (name: string, letter: string): TreeEntry => ({ path: name, mode: '040000', type: 'tree', sha: sha(letter) });
  const content = Buffer.from(`schema: 1\n${'x'.repeat(200)}\n`);

  beforeEach(() => {
    github.state.blobs.set(sha('1'), content);
    github.state.blobs.set(sha('2'), Buffer.alloc(4 * 1024 * 1024 + 1));
  });

  it('is read with one request for its files', async () => {
    const all = [folder('ledger', 'e'), file('ledger/trueup.yaml', '1'), file('ledger/large.yaml', '2'), file('ledger.md', '3')];
    github.state.trees.set(sha('c'), { sha: sha('c'), all: { truncated: false, tree: all }, one: [] });
    const tree = apiBaseTree(apiFor(github.url), 'acme/ledger', sha('c'));
    expect((await tree.list('ledger')).map(({ path }) => path)).toEqual(['ledger/trueup.yaml', 'ledger/large.yaml']);
    expect(await tree.list('')).toHaveLength(3);
    expect(await tree.read('ledger/trueup.yaml')).toEqual(content);
    expect(await tree.read('ledger/large.yaml')).toBeNull();
    expect(await tree.read('ledger/none.yaml')).toBeNull();
    expect(github.requests.filter((line) => line.includes('/trees/'))).toHaveLength(1);
  });

  it('is read folder by folder where GitHub cuts the list', async () => {
    const cut = { truncated: true, tree: [] };
    github.state.trees.set(sha('c'), { sha: sha('c'), all: cut, one: [folder('a', 'd'), folder('b', 'e'), file('top.yaml', '1')] });
    github.state.trees.set(sha('d'), {
      sha: sha('d'),
      all: { truncated: false, tree: [file('trueup.yaml', '1'), file('x/y.yaml', '1')] },
      one: [file('trueup.yaml', '1'), folder('x', '7')],
    });
    github.state.trees.set(sha('e'), { sha: sha('e'), all: { truncated: false, tree: [file('other.yaml', '1')] }, one: [] });
    const tree = apiBaseTree(apiFor(github.url), 'acme/ledger', sha('c'));
    expect((await tree.list('')).map(({ path }) => path)).toEqual(['a/trueup.yaml', 'a/x/y.yaml', 'b/other.yaml', 'top.yaml']);
    expect((await tree.list('a')).map(({ path }) => path)).toEqual(['a/trueup.yaml', 'a/x/y.yaml']);
    expect(await tree.read('a/trueup.yaml')).toEqual(content);
    expect(await tree.read('top.yaml')).toEqual(content);
    expect(await tree.list('none')).toEqual([]);
  });

  it('and of what it has in two places, the content is fetched once in a run', async () => {
    const all = [file('ledger/trueup.yaml', '1'), file('ledger/copy.yaml', '1'), file('ledger/lost.yaml', '9')];
    for (const commit of ['c', 'd']) github.state.trees.set(sha(commit), { sha: sha(commit), all: { truncated: false, tree: all }, one: [] });
    const api = apiFor(github.url);
    for (const commit of ['c', 'd']) {
      const tree = apiBaseTree(api, 'acme/ledger', sha(commit));
      expect(await Promise.all(['ledger/trueup.yaml', 'ledger/copy.yaml'].map(async (path) => tree.read(path)))).toEqual([content, content]);
      await expect(tree.read('ledger/lost.yaml')).rejects.toThrow('status 404');
    }
    expect(await readApiBlob(api, 'acme/ledger', sha('1'))).toEqual(content);
    const blobs = github.requests.filter((line) => line.includes('/blobs/'));
    expect(blobs).toEqual(['1', '9'].map((letter) => `GET /repos/acme/ledger/git/blobs/${sha(letter)}`));
  });
});
