/** A stand-in of GitHub's API on a local port. Every request that it gets and every answer that it gives is held against GitHub's published description. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerWrongly, type Fault, type FaultKind } from './faults.ts';
import { newState, type GitHubState } from './github-state.ts';
import { newExchangeJudge, prepareJudges, type ExchangeJudge } from './judged-exchange.ts';
import type { Found } from './openapi.ts';
import { routes, type Reply } from './routes.ts';

export interface GitHubServer {
  /** What a runner has in `GITHUB_API_URL`. */
  readonly url: string;
  readonly state: GitHubState;
  /** `METHOD /path?query` of every request, in order. */
  readonly requests: string[];
  readonly judge: ExchangeJudge;
  /** Of the requests those that changed something, or tried to. */
  writes(): string[];
  /** The next `times` requests that match go wrong. */
  fail(on: RegExp, kind: FaultKind, times?: number): void;
  /** Throws when a request or an answer was not as GitHub describes it. */
  close(): Promise<void>;
}

interface Server {
  readonly state: GitHubState;
  readonly judge: ExchangeJudge;
  readonly faults: Fault[];
  readonly requests: string[];
  /** Empty, or `/api` on an Enterprise Server, whose REST lies in `v3` there. */
  readonly prefix: string;
}

const slowMilliseconds = 3000;

/** An `enterprise` server has its API below `/api/v3`, and GraphQL beside it. */
export async function startGitHub(kind: 'cloud' | 'enterprise' = 'cloud'): Promise<GitHubServer> {
  prepareJudges(Object.keys(routes));
  const here: Server = { state: newState(), judge: newExchangeJudge(), faults: [], requests: [], prefix: kind === 'cloud' ? '' : '/api' };
  const { state, judge, faults, requests } = here;
  const server = createServer((request, response) => {
    void handle(request, response, here).catch((error: unknown) => {
      judge.problems.push(`the server broke: ${String(error)}`);
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${kind === 'cloud' ? '' : '/api/v3'}`,
    state,
    requests,
    judge,
    writes: () => requests.filter((line) => !line.startsWith('GET ') && !line.endsWith('/graphql')),
    fail: (on, kind, times = 1) => faults.push({ on, kind, times }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (judge.problems.length > 0) throw new Error(`Not as GitHub describes it:\n${[...new Set(judge.problems)].join('\n')}`);
    },
  };
}

async function handle(request: IncomingMessage, response: ServerResponse, here: Server): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const text = await readText(request);
  here.requests.push(`${request.method} ${url.pathname}${url.search}`);
  const call = callOf(request, url, text, here);
  const fault = here.faults.find(({ on, times }) => times > 0 && on.test(`${request.method} ${url.pathname}`));
  if (fault !== undefined) {
    fault.times -= 1;
    if (fault.kind === 'done-but-dropped') answer(call, here);
    answerWrongly(fault.kind, response, {
      slowMilliseconds,
      now: Date.now(),
      judge: (status, body) => call.found !== null && here.judge.answer(call.found.route, status, body),
    });
    return;
  }
  const reply = answer(call, here);
  response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers });
  response.end(reply.body === null ? undefined : JSON.stringify(reply.body));
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function refuse(status: number, message: string): Reply {
  return { status, body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) }, headers: {} };
}

interface Call {
  readonly url: URL;
  readonly text: string;
  readonly body: unknown;
  /** null = a question to GraphQL, or nothing that GitHub has. */
  readonly found: Found | null;
  readonly kind: 'question' | 'described' | 'wrong';
  readonly refusal: Reply | null;
}

/** Holds the request against the description, whatever becomes of it. */
function callOf(request: IncomingMessage, url: URL, text: string, { state, judge, prefix }: Server): Call {
  const { method = '' } = request;
  const rest = prefix === '' ? '' : `${prefix}/v3`;
  const body = text === '' ? undefined : parseJson(text);
  const call = { url, text, body, found: null, refusal: refusal(request, state) };
  if (method === 'POST' && url.pathname === `${prefix}/graphql`) return { ...call, kind: 'question' };
  const path = url.pathname.startsWith(`${rest}/`) ? url.pathname.slice(rest.length) : `(outside of ${rest})${url.pathname}`;
  const before = judge.problems.length;
  const { accept, 'x-github-api-version': version } = request.headers;
  // What the description describes is this version, asked for in this way.
  if (accept !== 'application/vnd.github+json' || version !== '2022-11-28') judge.problems.push(`accept ${accept}, version ${String(version)}`);
  const found = judge.request({ method, path, query: url.searchParams, body });
  return { ...call, found, kind: judge.problems.length === before ? 'described' : 'wrong' };
}

function answer(call: Call, here: Server): Reply {
  const { found, kind, refusal } = call;
  if (kind === 'question') return refusal ?? answerQuestion(call.text, here);
  if (found === null) return refuse(404, 'Not Found');
  const reply = kind === 'wrong' ? refuse(422, 'Validation Failed') : (refusal ?? carryOut(call, found, here.state));
  here.judge.answer(found.route, reply.status, reply.body);
  return reply;
}

function carryOut({ url, body }: Call, { route, values }: Found, state: GitHubState): Reply {
  const known = routes[route];
  if (known === undefined || `${values['owner']}/${values['repo']}` !== state.repository) return refuse(404, 'Not Found');
  if (known.needs === 'write' && state.permission === 'read') return refuse(403, 'Resource not accessible by integration');
  return known.answer(state, { values, query: url.searchParams, body: (body ?? {}) as Record<string, string> }, url);
}

/** What GitHub says to a client that it does not know. */
function refusal({ headers }: IncomingMessage, { token }: GitHubState): Reply | null {
  if (!headers['user-agent']) return refuse(403, 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.');
  return /^(?:token|bearer) (.*)$/i.exec(headers.authorization ?? '')?.[1] === token ? null : refuse(401, 'Bad credentials');
}

/** The one question of GraphQL that is asked. */
function answerQuestion(text: string, { state, judge }: Server): Reply {
  const { query } = (parseJson(text) ?? {}) as { readonly query?: string };
  if (query !== 'query { viewer { login } }') judge.problems.push(`GraphQL: ${text}`);
  return { status: 200, body: { data: { viewer: { login: state.viewer } } }, headers: {} };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
