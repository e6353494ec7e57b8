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

/** Answers a request wrongly. `done-but-dropped` is carried out before it comes here. */
export function answerWrongly(kind: FaultKind, response: ServerResponse, patience: { readonly slowMilliseconds: number; readonly now: number }): void {
  const json = (status: number, message: string, headers: Record<string, string> = {}): void => {
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(JSON.stringify({ message, documentation_url: 'https://docs.github.com/' }));
  };
  switch (kind) {
    case 'secondary-limit':
      return json(403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.');
    case 'rate-limit':
      return json(429, 'Too many requests', { 'retry-after': '1' });
    case 'limit-reset':
      return json(403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(patience.now / 1000)) });
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
      setTimeout(() => json(200, 'late'), patience.slowMilliseconds).unref();
      return undefined;
    default:
      response.destroy();
      return undefined;
  }
}
