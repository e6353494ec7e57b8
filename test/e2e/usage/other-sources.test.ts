/** The other sources: what each is asked for a day, with which header, how its pages follow one another, and what of an answer is refused. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callCli } from '../call-cli.ts';
import { now, pullLedger, type PullLedger } from './pull-ledger.ts';

const environment = {
  NEW_API_ACCESS_TOKEN: 'new-api-t0ken-0123456789',
  NEW_API_USER: '42',
  OPENAI_ADMIN_KEY: 'openai-adm1n-0123456789',
  ANTHROPIC_ADMIN_KEY: 'anthropic-adm1n-0123456789',
  OPENROUTER_MANAGEMENT_KEY: 'openrouter-m4nagement-0123456789',
  LITELLM_MASTER_KEY: 'litellm-m4ster-0123456789',
};

let server: Server;
let ledger: PullLedger;
let asked: IncomingMessage[];
let answer: (url: URL) => unknown;
beforeEach(async () => {
  asked = [];
  ledger = pullLedger();
  server = createServer((request, response) => {
    asked.push(request);
    const body = answer(new URL(request.url ?? '/', 'http://host'));
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.close();
  rmSync(ledger.root, { recursive: true, force: true });
});

const pull = (source: string, ...words: readonly string[]): ReturnType<typeof callCli> =>
  callCli(
    ledger.root,
    [
      'usage',
      'pull',
      source,
      '--base-url',
      `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      '--from',
      '2026-06-02',
      '--to',
      '2026-06-02',
      ...words,
    ],
    { now, environment },
  );
/** Each question once: every page is read twice. */
const questions = (): string[] => [...new Set(asked.map(({ url }) => decodeURIComponent(url ?? '')))];
const header = (name: string): Set<unknown> => new Set(asked.map(({ headers }) => headers[name]));

describe('OpenAI', () => {
  const bucket = (...results: readonly object[]): object => ({ object: 'bucket', start_time: 1_780_358_400, end_time: 1_780_444_800, results });

  it('each kind of usage and the costs, a day in one bucket', async () => {
    answer = () => ({ object: 'page', data: [bucket({ model: 'gpt-4o-mini-2024-07-18', input_tokens: 5000 })], has_more: false, next_page: null });
    expect((await pull('openai')).code).toBe(0);
    expect(questions().length).toBe(11);
    expect(questions().slice(0, 2)).toEqual([
      '/v1/organization/usage/completions?start_time=1780358400&end_time=1780444800&bucket_width=1d&group_by=project_id&group_by=api_key_id&group_by=model&group_by=batch&group_by=service_tier',
      '/v1/organization/usage/embeddings?start_time=1780358400&end_time=1780444800&bucket_width=1d&group_by=project_id&group_by=api_key_id&group_by=model',
    ]);
    expect(questions().at(-1)).toBe('/v1/organization/costs?start_time=1780358400&end_time=1780444800&bucket_width=1d&group_by=project_id&group_by=line_item');
    expect(header('authorization')).toEqual(new Set(['Bearer openai-adm1n-0123456789']));
    expect(ledger.files()).toContain('openai-audio-transcriptions-2026-06-02.jsonl');
    expect(ledger.record()?.days[0]).toMatchObject({ feed: 'audio-speeches', rows: 1, pages: 1, control: null, proved: ['second-reading', 'window'] });
  });

  it('pages that name the next one are followed to the last', async () => {
    answer = (url) =>
      url.searchParams.get('page') === null
        ? { data: [bucket({ n: 1 })], has_more: true, next_page: 'p2' }
        : { data: [bucket({ n: 2 })], has_more: false, next_page: null };
    await pull('openai', '--only', 'completions');
    expect(ledger.record()?.days[0]).toMatchObject({ rows: 2, pages: 2 });
    expect(ledger.read('evidence/openai-completions-2026-06-02.jsonl').trimEnd().split('\n').length).toBe(2);
  });

  it.each<[string, unknown, string]>([
    ['more pages without a name', { data: [bucket()], has_more: true, next_page: null }, 'says that there are more pages, and not which'],
    ['a bucket of another day', { data: [{ start_time: 1_780_272_000, results: [{}] }], has_more: false }, '1 times are not of that day, such as "1780272000"'],
    ['a shape that is not known', { object: 'error' }, 'answers in a shape that is not known'],
    ['results that are no list', { data: [bucket(), { start_time: 1_780_358_400, results: 'none' }], has_more: false }, 'answers in a shape that is not known'],
  ])('%s is refused', async (_name, body, said) => {
    answer = () => body;
    const { code, stderr } = await pull('openai', '--only', 'completions');
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(ledger.files()).toEqual([]);
  });

  it('figures that move between two readings are refused', async () => {
    let count = 0;
    answer = () => ({ data: [bucket({ input_tokens: (count += 1) })], has_more: false });
    expect((await pull('openai', '--only', 'costs')).stderr).toContain(
      'costs of 2026-06-02 is not proved whole after 3 readings: two readings differ in 2 rows.',
    );
  });

  it('pages that are written on several lines are kept as files of their own', async () => {
    const page = JSON.stringify({ data: [bucket({ amount: { value: 0.06 } })], has_more: false }, null, 2);
    answer = () => page;
    await pull('openai', '--only', 'costs');
    expect(ledger.files()).toEqual(['openai-costs-2026-06-02-00001.json', 'pull.json']);
    expect(ledger.read('evidence/openai-costs-2026-06-02-00001.json')).toBe(page);
  });
});

it('Anthropic: usage and costs by RFC 3339, with its version', async () => {
  answer = () => ({
    data: [{ starting_at: '2026-06-02T00:00:00Z', ending_at: '2026-06-03T00:00:00Z', results: [{ amount: '123.45' }] }],
    has_more: false,
    next_page: null,
  });
  expect((await pull('anthropic')).code).toBe(0);
  expect(questions()).toEqual([
    '/v1/organizations/usage_report/messages?starting_at=2026-06-02T00:00:00Z&ending_at=2026-06-03T00:00:00Z&bucket_width=1d&group_by[]=api_key_id&group_by[]=workspace_id&group_by[]=model&group_by[]=service_tier&group_by[]=context_window',
    '/v1/organizations/cost_report?starting_at=2026-06-02T00:00:00Z&ending_at=2026-06-03T00:00:00Z&bucket_width=1d&group_by[]=workspace_id&group_by[]=description',
  ]);
  expect(header('x-api-key')).toEqual(new Set(['anthropic-adm1n-0123456789']));
  expect(header('anthropic-version')).toEqual(new Set(['2023-06-01']));
});

it('OpenRouter: the activity of a completed day', async () => {
  answer = (url) => ({ data: [{ date: url.searchParams.get('date'), model: 'openai/gpt-4.1', usage: 0.015, requests: 5 }] });
  expect((await pull('openrouter')).code).toBe(0);
  expect(questions()).toEqual(['/api/v1/activity?date=2026-06-02']);
  expect(ledger.record()?.days[0]).toMatchObject({ rows: 1, proved: ['second-reading', 'window'] });
});

it('LiteLLM: spend logs by pages, midnight to midnight', async () => {
  const rows = Array.from({ length: 150 }, (_, n) => ({
    request_id: `r${n}`,
    startTime: n === 0 ? '2026-06-03T00:00:00.000Z' : `2026-06-02T10:00:00.${100 + n}+00:00`,
    spend: 1e-5,
  }));
  answer = ({ searchParams: ask }) => {
    const [page, size] = [Number(ask.get('page')), Number(ask.get('page_size'))];
    return { data: rows.slice((page - 1) * size, page * size), total: rows.length, page, page_size: size, total_pages: Math.ceil(rows.length / size) };
  };
  expect((await pull('litellm')).code).toBe(0);
  expect(questions()[0]).toBe('/spend/logs/v2?start_date=2026-06-02+00:00:00&end_date=2026-06-03+00:00:00&page=1&page_size=100');
  expect(ledger.record()?.days[0]).toMatchObject({ rows: 150, pages: 2, proved: ['count', 'second-reading', 'window'] });
});

describe('a host of the new-api family', () => {
  /** The page size is the host's own, and it states no total. */
  const capped = (count: number) => (url: URL) => {
    if (url.pathname.endsWith('/stat')) return { success: true, data: { quota: 3 * count } };
    const rows = Array.from({ length: count }, (_, n) => ({ id: n, created_at: 1_780_358_400 + n, type: 2, quota: 3 })).reverse();
    const [from, to, page] = [
      Number(url.searchParams.get('start_timestamp')),
      Number(url.searchParams.get('end_timestamp')),
      Number(url.searchParams.get('p')),
    ];
    return { success: true, data: rows.filter(({ created_at: at }) => at >= from && at <= to).slice((page - 1) * 10, page * 10) };
  };

  it('that says whose token it is, pages ten rows whatever is asked, and states no total', async () => {
    answer = capped(37);
    expect((await pull('new-api', '--only', 'log')).code).toBe(0);
    expect(header('new-api-user')).toEqual(new Set(['42']));
    expect(ledger.record()?.days[0]).toMatchObject({ rows: 37, pages: 4, proved: ['second-reading', 'window', 'last-second', 'control-total'] });
  });

  it('that gives the same page for ever, and states no total', async () => {
    answer = () => ({ success: true, data: [{ created_at: 1_780_358_400, type: 2, quota: 3 }] });
    expect((await pull('new-api', '--only', 'log')).stderr).toContain('page 2 holds the rows of an earlier page');
    expect(asked.length).toBe(3 * 4);
  });

  it('that takes refunds off its own sum, which is said', async () => {
    answer = (url) => {
      if (url.pathname.endsWith('/stat')) return { success: true, data: { quota: 70 } };
      const rows = [
        { created_at: 1_780_358_401, type: 6, quota: 30 },
        { created_at: 1_780_358_400, type: 2, quota: 100 },
      ];
      const from = Number(url.searchParams.get('start_timestamp'));
      return {
        success: true,
        data: { items: url.searchParams.get('p') === '1' ? rows.filter(({ created_at: at }) => at >= from) : [], total: from === 1_780_358_400 ? 2 : 1 },
      };
    };
    expect((await pull('new-api', '--only', 'log')).stdout).toContain('2 rows, quota of type 2 less type 6 70');
  });

  it('that answers of no rows with null', async () => {
    answer = (url) => (url.pathname.endsWith('/stat') ? { success: true, data: { quota: 0 } } : { success: true, data: { items: null, total: 0 } });
    expect((await pull('new-api', '--only', 'log')).code).toBe(0);
  });

  it('has no host of its own', async () => {
    const { stderr } = await callCli(ledger.root, ['usage', 'pull', 'new-api'], { now, environment });
    expect(stderr).toContain('The source new-api has no host of its own.');
  });
});
