/** `trueup usage pull` from its arguments to its files: what it asks for, what it keeps, where it goes on, and where the key never is. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pullRecord } from '../../../src/model/pull.ts';
import { sha256Of } from '../../../src/model/sha256.ts';
import { callCli } from '../call-cli.ts';
import { rowsOfDay } from '../usage-host/log-rows.ts';
import { accessToken, startUsageHost, type UsageHost } from '../usage-host/usage-host.ts';
import { now, pullLedger, rowsIn, type PullLedger } from './pull-ledger.ts';

const days = ['2026-06-01', '2026-06-02', '2026-06-03', '2026-06-04'];
let host: UsageHost;
let ledger: PullLedger;
beforeEach(async () => {
  host = await startUsageHost(['2026-05-31', ...days, '2026-06-05'].flatMap((day) => rowsOfDay(day, 130)));
  ledger = pullLedger();
});
afterEach(() => {
  host.close();
  rmSync(ledger.root, { recursive: true, force: true });
});

/** Path and content of every file below the ledger. */
function contents(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile());
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}
const askedDays = (): string[] => [
  ...new Set(
    host.asked.flatMap(({ query }) => (query.has('start_timestamp') ? [new Date(Number(query.get('start_timestamp')) * 1000).toISOString().slice(0, 10)] : [])),
  ),
];

describe('a pull', () => {
  it('keeps every closed day, its tasks and the balance, and says so', async () => {
    host.tasks.push({ id: 5, task_id: 'task-1', submit_time: Date.parse('2026-06-03T10:00:00Z') / 1000, status: 'SUCCESS', quota: 25_000 });
    const { code, stdout } = await ledger.pull(host);
    expect(code).toBe(0);
    expect(ledger.files()).toEqual([
      'cometapi-balance-2026-06-05.json',
      ...days.map((day) => `cometapi-log-${day}.jsonl`),
      ...days.map((day) => `cometapi-task-${day}.jsonl`),
      'pull.json',
    ]);
    const quota = host.rows
      .filter((row) => row.type === 2 && new Date(row.created_at * 1000).toISOString().startsWith('2026-06-01'))
      .reduce((sum, row) => sum + row.quota, 0);
    expect(stdout).toContain(`2026-06-01 log: 130 rows, quota of type 2 ${quota}\n`);
    expect(stdout).toContain('2026-06-03 task: 1 rows\n');
    expect(stdout).toContain('2026-06-05 balance: 1904.1 USD\nWhat was asked and proved is in periods/2026-06/evidence/pull.json.\n');
  });

  it('never asks for the day that runs, nor for one outside of the period', async () => {
    await ledger.pull(host);
    expect(askedDays()).toEqual(days);
    const stamps = host.asked.flatMap(({ query }) => [...query].filter(([name]) => name.endsWith('_timestamp')).map(([, value]) => Number(value)));
    expect(Math.max(...stamps)).toBe(now / 1000 - 1);
  });

  it('keeps the raw pages byte for byte, and their hash', async () => {
    await ledger.pull(host);
    const kept = ledger.record()?.days ?? [];
    expect(kept.map(({ day }) => day)).toEqual([...days, ...days]);
    for (const { files, pages, rows } of kept) {
      const [file] = files;
      const text = ledger.read(file?.file ?? '');
      expect(sha256Of(Buffer.from(text))).toBe(file?.sha256);
      expect(Buffer.byteLength(text)).toBe(file?.bytes);
      expect(text.split('\n').length - 1).toBe(pages);
      expect(rowsIn(text).length).toBe(rows);
    }
    const page = await fetch(
      `${host.url}/api/log/self?p=2&page_size=100&start_timestamp=${Date.parse('2026-06-01T00:00:00Z') / 1000}&end_timestamp=${Date.parse('2026-06-01T23:59:59Z') / 1000}`,
      {
        headers: { authorization: `Bearer ${accessToken}` },
      },
    );
    expect(ledger.read('evidence/cometapi-log-2026-06-01.jsonl').split('\n')[1]).toBe(await page.text());
  });

  it('writes what it asked and proved, as the published schema has it', async () => {
    await ledger.pull(host);
    const record = ledger.record();
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, '../../../schema/pull.schema.json'), 'utf8')) as object;
    expect(new Ajv2020().validate(schema, JSON.parse(ledger.read(pullRecord)))).toBe(true);
    expect(record?.days[0]).toMatchObject({
      source: 'cometapi',
      feed: 'log',
      host: new URL(host.url).host,
      endpoint: '/api/log/self',
      parameters: [
        ['start_timestamp', '1780272000'],
        ['end_timestamp', '1780358399'],
      ],
      asked_at_utc: '2026-06-05T00:00:00Z',
      day: '2026-06-01',
      pages: 2,
      rows: 130,
      control: { endpoint: '/api/log/self/stat', sum_of: 'quota of type 2' },
      proved: ['count', 'second-reading', 'window', 'last-second', 'control-total'],
    });
    expect(record?.readings).toMatchObject([{ feed: 'balance', balance: '1904.1', used: '21.065912', currency: 'USD', asked_at_utc: '2026-06-05T00:00:00Z' }]);
  });

  it('gives the same bytes for the same answers at the same time', async () => {
    await ledger.pull(host);
    const first = contents(ledger.folder);
    rmSync(join(ledger.folder, 'evidence'), { recursive: true });
    await ledger.pull(host);
    expect(contents(ledger.folder)).toEqual(first);
  });
});

describe('an interrupted pull', () => {
  it('goes on where it was, and asks again for what is not what was kept', async () => {
    host.fail('no-success', 17);
    expect((await ledger.pull(host, ['--only', 'log'])).code).toBe(2);
    expect(ledger.files()).toEqual(['cometapi-log-2026-06-01.jsonl', 'cometapi-log-2026-06-02.jsonl', 'pull.json']);
    writeFileSync(join(ledger.folder, 'evidence/cometapi-log-2026-06-02.jsonl'), 'edited');
    host.fail('no-success', 0, 0);
    host.asked.splice(0);
    const { code, stdout } = await ledger.pull(host, ['--only', 'log'], now + 60_000);
    expect(code).toBe(0);
    expect(askedDays()).toEqual(days.slice(1));
    expect(stdout).toMatch(/^2026-06-01 log: 130 rows.* \(kept\)\n2026-06-02 log: 130 rows, quota of type 2 \d+\n/);
    expect(ledger.record()?.days.map(({ asked_at_utc: at }) => at)).toEqual(['2026-06-05T00:00:00Z', ...days.slice(1).map(() => '2026-06-05T00:01:00Z')]);
  });

  it('of which the record was written and the file was not, too', async () => {
    await ledger.pull(host);
    const whole = contents(ledger.folder);
    rmSync(join(ledger.folder, 'evidence/cometapi-log-2026-06-03.jsonl'));
    await ledger.pull(host);
    expect(contents(ledger.folder)).toEqual(whole);
  });

  it('asks nothing again that is there', async () => {
    await ledger.pull(host);
    host.asked.splice(0);
    const before = contents(ledger.folder);
    await ledger.pull(host, [], now + 3_600_000);
    expect(host.asked).toEqual([]);
    expect(contents(ledger.folder)).toEqual(before);
  });
});

describe('the key', () => {
  it('is in no file and no text', async () => {
    const { stdout, stderr } = await ledger.pull(host, ['--json']);
    expect(JSON.parse(stdout)).toMatchObject({ period: '2026-06', parts: expect.any(Array) as unknown });
    host.fail('no-success');
    const refused = await ledger.pull(host, ['--period', '2026-06', '--base-url', host.url, '--only', 'task']);
    for (const text of [stdout, stderr, refused.stdout, refused.stderr, ...contents(ledger.root).values()]) expect(text).not.toContain(accessToken);
  });

  it('goes to no other host', async () => {
    const asked: (string | undefined)[] = [];
    const other = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.end('{}');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const redirecting = createServer((request, response) => response.writeHead(307, { location: `http://127.0.0.1:${port}${request.url}` }).end());
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const { code, stderr } = await ledger.pull({ ...host, url: `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}` });
    other.close();
    redirecting.close();
    expect(code).toBe(2);
    expect(stderr).toContain('it redirects to another host');
    expect(asked).toEqual([]);
  });

  it('is not kept with an answer that repeats it', async () => {
    host.rows.push({ ...host.rows[200], created_at: Date.parse('2026-06-02T12:00:00Z') / 1000, content: `called with ${accessToken}` } as never);
    const { code, stderr } = await ledger.pull(host, ['--only', 'log']);
    expect(code).toBe(2);
    expect(stderr).toContain('answers with the key that it was sent; nothing of the answer is kept');
    expect(ledger.files()).toEqual(['cometapi-log-2026-06-01.jsonl', 'pull.json']);
  });

  it('is asked for by the name of its variable', async () => {
    const { code, stderr } = await callCli(ledger.root, ['usage', 'pull', 'cometapi', '--base-url', host.url], { now });
    expect(code).toBe(2);
    expect(stderr).toContain(
      `The environment has no COMETAPI_ACCESS_TOKEN.\n  Set it to the key of the account for cometapi; it goes to ${host.url} alone and into no file.`,
    );
  });
});

describe('refused before anything is asked', () => {
  it.each<[string, readonly string[], string]>([
    ['a day that runs', ['--to', '2026-06-05'], '2026-06-05 is not over yet in UTC.'],
    ['a day of another period', ['--from', '2026-05-31'], '2026-05-31 is not a day of the period 2026-06.\n  Name days from 2026-06-01 to 2026-06-30.'],
    ['a period that is not there', ['--period', '2031-01'], '2031-01'],
    ['a feed that is not there', ['--only', 'costs'], 'The source cometapi has no costs.\n  It has log, task, balance.'],
    ['plain http elsewhere', ['--base-url', 'http://api.cometapi.com'], 'The base URL is not one that a key may be sent to.'],
  ])('%s', async (_name, words, said) => {
    const { code, stderr } = await ledger.pull(host, words);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(host.asked).toEqual([]);
  });

  it('a record that is none', async () => {
    mkdirSync(join(ledger.folder, 'evidence'));
    writeFileSync(join(ledger.folder, pullRecord), '{"schema":"trueup.pull/1"}');
    expect((await ledger.pull(host)).stderr).toContain('evidence/pull.json of the period 2026-06 is no record of a pull.');
  });

  it('another host under the same name', async () => {
    await ledger.pull(host);
    const other = await startUsageHost(host.rows);
    const { stderr } = await ledger.pull(other);
    other.close();
    expect(stderr).toContain(`The period holds cometapi of ${new URL(host.url).host} already.`);
  });

  it('a link out of the ledger', async () => {
    const elsewhere = join(ledger.root, '..', `${ledger.root.split('/').at(-1)}-elsewhere`);
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(ledger.folder, 'evidence'));
    expect((await ledger.pull(host)).stderr).toContain('periods/2026-06/evidence lies outside of');
    expect(readdirSync(elsewhere)).toEqual([]);
    rmSync(elsewhere, { recursive: true });
  });
});

describe('freezing', () => {
  it('pins the record and what it names, and a frozen period takes no pull', async () => {
    ledger.addExports();
    await ledger.pull(host, ['--only', 'balance', 'task']);
    const asOf = ['--ledger', ledger.root, '--as-of', '2026-07-05'];
    const { code, stdout } = await callCli(ledger.root, ['freeze', '2026-06', ...asOf]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('periods/2026-06/evidence.lock') as unknown]);
    const lock = readFileSync(join(ledger.folder, 'evidence.lock'), 'utf8');
    for (const name of ['pull.json', 'cometapi-balance-2026-06-05.json', 'cometapi-task-2026-06-04.jsonl']) expect(lock).toContain(`evidence/${name}`);
    expect((await ledger.pull(host)).stderr).toContain('The evidence of the period 2026-06 is frozen.');
  });
});

describe('where and when', () => {
  it('an evidence root holds the files where one is named', async () => {
    const root = join(ledger.root, 'data');
    mkdirSync(root);
    expect((await ledger.pull(host, ['--evidence-root', root, '--only', 'log'])).stdout).toContain('is in 2026-06/evidence/pull.json');
    expect(readdirSync(join(root, '2026-06/evidence'))).toContain('cometapi-log-2026-06-04.jsonl');
    expect(existsSync(join(ledger.folder, 'evidence/pull.json'))).toBe(false);
  });

  it('on the first of the month there is no day, and the balance is the opening one', async () => {
    const { code, stdout } = await ledger.pull(host, [], Date.parse('2026-06-01T00:05:00Z'));
    expect(code).toBe(0);
    expect(stdout).toBe(
      '2026-06-01 balance: 1904.1 USD\nNo day of the period 2026-06 is over yet.\nWhat was asked and proved is in periods/2026-06/evidence/pull.json.\n',
    );
  });

  it('long after the month no balance is read', async () => {
    const { stdout } = await ledger.pull(host, ['--from', '2026-06-30', '--only', 'balance', 'log'], Date.parse('2026-07-20T00:05:00Z'));
    expect(stdout).toContain('No balance was read: the period 2026-06 ended 2026-07-01T00:00:00Z, and a balance is that of now.');
  });

  it('a day without rows is kept as one', async () => {
    host.rows.splice(0);
    await ledger.pull(host, ['--only', 'log']);
    expect(ledger.record()?.days[0]).toMatchObject({ rows: 0, pages: 1, control: { figure: '0' } });
  });
});
