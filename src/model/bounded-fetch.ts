/** `fetch` for one host: a key leaves for no other, and every answer is bounded in time, size and redirects. What sends is handed in. */
import { UserError } from './user-error.ts';

/** No answer came, or not the whole of it: whether the request was carried out is unknown. */
export class ConnectionError extends Error {}
/** The request would have left the host. */
export class RedirectError extends Error {}

export interface Bounds {
  readonly origin: string;
  /** For the next request with all its redirects; at most 0 = there is no time left. */
  readonly milliseconds: () => number;
}

const longestAnswer = 64 * 1024 * 1024;
const mostRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/** No other machine can read what is sent there: https, or http that does not leave this one. */
export function hasSafeWire({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
}

/** `fetch` would quote a header that it does not take, and with it a key. */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  const [name] = Object.entries(headers).find(([, value]) => !/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(value)) ?? [];
  if (name !== undefined) throw new UserError(`What is to be sent as ${name} is no header.`, 'Set the key anew, without blanks or line ends around it.');
}

/** What a host asks to be waited for, in milliseconds from `now`: whole seconds or an HTTP date (RFC 9110, 10.2.3); null for anything else. */
export function retryAfter({ headers }: Response, now: number): number | null {
  const value = headers.get('retry-after');
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = /\bGMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Wraps `send`, which may know about proxies. */
export function boundedFetch(send: typeof fetch, { origin, milliseconds }: Bounds): typeof fetch {
  return async (input, init) => {
    const left = milliseconds();
    if (left <= 0) throw new ConnectionError('the time for talking to the host is used up');
    const signal = AbortSignal.timeout(left);
    try {
      return await follow(send, new URL(input instanceof Request ? input.url : input), origin, { ...init, signal, redirect: 'manual' });
    } catch (cause) {
      if (cause instanceof RedirectError || cause instanceof ConnectionError) throw cause;
      throw new ConnectionError(signal.aborted ? `no whole answer within ${Math.ceil(left / 1000)} s` : codeOf(cause), { cause });
    }
  };
}

/** On the same host only: a renamed repository answers so. Method and body stay what they were. */
async function follow(send: typeof fetch, start: URL, origin: string, init: RequestInit): Promise<Response> {
  let url = start;
  for (let hop = 0; ; hop += 1) {
    if (url.origin !== origin || hop > mostRedirects) throw new RedirectError('redirected elsewhere');
    const response = await send(url.href, init);
    if (!redirects.has(response.status)) return readWhole(response);
    const place = response.headers.get('location') ?? '';
    await response.body?.cancel();
    if (!URL.canParse(place, url.href)) throw new RedirectError('redirected elsewhere');
    url = new URL(place, url);
  }
}

/** The same answer with its body read, so that the time and the size count for all of it. */
async function readWhole(response: Response): Promise<Response> {
  const { status, headers, body } = response;
  if (body === null) return new Response(null, { status, headers });
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > longestAnswer) throw new ConnectionError('the answer is too long');
    parts.push(part);
  }
  return new Response(Buffer.concat(parts), { status, headers });
}

/** A code such as ECONNRESET, which lies below the words of `fetch`. */
function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return 'the connection broke';
}
