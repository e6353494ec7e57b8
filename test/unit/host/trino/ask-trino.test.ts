/** A Trino cluster's door, against a real server that plays the protocol: what is read exactly, what is asked again, what is refused, and where the key never goes. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { defaultTrinoPatience, openTrino, type TrinoCredentials, type TrinoPatience } from '../../../../src/host/trino/ask-trino.ts';
import { ConnectionError } from '../../../../src/model/bounded-fetch.ts';
import type { WidePage, WidePlace } from '../../../../src/model/wide-engine.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}
type Play = (base: string) => RequestListener;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** The `n`th answer to the `n`th request; the last one for all that follow. */
async function serve(...plays: readonly Play[]): Promise<{ readonly url: string; readonly asked: Asked[] }> {
  const asked: Asked[] = [];
  let url = '';
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => void parts.push(part));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      asked.push({ method, path, body: Buffer.concat(parts).toString(), headers });
      plays[Math.min(asked.length, plays.length) - 1]?.(url)(request, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, asked };
}

const text =
  (body: string, status = 200, headers: Record<string, string> = {}): Play =>
  () =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);
/** An answer to the statement `q1`, as text, since JSON.stringify would round. */
const answer =
  (state: string, members: string, next: string | null = null): Play =>
  (base) =>
    text(
      `{"id":"q1","stats":{"state":"${state}","elapsedTimeMillis":1}${members}${next === null ? '' : `,"nextUri":"${next.startsWith('http') ? next : base + next}"`}}`,
    )(base);
const queued = answer('QUEUED', '', '/v1/statement/queued/q1/1');
const finished = answer('FINISHED', '');
const columns = (...names: string[]): string => `,"columns":[${names.map((name) => `{"name":"${name}","type":"varchar"}`).join(',')}]`;
const broken: Play = () => (request) => void request.socket.destroy();
const cutOff: Play = () => (_, response) => {
  response.writeHead(200, { 'content-length': '1000' }).write('{"id":"q1"');
  response.socket?.end();
};

/** A clock that stands but for the waits, which are written down and not slept. */
function patience(changes: Partial<TrinoPatience> = {}): { readonly patience: TrinoPatience; readonly waits: number[] } {
  const waits: number[] = [];
  let now = 0;
  const wait = async (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
    now += milliseconds;
  };
  return { waits, patience: { ...defaultTrinoPatience({ now: () => now, wait }), answerMilliseconds: 2000, ...changes } };
}

const place = (url: string): WidePlace => ({ url, user: 'ledger', catalog: 'hive', folder: '/shared', location: 'local:///trueup' });

async function pagesOf(url: string, plan = patience().patience): Promise<WidePage[]> {
  const pages: WidePage[] = [];
  for await (const page of openTrino(place(url), null, plan).pages('select 1', 'run_1')) pages.push(page);
  return pages;
}

async function failureOf(url: string, plan = patience().patience): Promise<Error> {
  const error: unknown = await pagesOf(url, plan).then(
    (pages) => new Error(`no error but ${pages.length} pages`),
    (thrown: unknown) => thrown,
  );
  return error as Error;
}

describe('an answer', () => {
  it('comes page by page, its numbers as their digits', async () => {
    const { url } = await serve(
      queued,
      answer('RUNNING', columns('a', 'b'), '/v1/statement/executing/q1/1'),
      answer('RUNNING', `${columns('a', 'b')},"data":[[9223372036854775807,"12345678901234567890123456789012345678.10"]]`, '/v1/statement/executing/q1/2'),
      answer('FINISHED', `${columns('a', 'b')},"data":[[1.10,[-0,1e400,"NaN"]],[null,true]]`, '/v1/statement/executing/q1/3'),
      answer('FINISHED', columns('a', 'b')),
    );
    expect(await pagesOf(url)).toEqual([
      { columns: ['a', 'b'], rows: [['9223372036854775807', '12345678901234567890123456789012345678.10']] },
      {
        columns: ['a', 'b'],
        rows: [
          ['1.10', ['-0', '1e400', 'NaN']],
          [null, true],
        ],
      },
    ]);
  });

  it('of a statement without rows has no page', async () => {
    const { url } = await serve(queued, answer('FINISHED', ',"updateType":"CREATE SCHEMA","columns":[]'));
    expect(await pagesOf(url)).toEqual([]);
  });

  it('was asked for with user, catalog, schema and zone, in pages that fit', async () => {
    const { url, asked } = await serve(queued, finished);
    await pagesOf(url);
    expect(asked.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', '/v1/statement', 'select 1'],
      ['GET', '/v1/statement/queued/q1/1?targetResultSize=8MB', ''],
    ]);
    for (const { headers } of asked) {
      expect(headers).toMatchObject({
        'x-trino-user': 'ledger',
        'x-trino-source': 'trueup',
        'x-trino-catalog': 'hive',
        'x-trino-schema': 'run_1',
        'x-trino-time-zone': 'UTC',
      });
      expect(headers.authorization).toBeUndefined();
    }
  });
});

describe('what is held up on the way', () => {
  it('is asked for again: twice 503, a 429 with its wait, a broken connection, half an answer', async () => {
    const { url, asked } = await serve(queued, text('', 503), text('', 503), text('', 429, { 'retry-after': '7' }), broken, cutOff, finished);
    const { patience: plan, waits } = patience();
    expect(await pagesOf(url, plan)).toEqual([]);
    expect(asked).toHaveLength(7);
    expect(waits).toEqual([100, 200, 7000, 800, 1600]);
  });

  it('is given up after a time, and the statement cancelled', async () => {
    const { url, asked } = await serve(queued, text('', 502));
    const { patience: plan, waits } = patience();
    const error = await failureOf(url, plan);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/^Trino at 127\.0\.0\.1:\d+ did not answer to the end: HTTP status 502$/);
    expect(waits.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(plan.outageMilliseconds);
    expect(asked.at(-1)).toMatchObject({ method: 'DELETE', path: '/v1/statement/queued/q1/1' });
  });

  it('is not waited out longer than a statement may take', async () => {
    const { url } = await serve(queued, answer('RUNNING', '', '/v1/statement/executing/q1/1'), text('', 503));
    const { patience: plan, waits } = patience({ statementMilliseconds: 1000 });
    expect(await failureOf(url, plan)).toBeInstanceOf(ConnectionError);
    expect(waits).toEqual([100, 200, 400]);
  });

  it.each([
    ['a broken connection', broken],
    ['503', text('', 503)],
    ['half an answer', cutOff],
    ['no JSON', text('<html>')],
  ])('is not sent twice when it was the statement itself: %s', async (_, play) => {
    const { url, asked } = await serve(play);
    expect(await failureOf(url)).toBeInstanceOf(ConnectionError);
    expect(asked).toHaveLength(1);
  });

  it('ends where the cluster forgot the statement', async () => {
    const { url } = await serve(queued, text('', 410), text('', 204));
    const error = await failureOf(url);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain('(HTTP status 410)');
  });

  it('ends where no answer comes in time', async () => {
    const { url } = await serve(queued, () => () => undefined);
    const { patience: plan } = patience({ answerMilliseconds: 50, outageMilliseconds: 300 });
    expect((await failureOf(url, plan)).message).toContain('no whole answer within 1 s');
  });
});

describe('a statement that is refused', () => {
  it("says so in the cluster's words, on one line and short", async () => {
    const message = `line 1:8: Column \\u001b[31m'x'\\ncannot be resolved ${'long '.repeat(1000)}`;
    const { url, asked } = await serve(queued, answer('FAILED', `,"error":{"errorName":"COLUMN_NOT_FOUND","message":"${message}"}`));
    const error = await failureOf(url);
    expect(error).not.toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/^COLUMN_NOT_FOUND: line 1:8: Column \[31m'x' cannot be resolved long/);
    expect(error.message.length).toBeLessThan(700);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['a user who is not let in', text('Unauthorized', 401), 'does not let the user in (HTTP status 401)'],
    ['a request that it does not take', text('Bad\u0007 session\nproperty', 400), 'answered HTTP status 400: Bad session property'],
    ['no Trino', text('{}'), 'it is not about the statement'],
    ['another server', text('nothing here', 404), '(HTTP status 404)'],
    ['an end that is none', answer('RUNNING', ''), 'it ends in the state RUNNING'],
    ['rows without columns', answer('FINISHED', ',"data":[[1]]'), 'its rows are not as its columns'],
    ['rows that are too short', answer('FINISHED', `${columns('a', 'b')},"data":[["1"]]`), 'its rows are not as its columns'],
    ['a map', answer('FINISHED', `${columns('a')},"data":[[{"b":1}]]`), 'hold a map'],
    ['rows in another encoding', answer('FINISHED', `${columns('a')},"data":{"encoding":"json","segments":[]}`), 'its rows are not as its columns'],
    ['columns without names', answer('FINISHED', ',"columns":[{}],"data":[["1"]]'), 'a column has no name'],
    ['another host', answer('QUEUED', '', 'http://127.0.0.2:1/v1/statement/queued/q1/1'), 'what follows lies on another host'],
    ['a redirect elsewhere', text('', 307, { location: 'http://127.0.0.2:1/v1/statement' }), 'redirects to another host'],
  ])('or an answer that is none: %s', async (_, play, words) => {
    const { url } = await serve(play);
    expect((await failureOf(url)).message).toContain(words);
  });

  it('or an answer to another statement', async () => {
    const { url } = await serve(queued, text('{"id":"q2","stats":{"state":"FINISHED"}}'));
    expect((await failureOf(url)).message).toContain('it is not about the statement');
  });

  it('or an answer that has no end', async () => {
    const endless: Play = () => (_, response) => {
      const more = (): void => void (response.writable && response.write(' '.repeat(1 << 20), more));
      response.writeHead(200);
      more();
    };
    const { url } = await serve(endless);
    expect((await failureOf(url, patience({ answerMilliseconds: 30_000 }).patience)).message).toContain('the answer is too long');
  });
});

describe('whoever stops reading', () => {
  it('ends the statement on the cluster', async () => {
    const { url, asked } = await serve(queued, answer('RUNNING', `${columns('a')},"data":[["1"]]`, '/v1/statement/executing/q1/2'), text('', 204));
    for await (const page of openTrino(place(url), null, patience().patience).pages('select 1', 'run_1')) {
      expect(page.rows).toHaveLength(1);
      break;
    }
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/statement',
      'GET /v1/statement/queued/q1/1?targetResultSize=8MB',
      'DELETE /v1/statement/executing/q1/2',
    ]);
  });
});

describe('a key', () => {
  const open = (url: string, credentials: TrinoCredentials | null) => () => openTrino(place(url), credentials, patience().patience);

  it('goes over https alone', () => {
    expect(open('http://127.0.0.1:8080', { kind: 'password', secret: 'x' })).toThrow(/goes over https alone/);
    expect(open('https://trino.example.com', { kind: 'token', secret: 'x' })).not.toThrow();
  });

  it('is not quoted where it is no header', () => {
    expect(open('https://trino.example.com', { kind: 'token', secret: 'a\nb' })).toThrow(/^What is to be sent as authorization is no header\.$/);
  });

  it.each([
    'http://trino.example.com',
    'https://user:word@trino.example.com',
    'https://trino.example.com/path',
    'https://trino.example.com/?a',
    'ftp://127.0.0.1',
    'trino',
  ])('and nothing else goes to %s', (url) => {
    expect(open(url, null)).toThrow('is not the origin of a Trino coordinator');
  });
});

const { TRUEUP_TRINO_URL: cluster } = process.env;
describe.skipIf(cluster === undefined)('a real cluster', () => {
  const ask = async (statement: string): Promise<WidePage[]> => {
    const pages: WidePage[] = [];
    const clock = { now: Date.now, wait: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)) };
    for await (const page of openTrino(place(cluster ?? ''), null, defaultTrinoPatience(clock)).pages(statement, 'information_schema')) pages.push(page);
    return pages;
  };

  it('answers exactly', async () => {
    expect(await ask("select 9223372036854775807 a, decimal '12345678901234567890123456789012345678' b, true c, null d, array[1, null] e")).toEqual([
      { columns: ['a', 'b', 'c', 'd', 'e'], rows: [['9223372036854775807', '12345678901234567890123456789012345678', true, null, ['1', null]]] },
    ]);
  });

  it('sends many rows in several pages, each once and none left out', async () => {
    const pages = await ask('select a * 1000 + b from unnest(sequence(0, 499)) as x (a) cross join unnest(sequence(0, 999)) as y (b)');
    const found = pages.flatMap(({ rows }) => rows.map(([value]) => Number(value))).sort((one, other) => one - other);
    expect(found).toHaveLength(500_000);
    expect(found.every((value, index) => value === index)).toBe(true);
  });

  it('says why it refuses', async () => {
    await expect(ask('select x')).rejects.toThrow("COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved");
  });
});
