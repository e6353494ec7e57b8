/** A stand-in of GitHub's API on a local port: the few routes that are used, their request shapes, and GitHub's limits. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerWrongly, type Fault, type FaultKind } from './faults.ts';
import { newState, type GitHubState } from './github-state.ts';
import { routes, type Reply, type RouteRequest } from './routes.ts';

export interface GitHubServer {
  readonly url: string;
  readonly state: GitHubState;
  /** `METHOD /path?query` of every request, in order. */
  readonly requests: string[];
  /** Of those that changed something, or tried to. */
  writes(): string[];
  /** The next `times` requests that match go wrong. */
  fail(on: RegExp, kind: FaultKind, times?: number): void;
  close(): Promise<void>;
}

const slowMilliseconds = 3000;

export async function startGitHub(): Promise<GitHubServer> {
  const state = newState();
  const requests: string[] = [];
  const faults: Fault[] = [];
  const server = createServer((request, response) => {
    void handle(request, response, state, faults, requests);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    requests,
    writes: () => requests.filter((line) => !line.startsWith('GET ') && !line.endsWith('/graphql')),
    fail: (on, kind, times = 1) => faults.push({ on, kind, times }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function handle(request: IncomingMessage, response: ServerResponse, state: GitHubState, faults: readonly Fault[], requests: string[]): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const text = await readText(request);
  requests.push(`${request.method} ${url.pathname}${url.search}`);
  const fault = faults.find(({ on, times }) => times > 0 && on.test(`${request.method} ${url.pathname}`));
  if (fault !== undefined) {
    fault.times -= 1;
    if (fault.kind === 'done-but-dropped') answer(request, url, text, state);
    answerWrongly(fault.kind, response, { slowMilliseconds, now: Date.now() });
    return;
  }
  const reply = answer(request, url, text, state);
  response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers });
  response.end(reply.body === null ? undefined : JSON.stringify(reply.body));
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function answer(request: IncomingMessage, url: URL, text: string, state: GitHubState): Reply {
  const refuse = (status: number, message: string): Reply => ({ status, body: { message, documentation_url: 'https://docs.github.com/rest' }, headers: {} });
  if (!request.headers['user-agent']) return refuse(403, 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.');
  if (request.headers.authorization !== `Bearer ${state.token}`) return refuse(401, 'Bad credentials');
  for (const route of routes) {
    const match = request.method === route.method ? new RegExp(`^${route.path.replace('{repo}', `/repos/${state.repository}`)}$`).exec(url.pathname) : null;
    if (match === null) continue;
    if (route.needs === 'write' && state.permission === 'read') return refuse(403, 'Resource not accessible by integration');
    const query = route.query.safeParse(Object.fromEntries(url.searchParams));
    if (!query.success) return refuse(422, 'Validation Failed');
    const body = route.body === null ? { success: true as const, data: null } : route.body.safeParse(parseJson(text));
    if (!body.success) return refuse(422, `Validation Failed: ${body.error.issues[0]?.message ?? ''}`);
    const called: RouteRequest = {
      parts: match.slice(1),
      query: query.data as Record<string, string | number | undefined>,
      body: body.data as Record<string, string>,
    };
    return route.answer(state, called, url);
  }
  return refuse(404, 'Not Found');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
