/**
 * A Trino cluster, asked over its own client protocol (https://trino.io/docs/476/develop/client-protocol.html): a statement is sent once, and its
 * answer fetched page by page. Numbers stay the digits that were sent; the key goes to the cluster alone and into no text.
 */
import { boundedFetch, checkHeaders, ConnectionError, hasSafeWire, RedirectError, retryAfter } from '../../model/bounded-fetch.ts';
import { clusterWords } from '../../model/cluster-settings.ts';
import { asObject, type Json, parseExactJson, valueAt } from '../../model/exact-json.ts';
import { foreignWords } from '../../model/foreign-words.ts';
import { UserError } from '../../model/user-error.ts';
import { type WideClient, type WidePage, type WidePlace, wideSession, type WideValue } from '../../model/wide-engine.ts';

export interface TrinoCredentials {
  /** A password is sent with the user's name (Basic), a token by itself (Bearer). */
  readonly kind: 'password' | 'token';
  readonly secret: string;
}

/** How long a cluster is waited for. */
export interface TrinoPatience {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** For one answer with its redirects. A cluster that has nothing to say yet says so within seconds. */
  readonly answerMilliseconds: number;
  /** How long a page is asked for again that is held up on the way. */
  readonly outageMilliseconds: number;
  /** For a statement, from its sending to its last page. */
  readonly statementMilliseconds: number;
}

/** A cluster takes a statement for abandoned that nobody asks about for five minutes; a restart of a proxy is over by then. */
export function defaultTrinoPatience(clock: Pick<TrinoPatience, 'now' | 'wait'>): TrinoPatience {
  return { answerMilliseconds: 120_000, outageMilliseconds: 240_000, statementMilliseconds: 24 * 3_600_000, ...clock };
}

/** A page whose bytes are many times as long as text is still taken by `boundedFetch`. */
const pageSize = '8MB';
const cancelMilliseconds = 10_000;
const longestMessage = 600;
/** What stands on the way answers so, and not the cluster (the protocol names these). */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Throws a UserError for a place or a key that may not be sent anywhere. Asks nothing yet. */
export function openTrino(place: WidePlace, credentials: TrinoCredentials | null, patience: TrinoPatience): WideClient {
  const { host, origin } = checkedUrl(place.url, credentials);
  const authorization = authorizationOf(place, credentials);
  const headers = { ...headersOf(place), ...authorization };
  checkHeaders(headers);
  const keys = Object.values(authorization).flatMap((value) => value.split(' ').slice(1));
  const cluster: Cluster = { host, origin, headers, keys: credentials === null ? keys : [credentials.secret, ...keys], patience };
  return { pages: (statement, schema) => pagesOf(cluster, statement, schema) };
}

interface Cluster {
  readonly host: string;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Never to be shown. */
  readonly keys: readonly string[];
  readonly patience: TrinoPatience;
}

function checkedUrl(text: string, credentials: TrinoCredentials | null): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !hasSafeWire(url) || !clusterWords.url.pattern.test(text))
    throw new UserError('The URL of the cluster is not the origin of a Trino coordinator.', `It must be ${clusterWords.url.expected}.`);
  if (credentials !== null && url.protocol !== 'https:')
    throw new UserError(
      `The ${credentials.kind} for Trino goes over https alone.`,
      `Name https://<host>, or leave the variable of the ${credentials.kind} unset.`,
    );
  return url;
}

function headersOf({ user, catalog }: WidePlace): Record<string, string> {
  return { 'x-trino-user': user, 'x-trino-source': 'trueup', 'x-trino-catalog': catalog, 'x-trino-time-zone': 'UTC', 'x-trino-session': wideSession };
}

function authorizationOf({ user }: WidePlace, credentials: TrinoCredentials | null): Record<string, string> {
  if (credentials === null) return {};
  const { kind, secret } = credentials;
  return { authorization: kind === 'token' ? `Bearer ${secret}` : `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` };
}

/** One of the answers to a statement. */
interface Answer {
  readonly id: string;
  /** null = no rows in this one. */
  readonly page: WidePage | null;
  /** Where the next one is; null = this is the last. */
  readonly next: string | null;
  /** Why the cluster ended it; null = it did not, or all is well. */
  readonly problem: string | null;
}

/** Whoever stops reading before the end ends the statement on the cluster as well. */
async function* pagesOf(cluster: Cluster, statement: string, schema: string): AsyncGenerator<WidePage> {
  const exchange = openExchange(cluster, schema);
  let answer = await exchange.begin(statement);
  try {
    for (;;) {
      if (answer.problem !== null) throw new Error(answer.problem);
      if (answer.page !== null) yield answer.page;
      if (answer.next === null) return;
      answer = await exchange.go(answer.next, answer.id);
    }
  } finally {
    if (answer.next !== null) await exchange.cancel(answer.next);
  }
}

/** The requests of one statement. */
interface Exchange {
  /** Sent once: where no answer comes, nobody knows whether the cluster carries it out. */
  begin(statement: string): Promise<Answer>;
  /** Asked again where something on the way held it up: the cluster keeps a page until the next one is asked for. */
  go(address: string, id: string): Promise<Answer>;
  /** As well as it can be done; the cluster ends it by itself in the end. */
  cancel(address: string): Promise<void>;
}

function openExchange(cluster: Cluster, schema: string): Exchange {
  const { host, origin, patience } = cluster;
  const end = patience.now() + patience.statementMilliseconds;
  const headers = { ...cluster.headers, 'x-trino-schema': schema };
  const send = boundedFetch(globalThis.fetch, { origin, milliseconds: () => Math.min(end - patience.now(), patience.answerMilliseconds) });
  const ask = async (address: string, init: RequestInit, id: string | null): Promise<Answer> =>
    answerOf(cluster, await jsonOf(cluster, () => send(address, { headers, ...init })), id);
  return {
    begin: (statement) => unlessSilent(host, () => ask(`${origin}/v1/statement`, { method: 'POST', body: statement }, null)),
    go: (address, id) => unlessSilent(host, () => persist(patience, end, () => ask(sized(address), {}, id))),
    cancel: async (address) => {
      const own = boundedFetch(globalThis.fetch, { origin, milliseconds: () => Math.min(cancelMilliseconds, patience.answerMilliseconds) });
      await own(address, { headers, method: 'DELETE' }).catch(() => undefined);
    },
  };
}

function sized(address: string): string {
  const url = new URL(address);
  url.searchParams.set('targetResultSize', pageSize);
  return url.href;
}

/** Something on the way, not the cluster, had no answer. */
class HeldUp extends Error {
  /** What was asked for; null = nothing. */
  readonly waitMilliseconds: number | null;

  constructor(reason: string, waitMilliseconds: number | null, options: ErrorOptions = {}) {
    super(reason, options);
    this.waitMilliseconds = waitMilliseconds;
  }
}

async function unlessSilent<T>(host: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof HeldUp)) throw error;
    throw new ConnectionError(`Trino at ${host} did not answer to the end: ${error.message}`, { cause: error });
  }
}

/** Waits twice as long each time, from a tenth of a second to ten, or what is asked for. */
async function persist<T>(patience: TrinoPatience, end: number, ask: () => Promise<T>): Promise<T> {
  const deadline = Math.min(end, patience.now() + patience.outageMilliseconds);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof HeldUp)) throw error;
      const wait = error.waitMilliseconds ?? Math.min(100 * 2 ** attempt, 10_000);
      if (patience.now() + wait >= deadline) throw error;
      await patience.wait(wait);
    }
  }
}

async function jsonOf(cluster: Cluster, send: () => Promise<Response>): Promise<Json> {
  const response = await responseOf(cluster, send);
  if (response.status !== 200) throw await refusalOf(cluster, response);
  const bytes = await response.arrayBuffer();
  try {
    return parseExactJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new HeldUp('the answer is no whole JSON', null, { cause });
  }
}

async function responseOf({ host }: Cluster, send: () => Promise<Response>): Promise<Response> {
  try {
    return await send();
  } catch (cause) {
    if (cause instanceof RedirectError) throw new Error(`Trino at ${host} redirects to another host, or in a circle; nothing was sent there`, { cause });
    if (cause instanceof ConnectionError) throw new HeldUp(cause.message, null, { cause });
    throw cause;
  }
}

async function refusalOf({ host, keys, patience }: Cluster, response: Response): Promise<Error> {
  const { status } = response;
  if (passing.has(status)) return new HeldUp(`HTTP status ${status}`, retryAfter(response, patience.now()));
  if (status === 404 || status === 410)
    return new ConnectionError(`Trino at ${host} knows nothing of the statement any more, or is no Trino (HTTP status ${status})`);
  if (status === 401 || status === 403)
    return new Error(
      `Trino at ${host} does not let the user in (HTTP status ${status}): look whether password or token are those of this user and still valid`,
    );
  const words = foreignWords(await response.text(), keys, longestMessage);
  return new Error(`Trino at ${host} answered HTTP status ${status}${words === '' ? '' : `: ${words}`}`);
}

/** Throws an Error for what no Trino answers: it must not be taken for the end of a statement. */
function answerOf(cluster: Cluster, json: Json, before: string | null): Answer {
  const id = valueAt(json, 'id');
  const state = valueAt(json, 'stats', 'state');
  if (typeof id !== 'string' || typeof state !== 'string' || (before !== null && id !== before)) throw strange(cluster, 'it is not about the statement');
  const problem = problemOf(json, cluster.keys);
  if (problem !== null) return { id, page: null, next: null, problem };
  const next = nextOf(cluster, json);
  if (next === null && state !== 'FINISHED') throw strange(cluster, `it ends in the state ${foreignWords(state, [], 30)}`);
  return { id, page: pageOf(cluster, json), next, problem: null };
}

function strange({ host }: Cluster, why: string): Error {
  return new Error(`Trino at ${host} answers what cannot be followed: ${why}`);
}

function problemOf(json: Json, keys: readonly string[]): string | null {
  const error = asObject(valueAt(json, 'error'));
  if (error === null) return null;
  const words = [error['errorName'], error['message']].map((word) => (typeof word === 'string' ? foreignWords(word, keys, longestMessage) : ''));
  return words.filter((word) => word !== '').join(': ') || 'Trino gave no reason';
}

/** The key is sent along, so that it must lie on the same host. */
function nextOf(cluster: Cluster, json: Json): string | null {
  const next = valueAt(json, 'nextUri');
  if (next === undefined || next === null) return null;
  if (typeof next !== 'string' || !URL.canParse(next)) throw strange(cluster, 'it names no address for what follows');
  if (new URL(next).origin !== cluster.origin)
    throw strange(cluster, 'what follows lies on another host; behind a proxy the coordinator needs http-server.process-forwarded=true');
  return next;
}

function pageOf(cluster: Cluster, json: Json): WidePage | null {
  const data = valueAt(json, 'data');
  if (data === undefined || data === null) return null;
  const described = valueAt(json, 'columns');
  const columns = Array.isArray(described) ? (described as readonly Json[]).map((column) => valueAt(column, 'name')) : [];
  const isRow = (row: Json): row is WideValue[] => Array.isArray(row) && row.length === columns.length && row.every(isValue);
  if (!columns.every((name) => typeof name === 'string')) throw strange(cluster, 'a column has no name');
  if (!Array.isArray(data) || !(data as readonly Json[]).every(isRow)) throw strange(cluster, 'its rows are not as its columns, or hold a map');
  return { columns, rows: data as readonly (readonly WideValue[])[] };
}

function isValue(value: Json): value is WideValue {
  return Array.isArray(value) ? (value as readonly Json[]).every(isValue) : typeof value !== 'object' || value === null;
}
