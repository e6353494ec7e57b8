/** Stands between the action and act's artifact service, and corrects the two ways in which that service is not GitHub's. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ArtifactProxy {
  /** With a slash at its end, as the runner gives it to a step. */
  readonly url: string;
  close(): Promise<void>;
}

const create = '/twirp/github.actions.results.api.v1.ArtifactService/CreateArtifact';

export async function startArtifactProxy(servicePort: number): Promise<ArtifactProxy> {
  const server = createServer((request, response) => {
    forward(request, response, servicePort).catch((error: unknown) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function forward(request: IncomingMessage, response: ServerResponse, servicePort: number): Promise<void> {
  const path = request.url ?? '/';
  const body = await readBody(request);
  const answer = await fetch(`http://127.0.0.1:${servicePort}${path}`, {
    method: request.method ?? 'GET',
    headers: forwarded(request.headers),
    ...(body.length === 0 ? {} : { body: path === create ? withoutMimeType(body) : new Uint8Array(body) }),
  });
  const text = Buffer.from(await answer.arrayBuffer());
  const sent = path === create ? onThisPort(text.toString('utf8'), request.headers.host ?? '', servicePort) : text;
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/octet-stream' }).end(sent);
}

/** What the client says of the connection belongs to that connection. */
function forwarded(headers: IncomingHttpHeaders): Record<string, string> {
  const ofConnection = ['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'keep-alive'];
  return Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (ofConnection.includes(name) ? [] : [[name, String(value)]])));
}

/** GitHub's service takes the field; act's knows the call as it was before, and answers an unknown field with an empty 500. */
function withoutMimeType(body: Buffer): string {
  const { mime_type: _, mimeType: __, ...call } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
  return JSON.stringify(call);
}

/** act leaves the padding of its signature as `=` in the address, which the client's library does not carry through; and the upload must come by here as well. */
function onThisPort(answer: string, host: string, servicePort: number): string {
  return answer
    .replace(`127.0.0.1:${servicePort}`, host)
    .replace(/([?&]sig=)([\w-]+)(=+)/, (_, name: string, signature: string, padding: string) => `${name}${signature}${padding.replaceAll('=', '%3D')}`);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
