/** What goes wrong between a client and GitHub, each as it looks on the wire. */
import type { ServerResponse } from 'node:http';

export type FaultKind =
  | 'secondary-limit'
  | 'rate-limit'
  | 'limit-reset'
  | 'bad-gateway'
  | 'dropped'
  | 'cut-off'
  | 'slow'
  | 'done-but-dropped'
  | 'redirect-elsewhere'
  | 'not-json';

export interface Fault {
  /** On `METHOD /path`. */
  readonly on: RegExp;
  readonly kind: FaultKind;
  /** How many requests it meets. */
  times: number;
}

/** Limits are refusals in GitHub's own shape. */
const refusals: ReadonlySet<FaultKind> = new Set(['secondary-limit', 'rate-limit', 'limit-reset']);

interface Faulty {
  readonly slowMilliseconds: number;
  readonly now: number;
  /** Is told what is answered in GitHub's own shape. */
  readonly judge: (status: number, body: unknown) => void;
}

/** Answers a request wrongly. `done-but-dropped` is carried out before it comes here. */
export function answerWrongly(kind: FaultKind, response: ServerResponse, { slowMilliseconds, now, judge }: Faulty): void {
  const json = (status: number, message: string, headers: Record<string, string> = {}): void => {
    const body = { message, documentation_url: 'https://docs.github.com/' };
    if (refusals.has(kind)) judge(status, body);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(JSON.stringify(body));
  };
  switch (kind) {
    case 'secondary-limit':
      return json(403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.');
    case 'rate-limit':
      return json(429, 'Too many requests', { 'retry-after': '40' });
    case 'limit-reset':
      return json(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(now / 1000)) });
    case 'bad-gateway':
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html><title>Unicorn!</title></html>');
      return undefined;
    case 'redirect-elsewhere':
      response.writeHead(307, { location: 'http://127.0.0.2:9/elsewhere' }).end();
      return undefined;
    case 'not-json':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>captive portal</html>');
      return undefined;
    case 'cut-off':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('[{"id":');
      setTimeout(() => response.destroy(), 5);
      return undefined;
    case 'slow':
      setTimeout(() => json(200, 'late'), slowMilliseconds).unref();
      return undefined;
    default:
      response.destroy();
      return undefined;
  }
}
