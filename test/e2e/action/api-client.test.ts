/** The client: limits, outages, the token, and the time that talking may take. */
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { z } from 'zod';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { apiBaseTree } from '../../../src/host/github/api-base-tree.ts';
import { ApiError, createApiClient } from '../../../src/host/github/api-client.ts';
import { repositoryShape } from '../../../src/host/github/api-shapes.ts';
import type { FaultKind } from '../github-server/faults.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import { testToken, type TreeEntry } from '../github-server/github-state.ts';
import { apiFor, patience } from './run-announcement.ts';

let github: GitHubServer;

beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());

const path = '/repos/acme/ledger';
const problemOf = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'none',
    (error: unknown) => (error instanceof ApiError ? `${error.problem}: ${error.message}` : `no ApiError: ${String(error)}`),
  );

describe('what passes', () => {
  it.each<FaultKind>(['secondary-limit', 'limit-reset', 'bad-gateway', 'dropped', 'cut-off', 'slow'])('%s twice: the third try counts', async (kind) => {
    github.fail(/^GET/, kind, 2);
    expect(await apiFor(github.url, { requestMilliseconds: 60 }).get(path, repositoryShape)).toMatchObject({ private: true });
    expect(github.requests).toHaveLength(3);
  });

  it('429 is waited out for as long as it says', async () => {
    github.fail(/^GET/, 'rate-limit');
    const started = performance.now();
    await apiFor(github.url).get(path, repositoryShape);
    expect(performance.now() - started).toBeGreaterThan(990);
  });
});

describe('what does not pass', () => {
  it('an outage ends after the tries that there are', async () => {
    github.fail(/^GET/, 'bad-gateway', 100);
    expect(await problemOf(apiFor(github.url).get(path, repositoryShape))).toBe('unsure: GET /repos/acme/ledger: status 502');
    expect(github.requests).toHaveLength(5);
  });

  it('a wait that outlasts the budget is not begun', async () => {
    github.fail(/^GET/, 'secondary-limit', 100);
    const api = apiFor(github.url, { secondaryLimitMilliseconds: 60_000 });
    expect(await problemOf(api.get(path, repositoryShape))).toMatch(/^limited: .* secondary rate limit/);
    expect(github.requests).toHaveLength(1);
  });

  it('slow answers end with the budget', async () => {
    github.fail(/^GET/, 'slow', 100);
    const started = performance.now();
    expect(await problemOf(apiFor(github.url, { totalMilliseconds: 200 }).get(path, repositoryShape))).toMatch(/^unsure: .* no whole answer within 1 s/);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it.each([
    ['a body that is not JSON', 'not-json', 'unusable: GET /repos/acme/ledger: the answer is not JSON'],
    ['a redirect to another host', 'redirect-elsewhere', 'unusable: GET /repos/acme/ledger: redirected elsewhere'],
  ] as const)('%s is final', async (_, kind, said) => {
    github.fail(/^GET/, kind, 100);
    expect(await problemOf(apiFor(github.url).get(path, repositoryShape))).toBe(said);
    expect(github.requests).toHaveLength(1);
  });

  it('a POST is not repeated when nobody knows whether it happened', async () => {
    github.fail(/^POST/, 'dropped', 100);
    expect(await problemOf(apiFor(github.url).change('POST', `${path}/issues`, { title: 'a' }, z.unknown()))).toMatch(/^unsure/);
    expect(github.requests).toHaveLength(1);
  });

  it('a wrong token is refused once', async () => {
    const api = createApiClient({ apiUrl: github.url, token: 'another', userAgent: 'trueup-test', proxied: 'direct', patience });
    expect(await problemOf(api.get(path, repositoryShape))).toBe('refused: GET /repos/acme/ledger: status 401, Bad credentials');
  });
});

describe('through a proxy', () => {
  it('requests go to the proxy that the environment names', async () => {
    const seen: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, client) => {
      seen.push(request.url ?? '');
      const server = connect(Number(new URL(github.url).port), '127.0.0.1', () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
      server.pipe(client).pipe(server);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    vi.stubEnv('http_proxy', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    try {
      const api = createApiClient({ apiUrl: 'http://github.invalid', token: testToken, userAgent: 'trueup-test', proxied: 'proxy', patience });
      expect(await api.get(path, repositoryShape)).toMatchObject({ private: true });
      expect(seen).toEqual(['github.invalid:80']);
    } finally {
      vi.unstubAllEnvs();
      proxy.closeAllConnections();
      proxy.close();
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
});
