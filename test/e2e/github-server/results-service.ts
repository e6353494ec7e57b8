/** A stand-in of the runner's artifact service: its two calls (Twirp) and the blob store that takes the upload. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StoredArtifact {
  readonly name: string;
  readonly content: Buffer;
  readonly finalized: boolean;
}
export interface ResultsService {
  /** What the runner sets in the environment of a step. */
  readonly variables: Readonly<Record<string, string>>;
  readonly artifacts: Map<string, StoredArtifact>;
  /** From now on every call is refused. */
  refuse(): void;
  close(): Promise<void>;
}

interface Upload {
  readonly blocks: Map<string, Buffer>;
  content: Buffer | null;
}

const service = '/twirp/github.actions.results.api.v1.ArtifactService/';
const ids = { run: 'ce7f54c7-61c7-4aae-887f-30da475f5f1a', job: 'ca395085-040a-526b-2ce8-bdc85f692774' };
const forbidden = /["':<>|*?\r\n\\/]/;

/** A token as the runner's: only its claims are read. */
function runtimeToken(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part({ scp: `Actions.Example Actions.Results:${ids.run}:${ids.job}` })}.c2ln`;
}

export async function startResultsService(): Promise<ResultsService> {
  const artifacts = new Map<string, StoredArtifact>();
  const uploads = new Map<string, Upload>();
  const token = runtimeToken();
  let mood: 'willing' | 'refusing' = 'willing';
  const server = createServer((request, response) => {
    void (async () => {
      const body = await readBody(request);
      if (mood === 'refusing') respond(response, 403, { code: 'permission_denied', msg: 'not today' });
      else if (request.url?.startsWith('/blob/') === true) takeBlob(request, response, uploads, body);
      else if (request.headers.authorization !== `Bearer ${token}`) respond(response, 401, { code: 'unauthenticated', msg: 'no token' });
      else answerCall(request, response, { artifacts, uploads, origin: origin() }, JSON.parse(body.toString('utf8')) as Record<string, unknown>);
    })();
  });
  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    variables: { ACTIONS_RESULTS_URL: `${origin()}/`, ACTIONS_RUNTIME_TOKEN: token },
    artifacts,
    refuse: () => (mood = 'refusing'),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Store {
  readonly artifacts: Map<string, StoredArtifact>;
  readonly uploads: Map<string, Upload>;
  readonly origin: string;
}

function answerCall(request: IncomingMessage, response: ServerResponse, { artifacts, uploads, origin }: Store, call: Record<string, unknown>): void {
  // Proto JSON takes both spellings.
  const field = (snake: string): unknown => call[snake] ?? call[snake.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
  const name = String(field('name'));
  if (field('workflow_run_backend_id') !== ids.run || field('workflow_job_run_backend_id') !== ids.job) {
    respond(response, 400, { code: 'invalid_argument', msg: 'unknown run' });
  } else if (request.url === `${service}CreateArtifact`) {
    if (forbidden.test(name)) respond(response, 400, { code: 'invalid_argument', msg: 'the name holds a character that is not allowed' });
    else if (uploads.has(name)) respond(response, 409, { code: 'already_exists', msg: 'an artifact with this name already exists on the workflow run' });
    else {
      uploads.set(name, { blocks: new Map(), content: null });
      respond(response, 200, { ok: true, signed_upload_url: `${origin}/blob/${encodeURIComponent(name)}?sig=signature-of-the-store` });
    }
  } else if (request.url === `${service}FinalizeArtifact`) {
    const content = uploads.get(name)?.content ?? null;
    const hash = field('hash') as { readonly value?: string } | string | undefined;
    const claimed = typeof hash === 'string' ? hash : hash?.value;
    const whole = content !== null && Number(field('size')) === content.length && claimed === `sha256:${createHash('sha256').update(content).digest('hex')}`;
    if (content === null || !whole) respond(response, 400, { code: 'invalid_argument', msg: 'size or hash do not match' });
    else {
      artifacts.set(name, { name, content, finalized: true });
      respond(response, 200, { ok: true, artifact_id: '42' });
    }
  } else respond(response, 404, { code: 'bad_route', msg: 'no such call' });
}

/** The subset of a block blob store: one PUT of everything, or blocks and their list. */
function takeBlob(request: IncomingMessage, response: ServerResponse, uploads: ReadonlyMap<string, Upload>, body: Buffer): void {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const upload = uploads.get(decodeURIComponent(url.pathname.slice('/blob/'.length)));
  if (upload === undefined || url.searchParams.get('sig') !== 'signature-of-the-store') {
    response.writeHead(403).end();
    return;
  }
  const part = url.searchParams.get('comp');
  if (part === 'block') upload.blocks.set(url.searchParams.get('blockid') ?? '', body);
  else if (part === 'blocklist') {
    const listed = [...body.toString('utf8').matchAll(/<(?:Latest|Uncommitted|Committed)>([^<]+)</g)].map((match) => match[1] ?? '');
    upload.content = Buffer.concat(listed.map((id) => upload.blocks.get(id) ?? Buffer.alloc(0)));
  } else upload.content = body;
  response.writeHead(201, { etag: '"0x1"', 'last-modified': new Date(0).toUTCString(), 'x-ms-request-id': '1', 'x-ms-version': '2024-11-04' }).end();
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
