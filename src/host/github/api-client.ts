/** The door to GitHub's API: JSON in and out, checked by schema, tried again where that is sound, the token for one host only. */
import { setTimeout as wait } from 'node:timers/promises';
import type { z } from 'zod';
import { delayAfter, weigh, type Patience } from './patience.ts';
import { ConnectionError, createTransport, type Answer, type Call, type Transport } from './transport.ts';

export interface ApiOptions {
  /** `GITHUB_API_URL`; the token goes nowhere else. */
  readonly apiUrl: string;
  /** null = without. */
  readonly token: string | null;
  readonly userAgent: string;
  readonly proxied: 'proxy' | 'direct';
  readonly patience: Patience;
}

/** What went wrong: `refused` may not, `missing` is not there, `invalid` was not accepted, `unsure` may have been carried out, `unusable` is no answer of GitHub's. */
export type ApiProblem = 'refused' | 'missing' | 'invalid' | 'limited' | 'unsure' | 'unusable';

/** A request that failed for good; the message is ours, with GitHub's own words cut short. */
export class ApiError extends Error {
  readonly problem: ApiProblem;

  constructor(problem: ApiProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.problem = problem;
  }
}

export interface ApiClient {
  get<T>(path: string, shape: z.ZodType<T>): Promise<T>;
  /** POST is tried again only where the first try was surely not carried out; the others always. */
  change<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: unknown, shape: z.ZodType<T>): Promise<T>;
  /** Every page of a list, 100 at a time. */
  pages<T>(path: string, shape: z.ZodType<readonly T[]>): AsyncIterable<T>;
  /** One question to GraphQL. */
  ask<T>(query: string, shape: z.ZodType<T>): Promise<T>;
}

const mostPages = 100;
const mostRedirects = 3;

/** Opens nothing by itself: the transport is loaded with the first request. */
export function createApiClient(options: ApiOptions): ApiClient {
  const deadline = options.patience.now() + options.patience.totalMilliseconds;
  let transport: Promise<Transport> | null = null;
  const exchange = async (method: Call['method'], url: URL, body: unknown): Promise<Answer> => {
    transport ??= createTransport(options.proxied, options.apiUrl);
    return persist(await transport, { method, url, body: body === undefined ? null : JSON.stringify(body) }, options, deadline);
  };
  const call = async <T>(method: Call['method'], url: URL, body: unknown, shape: z.ZodType<T>): Promise<T> =>
    parse((await exchange(method, url, body)).body, shape, `${method} ${url.pathname}`);
  return {
    get: (path, shape) => call('GET', place(options.apiUrl, path), undefined, shape),
    change: (method, path, body, shape) => call(method, place(options.apiUrl, path), body, shape),
    ask: (query, shape) => call('POST', graphqlPlace(options.apiUrl), { query }, shape),
    async *pages(path, shape) {
      for (let page = 1; page <= mostPages; page += 1) {
        const url = place(options.apiUrl, path);
        url.searchParams.set('per_page', '100');
        url.searchParams.set('page', String(page));
        const answer = await exchange('GET', url, undefined);
        yield* parse(answer.body, shape, `GET ${url.pathname}`);
        if (!/rel="next"/.test(answer.headers['link'] ?? '')) return;
      }
      throw new ApiError('unusable', `${path} has more than ${mostPages} pages`);
    },
  };
}

function place(apiUrl: string, path: string): URL {
  return new URL(`${apiUrl.replace(/\/+$/, '')}${path}`);
}

/** On a GitHub Enterprise Server the REST root is `/api/v3` and GraphQL stands beside it. */
function graphqlPlace(apiUrl: string): URL {
  return new URL(`${apiUrl.replace(/\/+$/, '').replace(/\/v3$/, '')}/graphql`);
}

type Request = Pick<Call, 'method' | 'url' | 'body'>;

/** Tries until there is a final answer, the tries are used up, or the next wait would outlast the budget. */
async function persist(transport: Transport, request: Request, options: ApiOptions, deadline: number): Promise<Answer> {
  const { patience } = options;
  for (let attempt = 1; ; attempt += 1) {
    const { answer, reason } = await tryOnce(transport, request, options, deadline);
    const weight = weigh(answer);
    if (weight === 'final' && answer !== 'no answer') return accept(answer, request);
    const delay = delayAfter(answer, attempt, patience);
    const again = weight === 'limited' || request.method !== 'POST' || request.url.pathname.endsWith('/graphql');
    if (!again || attempt >= patience.attempts || patience.now() + delay >= deadline) {
      throw new ApiError(weight === 'limited' ? 'limited' : 'unsure', `${request.method} ${request.url.pathname}: ${reason}`);
    }
    await wait(delay);
  }
}

async function tryOnce(
  transport: Transport,
  request: Request,
  options: ApiOptions,
  deadline: number,
): Promise<{ readonly answer: Answer | 'no answer'; readonly reason: string }> {
  const left = deadline - options.patience.now();
  if (left <= 0) return { answer: 'no answer', reason: 'the time for talking to GitHub is used up' };
  try {
    const answer = await follow(transport, request, options, Math.min(left, options.patience.requestMilliseconds));
    return { answer, reason: reasonOf(answer) };
  } catch (error) {
    if (error instanceof ConnectionError) return { answer: 'no answer', reason: error.message };
    throw error;
  }
}

/** Follows redirects on the same host only: a renamed repository answers so, and the token must not travel. */
async function follow(transport: Transport, request: Request, options: ApiOptions, timeoutMilliseconds: number): Promise<Answer> {
  let { url } = request;
  for (let hop = 0; ; hop += 1) {
    const answer = await transport({ ...request, url, headers: headersOf(options, request.body), timeoutMilliseconds });
    if (![301, 302, 307, 308].includes(answer.status)) return answer;
    const place = answer.headers['location'] ?? '';
    const next = URL.canParse(place, url.href) ? new URL(place, url) : null;
    if (next === null || next.origin !== url.origin || hop >= mostRedirects)
      throw new ApiError('unusable', `${request.method} ${url.pathname}: redirected elsewhere`);
    url = next;
  }
}

function headersOf({ token, userAgent }: ApiOptions, body: string | null): Record<string, string> {
  return {
    accept: 'application/vnd.github+json',
    'user-agent': userAgent,
    'x-github-api-version': '2022-11-28',
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(body === null ? {} : { 'content-type': 'application/json; charset=utf-8' }),
  };
}

function accept(answer: Answer, { method, url }: Request): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const problems: Readonly<Record<number, ApiProblem>> = { 401: 'refused', 403: 'refused', 404: 'missing', 410: 'missing', 422: 'invalid' };
  throw new ApiError(problems[answer.status] ?? 'unusable', `${method} ${url.pathname}: ${reasonOf(answer)}`);
}

/** Status and GitHub's own words, on one line and short. */
function reasonOf(answer: Answer): string {
  let message = '';
  try {
    const body = JSON.parse(answer.body) as { readonly message?: unknown } | null;
    if (typeof body?.message === 'string') message = `, ${body.message.replace(/[^\x20-\x7E]+/g, ' ').slice(0, 200)}`;
  } catch {
    // An answer of a proxy or a load balancer: its status says enough.
  }
  return `status ${answer.status}${message}`;
}

function parse<T>(body: string, shape: z.ZodType<T>, what: string): T {
  let document: unknown = null;
  try {
    document = body === '' ? null : JSON.parse(body);
  } catch (cause) {
    throw new ApiError('unusable', `${what}: the answer is not JSON`, { cause });
  }
  const parsed = shape.safeParse(document);
  if (!parsed.success) throw new ApiError('unusable', `${what}: the answer has an unknown shape (${parsed.error.issues[0]?.path.join('.') || 'as a whole'})`);
  return parsed.data;
}
