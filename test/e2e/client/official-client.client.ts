/**
 * CometAPI's own command line and `trueup usage pull` against one host: our stand-in serves a client of others too, and both come to the same figures, to the
 * last unit of quota. The client knows no other host, so that its base is set in its process.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { rowsOfDay } from '../usage-host/log-rows.ts';
import { accessToken, startUsageHost, type UsageHost } from '../usage-host/usage-host.ts';
import { pullLedger, rowsIn, type PullLedger } from '../usage/pull-ledger.ts';

const { python } = inject('client');
const days = ['2026-06-01', '2026-06-02', '2026-06-03', '2026-06-04'];
const home = mkdtempSync(join(tmpdir(), 'trueup-client-'));
let host: UsageHost;
let ledger: PullLedger;

beforeAll(async () => {
  if (python === null) return;
  host = await startUsageHost(days.flatMap((day, index) => rowsOfDay(day, 90 + 60 * index)));
  host.tasks.push({ id: 1, task_id: 'task-1', platform: 'suno', status: 'SUCCESS', submit_time: Date.parse('2026-06-02T08:00:00Z') / 1000, quota: 25_000 });
  ledger = pullLedger();
  const { code, stderr } = await ledger.pull(host);
  if (code !== 0) throw new Error(stderr);
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
  if (python === null) return;
  host.close();
  rmSync(ledger.root, { recursive: true, force: true });
});

const start = `
import sys
import cometapi_cli.client as client
client.COMETAPI_DASHBOARD_BASE = sys.argv[1]
client.COMETAPI_BASE_URL = sys.argv[1] + '/v1'
`;
const asCommand = `${start}
from cometapi_cli.app import app
app(sys.argv[2:], prog_name='cometapi')
`;
const asLibrary = `${start}
import json
made = client.CometClient(api_key='none')
print(json.dumps(getattr(made, sys.argv[2])(**json.loads(sys.argv[3]))))
`;

async function call(script: string, ...words: readonly string[]): Promise<unknown> {
  const environment = { PATH: process.env['PATH'], HOME: home, COMETAPI_KEY: 'none', COMETAPI_ACCESS_TOKEN: accessToken, NO_COLOR: '1' };
  const { stdout } = await promisify(execFile)(python ?? '', ['-c', script, host.url, ...words], { env: environment, encoding: 'utf8', maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

interface ClientRow {
  readonly request_id: string;
  readonly type: string;
  readonly quota: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cache_tokens: number;
}

async function clientRows(): Promise<ClientRow[]> {
  const rows: ClientRow[] = [];
  for (let page = 1; ; page += 1) {
    const words = ['--json', 'logs', '--start', '2026-06-01', '--end', '2026-06-04T23:59:59', '--limit', '100', '--page', String(page)];
    const more = (await call(asCommand, ...words)) as ClientRow[];
    if (more.length === 0) return rows;
    rows.push(...more);
  }
}

describe.skipIf(python === null)('the client of others', () => {
  it('reads the same rows: ids, types, tokens and quota', async () => {
    const types: Readonly<Record<string, string>> = { '2': 'consume', '5': 'error', '6': 'refund' };
    const pulled = days.flatMap((day) => rowsIn(ledger.read(`evidence/cometapi-log-${day}.jsonl`)));
    const ours = pulled.map((row) => [
      row['request_id'],
      types[String(row['type'])],
      row['quota'],
      row['prompt_tokens'],
      row['completion_tokens'],
      (JSON.parse(String(row['other'])) as { readonly cache_tokens: number }).cache_tokens,
    ]);
    const theirs = (await clientRows()).map((row) => [row.request_id, row.type, row.quota, row.prompt_tokens, row.completion_tokens, row.cache_tokens]);
    const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();
    expect(theirs.length).toBe(90 + 150 + 210 + 270);
    expect(sorted(theirs)).toEqual(sorted(ours));
  });

  it.each(days.map((day) => [day]))('is told the same sum of %s, and sums its rows to it', async (day) => {
    const [from, to] = [Date.parse(`${day}T00:00:00Z`) / 1000, Date.parse(`${day}T23:59:59Z`) / 1000];
    const stat = (await call(asLibrary, 'get_log_stat', JSON.stringify({ start_timestamp: from, end_timestamp: to }))) as {
      readonly data: { readonly quota: number };
    };
    const entry = ledger.record()?.days.find((one) => one.feed === 'log' && one.day === day);
    const consumed = rowsIn(ledger.read(`evidence/cometapi-log-${day}.jsonl`)).filter((row) => row['type'] === 2);
    expect(String(stat.data.quota)).toBe(entry?.control?.figure);
    expect(consumed.reduce((sum, row) => sum + Number(row['quota']), 0)).toBe(stat.data.quota);
  });

  it('reads the same balance', async () => {
    const balance = (await call(asCommand, '--json', 'balance', '--source', 'account')) as { readonly balance: number; readonly used: number };
    const reading = ledger.record()?.readings[0];
    expect([balance.balance, balance.used].map(String)).toEqual([reading?.balance, reading?.used]);
  });

  it('reads the same tasks', async () => {
    const tasks = (await call(asCommand, '--json', 'tasks', '--start', '2026-06-02', '--end', '2026-06-02T23:59:59')) as readonly unknown[];
    expect(tasks).toEqual(rowsIn(ledger.read('evidence/cometapi-task-2026-06-02.jsonl')));
  });
});
