/** The network's door: GETs of one host, bounded and patient, whose answers are raw bytes with their hash. The key goes to that host and into no text. */
import { boundedFetch, checkHeaders, ConnectionError, hasSafeWire, RedirectError, retryAfter } from '../model/bounded-fetch.ts';
import { type Json, parseExactJson, valueAt } from '../model/exact-json.ts';
import { foreignWords } from '../model/foreign-words.ts';
import { sha256Of } from '../model/sha256.ts';
import { UserError } from '../model/user-error.ts';

/** Time as only an entry may have it. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** How long a host is waited for. */
export interface Patience extends Clock {
  /** Tries of one request, the first included. */
  readonly attempts: number;
  /** For one try with its redirects. */
  readonly requestMilliseconds: number;
  /** Of all tries and waits of one request together. */
  readonly totalMilliseconds: number;
}

/** Rate limits of this trade are counted in minutes: one of three is waited out, twice. */
export function defaultPatience(clock: Clock): Patience {
  return { attempts: 6, requestMilliseconds: 60_000, totalMilliseconds: 420_000, ...clock };
}

export interface HostPlan {
  /** `https://host[:port][/path]`; `http` only for this machine. Nobody but its origin is asked. */
  readonly baseUrl: string;
  /** Sent with every request; may hold a key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly patience: Patience;
}

/** By name, in order; one name may stand several times. */
export type Parameters = readonly (readonly [name: string, value: string])[];

export interface Answer {
  /** As they came, decoded only from a content encoding. */
  readonly bytes: Buffer;
  /** Of `bytes`, lower-case hex. */
  readonly sha256: string;
}

export interface Host {
  readonly origin: string;
  /** An answer of status 200. Throws a UserError that names endpoint and status, and no parameter, key or foreign word that may be one. */
  readonly get: (path: string, parameters?: Parameters) => Promise<Answer>;
  /** The same of JSON that is whole and does not say `success: false`; numbers as their digits. */
  readonly getJson: (path: string, parameters?: Parameters) => Promise<Answer & { readonly json: Json }>;
}

/** Throws a UserError for a URL or a header that may not be sent. */
export function openHost(plan: HostPlan): Host {
  const base = checkedBase(plan.baseUrl);
  checkHeaders(plan.headers);
  const urlOf = (path: string, parameters: Parameters): URL => {
    const url = new URL(base.href.replace(/\/+$/, '') + path);
    for (const [name, value] of parameters) url.searchParams.append(name, value);
    return url;
  };
  const get: Host['get'] = async (path, parameters = []) => {
    const answer = await persist(plan, urlOf(path, parameters), rawAnswer);
    refuseOwnKey(answer, `${base.host}${path}`, plan.headers);
    return answer;
  };
  const getJson: Host['getJson'] = async (path, parameters = []) => {
    const answer = await persist(plan, urlOf(path, parameters), jsonAnswer);
    refuseFailure(answer.json, `${base.host}${path}`, plan.headers);
    refuseOwnKey(answer, `${base.host}${path}`, plan.headers);
    return answer;
  };
  return { origin: base.origin, get, getJson };
}

function checkedBase(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !hasSafeWire(url))
    throw new UserError('The base URL is not one that a key may be sent to.', 'Name https://<host>; http is for this machine alone (http://127.0.0.1:<port>).');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new UserError('The base URL holds more than a host and a path.', 'Leave out user, password, query and fragment: keys come from the environment.');
  return url;
}

/** Why a try brought nothing, and whether another one may. */
class FailedTry extends Error {
  readonly mayPass: boolean;
  /** What the host asked for; null = nothing. */
  readonly waitMilliseconds: number | null;

  constructor(reason: string, mayPass: boolean, waitMilliseconds: number | null = null, options: ErrorOptions = {}) {
    super(reason, options);
    this.mayPass = mayPass;
    this.waitMilliseconds = waitMilliseconds;
  }
}

/** Tries again where that may help: at once doubled waits from one second on, or what the host asks for. */
async function persist<T>({ patience, headers }: HostPlan, url: URL, read: (response: Response) => Promise<T>): Promise<T> {
  const deadline = patience.now() + patience.totalMilliseconds;
  const milliseconds = (): number => Math.min(deadline - patience.now(), patience.requestMilliseconds);
  const send = boundedFetch(globalThis.fetch, { origin: url.origin, milliseconds });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read(await answered(send, url, headers, patience));
    } catch (error) {
      if (!(error instanceof FailedTry)) throw error;
      const wait = error.waitMilliseconds ?? 1000 * 2 ** (attempt - 1);
      if (!error.mayPass || attempt >= patience.attempts || patience.now() + wait >= deadline) throw refusal(url, error, attempt);
      await patience.wait(wait);
    }
  }
}

async function answered(send: typeof fetch, url: URL, headers: HostPlan['headers'], { now }: Patience): Promise<Response> {
  try {
    const response = await send(url.href, { headers: { accept: 'application/json', ...headers } });
    if (response.status === 200) return response;
    const mayPass = response.status === 429 || response.status >= 500;
    throw new FailedTry(`HTTP status ${response.status}`, mayPass, retryAfter(response, now()));
  } catch (cause) {
    if (cause instanceof RedirectError) throw new FailedTry('it redirects to another host, or in a circle', false, null, { cause });
    if (cause instanceof ConnectionError) throw new FailedTry(cause.message, true, null, { cause });
    throw cause;
  }
}

async function rawAnswer(response: Response): Promise<Answer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  return { bytes, sha256: sha256Of(bytes) };
}

/** JSON that breaks off is a broken answer like any other. */
async function jsonAnswer(response: Response): Promise<Answer & { readonly json: Json }> {
  const answer = await rawAnswer(response);
  try {
    return { ...answer, json: parseExactJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(answer.bytes)) };
  } catch {
    throw new FailedTry('the answer is no whole JSON', true);
  }
}

/** Relays answer so to a wrong key, with status 200. */
function refuseFailure(json: Json, place: string, headers: HostPlan['headers']): void {
  if (valueAt(json, 'success') !== false) return;
  const message = valueAt(json, 'message');
  const said = typeof message === 'string' && message.trim() !== '' ? `: "${foreignWords(message, keysIn(headers), 200)}"` : ', and not why';
  throw new UserError(
    `${place} says that it did not succeed${said}.`,
    'Look whether the key in the environment is that of this account, of this kind, and still valid.',
  );
}

/** Answers are kept as files: one that repeats the key is not taken. */
function refuseOwnKey({ bytes }: Answer, place: string, headers: HostPlan['headers']): void {
  if (!keysIn(headers).some((key) => bytes.includes(key))) return;
  throw new UserError(
    `${place} answers with the key that it was sent; nothing of the answer is kept.`,
    'Ask whoever runs the host to leave keys out of answers.',
  );
}

/** The parts of headers that are long enough to be a secret. */
function keysIn(headers: HostPlan['headers']): string[] {
  return Object.values(headers)
    .flatMap((value) => value.split(' '))
    .filter((part) => part.length >= 12);
}

function refusal({ host, pathname }: URL, error: FailedTry, attempts: number): UserError {
  const tries = attempts === 1 ? '' : ` after ${attempts} tries`;
  return new UserError(`${host}${pathname} gave no answer${tries}: ${error.message}.`, remedyFor(error), { cause: error });
}

function remedyFor({ message, mayPass }: FailedTry): string {
  if (/ (401|403)$/.test(message)) return 'Look whether the key in the environment is that of this account, of this kind, and still valid.';
  return mayPass ? 'Run the command again later: what was finished is kept.' : 'Look whether the base URL is that of the API.';
}
