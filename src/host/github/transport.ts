/** One HTTP request and its whole answer: bounded in time and size, through a proxy where the machine asks for one. */
import { request as requestPlain, type Agent, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** null = no body. */
  readonly body: string | null;
  readonly timeoutMilliseconds: number;
}
export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
export type Transport = (call: Call) => Promise<Answer>;

/** No answer came, or not the whole of it: whether the request was carried out is unknown. */
export class ConnectionError extends Error {}

const longestAnswer = 64 * 1024 * 1024;

/**
 * Plain Node requests. The client that knows about proxies is loaded only where one is configured: it costs as much as everything else together.
 * `proxied` says whether the environment names a proxy; which one holds for a host is for that client to say.
 */
export async function createTransport(proxied: 'proxy' | 'direct', apiUrl: string): Promise<Transport> {
  const agent = proxied === 'proxy' ? await proxyAgent(apiUrl) : null;
  return (call) => send(call, agent);
}

async function proxyAgent(apiUrl: string): Promise<Agent> {
  const { HttpClient } = await import('@actions/http-client');
  return new HttpClient('trueup').getAgent(apiUrl);
}

async function send(call: Call, agent: Agent | null): Promise<Answer> {
  const signal = AbortSignal.timeout(call.timeoutMilliseconds);
  try {
    const message = await open(call, agent, signal);
    return { status: message.statusCode ?? 0, headers: headersOf(message), body: await readWhole(message) };
  } catch (cause) {
    if (signal.aborted) throw new ConnectionError(`no whole answer within ${Math.ceil(call.timeoutMilliseconds / 1000)} s`, { cause });
    if (cause instanceof ConnectionError) throw cause;
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'the connection broke';
    throw new ConnectionError(reason, { cause });
  }
}

function open({ method, url, headers, body }: Call, agent: Agent | null, signal: AbortSignal): Promise<IncomingMessage> {
  const start = url.protocol === 'https:' ? requestSecure : requestPlain;
  const length: Record<string, string> = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = start(url, { method, headers: { ...headers, ...length }, signal, ...(agent === null ? {} : { agent }) }, resolve);
    outgoing.on('error', reject);
    outgoing.end(body ?? undefined);
  });
}

async function readWhole(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of message as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestAnswer) throw new ConnectionError('the answer is too long');
    parts.push(part);
  }
  if (!message.complete) throw new ConnectionError('the answer was cut off');
  return Buffer.concat(parts).toString('utf8');
}

function headersOf(message: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}
