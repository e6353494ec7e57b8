/** The network's door, against a real server: what is waited out, what is refused, and where the key never goes. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openHost, type Host, type Patience } from '../../../src/capture/ask-host.ts';
import { sha256Of } from '../../../src/model/sha256.ts';
import { UserError } from '../../../src/model/user-error.ts';

const key = 'comet-3kQ9zX7Lm2Vb8Rt5';
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** The `n`th answer to the `n`th request; the last one for all that follow. */
async function serve(...answers: readonly RequestListener[]): Promise<{ readonly url: string; readonly asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    void answers[Math.min(asked.length, answers.length) - 1]?.(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const start = Date.parse('2026-06-01T00:00:00Z');

/** A clock that stands but for the waits, which are written down and not slept. */
function patience(changes: Partial<Patience> = {}): { readonly patience: Patience; readonly waits: number[] } {
  const waits: number[] = [];
  let passed = 0;
  const wait = async (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
    passed += milliseconds;
  };
  return { waits, patience: { attempts: 4, requestMilliseconds: 2000, totalMilliseconds: 300_000, now: () => start + passed, wait, ...changes } };
}

function hostAt(baseUrl: string, plan: Patience = patience().patience): Host {
  return openHost({ baseUrl, headers: { authorization: `Bearer ${key}` }, patience: plan });
}

const whole: RequestListener = (_, response) => void response.end('{"success":true,"data":[0.10]}');
const status =
  (code: number, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(code, headers).end('{}');

async function refusalOf(asked: Promise<unknown>): Promise<string> {
  const error: unknown = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UserError)) return `no UserError: ${String(error)}`;
  return `${error.message} ${error.remedy}`;
}

describe('an answer', () => {
  it('is the bytes as they came, their hash, and JSON whose numbers keep their digits', async () => {
    const { url, asked } = await serve(whole);
    const answer = await hostAt(url).getJson('/api/log', [
      ['p', '1'],
      ['by[]', 'a b'],
      ['by[]', 'c'],
    ]);
    expect(answer.bytes.toString()).toBe('{"success":true,"data":[0.10]}');
    expect(answer.sha256).toBe(sha256Of(answer.bytes));
    expect(answer.json).toEqual({ success: true, data: ['0.10'] });
    expect(asked[0]?.url).toBe('/api/log?p=1&by%5B%5D=a+b&by%5B%5D=c');
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${key}`);
  });

  it('comes through a redirect on the same host', async () => {
    const { url } = await serve(status(307, { location: '/elsewhere' }), whole);
    expect((await hostAt(url).get('/here')).bytes.toString()).toContain('true');
  });

  it('may be no JSON where none is asked for', async () => {
    const { url } = await serve((_, response) => void response.end('<table>'));
    expect((await hostAt(url).get('/page')).bytes.toString()).toBe('<table>');
  });
});

describe('what passes is waited out', () => {
  it.each<[string, RequestListener, number]>([
    ['429 with seconds', status(429, { 'retry-after': '37' }), 37_000],
    ['429 with a date', status(429, { 'retry-after': 'Mon, 01 Jun 2026 00:01:30 GMT' }), 90_000],
    ['429 with nonsense', status(429, { 'retry-after': 'soon' }), 1000],
    ['503', status(503), 1000],
    ['a broken connection', (request) => void request.socket.destroy(), 1000],
    ['an answer that breaks off', (_, response) => void response.writeHead(200, { 'content-length': '99' }).write('{"da', () => response.destroy()), 1000],
    ['truncated JSON', (_, response) => void response.end('{"success":true,"data":[{"quo'), 1000],
    ['bytes that are no UTF-8', (_, response) => void response.end(Buffer.from([0x22, 0xff, 0x22])), 1000],
  ])('%s', async (_name, fault, wait) => {
    const { url, asked } = await serve(fault, whole);
    const { patience: plan, waits } = patience();
    expect((await hostAt(url, plan).getJson('/')).json).toMatchObject({ success: true });
    expect(asked.length).toBe(2);
    expect(waits).toEqual([wait]);
  });

  it('but not for longer than the budget, nor more often than it says', async () => {
    const { url, asked } = await serve(status(429, { 'retry-after': '301' }));
    expect(await refusalOf(hostAt(url).get('/api'))).toContain('/api gave no answer: HTTP status 429.');
    expect(asked.length).toBe(1);
    const { patience: plan, waits } = patience();
    const broken = await serve(status(502));
    expect(await refusalOf(hostAt(broken.url, plan).get('/api'))).toContain('gave no answer after 4 tries: HTTP status 502. Run the command again later');
    expect(waits).toEqual([1000, 2000, 4000]);
  });
});

describe('what does not pass is refused at once', () => {
  it.each<[string, RequestListener, string]>([
    ['401', status(401), 'HTTP status 401. Look whether the key in the environment'],
    ['404', status(404), 'HTTP status 404. Look whether the base URL'],
    [
      'success: false with status 200',
      (_, response) => void response.end('{"success":false,"message":"invalid\\u0007 token"}'),
      'did not succeed: "invalid token"',
    ],
    ['success: false without a word', (_, response) => void response.end('{"success":false}'), 'did not succeed, and not why'],
    ['a redirect elsewhere', status(302, { location: 'http://127.0.0.2:9/' }), 'it redirects to another host'],
    ['a circle', status(302, { location: '/again' }), 'or in a circle'],
  ])('%s', async (_name, fault, said) => {
    const { url, asked } = await serve(fault);
    expect(await refusalOf(hostAt(url).getJson('/api'))).toContain(said);
    expect(asked.length).toBeLessThanOrEqual(4);
  });

  it('asks nobody else with the key', async () => {
    const other = await serve(whole);
    const { url } = await serve(status(302, { location: `${other.url}/steal` }));
    await refusalOf(hostAt(url).get('/api'));
    expect(other.asked).toEqual([]);
  });

  it('says nothing of the key when the host repeats it', async () => {
    const { url } = await serve((request, response) => void response.end(JSON.stringify({ success: false, message: `bad ${request.headers.authorization}` })));
    const said = await refusalOf(hostAt(url).getJson('/api'));
    expect(said).toContain('bad Bearer (secret removed)');
    expect(said).not.toContain(key);
  });
});

describe('answers have an end', () => {
  it('in time', async () => {
    const { url } = await serve((_, response) => void response.writeHead(200).write('['));
    const said = await refusalOf(hostAt(url, patience({ attempts: 2, requestMilliseconds: 100 }).patience).getJson('/'));
    expect(said).toContain('no whole answer within');
  });

  it('in size', async () => {
    const megabyte = 'x'.repeat(2 ** 20);
    const { url } = await serve((_, response) => {
      const more = (): void => {
        while (response.write(megabyte));
        response.once('drain', more);
      };
      more();
    });
    const said = await refusalOf(hostAt(url, patience({ attempts: 1, requestMilliseconds: 30_000 }).patience).get('/'));
    expect(said).toContain('the answer is too long');
  });
});

describe('where a key may not go', () => {
  it.each(['http://api.example.com', 'ftp://127.0.0.1', 'api.example.com', 'https://me:pw@api.example.com', 'https://api.example.com/?key=1'])(
    '%s',
    async (url) => {
      expect(await refusalOf((async () => hostAt(url))())).toMatch(/^The base URL/);
    },
  );

  it.each(['one\nx-other: two', 'schlüssel', ' ', 'ends with a blank '])('a key that is no header is not quoted', async (value) => {
    const open = async (): Promise<Host> => openHost({ baseUrl: 'https://api.example.com', headers: { authorization: value }, patience: patience().patience });
    expect(await refusalOf(open())).toContain('What is to be sent as authorization is no header. Set the key anew');
  });
});
