/** The fault table: each kind of fault, once and for ever, against what is kept. A day is whole as the host has it, or nothing of it is kept. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HostFault, hostFaults } from '../usage-host/host-faults.ts';
import { rowsOfDay } from '../usage-host/log-rows.ts';
import { accessToken, startUsageHost, type UsageHost } from '../usage-host/usage-host.ts';
import { pullLedger, rowsIn, type PullLedger } from './pull-ledger.ts';

const day = '2026-06-02';
const words = ['--from', day, '--to', day, '--only', 'log'];
const file = `evidence/cometapi-log-${day}.jsonl`;

let host: UsageHost;
let ledger: PullLedger;
beforeEach(async () => {
  host = await startUsageHost(['2026-06-01', day, '2026-06-03'].flatMap((one) => rowsOfDay(one, 250)));
  ledger = pullLedger();
});
afterEach(() => {
  host.close();
  rmSync(ledger.root, { recursive: true, force: true });
});

/** By content, as the host has them now. */
function trueRows(): string[] {
  const [from, to] = [Date.parse(`${day}T00:00:00Z`) / 1000, Date.parse(`${day}T23:59:59Z`) / 1000];
  return contents(host.rows.filter(({ created_at: at }) => at >= from && at <= to));
}
function contents(rows: readonly Readonly<Record<string, unknown>>[]): string[] {
  return rows.map((row) => JSON.stringify({ ...row, id: 0 })).toSorted();
}

type Outcome = 'corrected' | 'refused';

async function outcomeOf(): Promise<Outcome> {
  const { code, stdout, stderr } = await ledger.pull(host, words);
  expect(stdout + stderr).not.toContain(accessToken);
  if (code === 0) {
    expect(contents(rowsIn(ledger.read(file)))).toEqual(trueRows());
    return 'corrected';
  }
  expect(code).toBe(2);
  expect(stderr).toMatch(/^trueup: \S.*\.\n {2}\S.*\.\n$/);
  expect(ledger.files()).toEqual([]);
  return 'refused';
}

/** What passes: `after` requests to the log, for `times` of them. */
const passing: readonly (readonly [HostFault, number, number, Outcome])[] = [
  ['limited', 1, 2, 'corrected'],
  ['limited-until', 1, 1, 'corrected'],
  ['bad-gateway', 2, 3, 'corrected'],
  ['dropped', 2, 1, 'corrected'],
  ['cut-off', 2, 1, 'corrected'],
  ['truncated', 3, 1, 'corrected'],
  ['not-json', 3, 1, 'corrected'],
  ['no-success', 3, 1, 'refused'],
  ['elsewhere', 3, 1, 'refused'],
  ['endless-answer', 3, 1, 'corrected'],
  ['late-row', 1, 1, 'corrected'],
  ['late-row', 3, 1, 'corrected'],
  ['late-row', 6, 1, 'corrected'],
  ['moved-row', 1, 1, 'corrected'],
  ['moved-row', 2, 1, 'corrected'],
  ['removed-row', 2, 1, 'corrected'],
  ['changed-row', 1, 1, 'corrected'],
  ['changed-row', 5, 1, 'corrected'],
  ['doubled-at-seam', 2, 1, 'corrected'],
  ['lost-at-seam', 1, 1, 'corrected'],
  ['lost-everywhere', 1, 3, 'corrected'],
  ['lost-without-quota', 1, 1, 'corrected'],
  ['lost-quietly-at-seam', 0, 3, 'corrected'],
  ['total-too-high', 0, 3, 'corrected'],
  ['total-too-low', 1, 1, 'corrected'],
  ['total-changes', 2, 1, 'corrected'],
  ['wrong-stat', 8, 1, 'corrected'],
  ['same-page', 2, 1, 'corrected'],
  ['endless-pages', 3, 1, 'corrected'],
  ['end-left-out', 0, 9, 'corrected'],
  ['other-days', 1, 1, 'corrected'],
  ['no-rows-list', 2, 1, 'refused'],
  ['fraction', 2, 1, 'corrected'],
];

describe('a fault that passes', () => {
  it.each(passing)('%s from request %i, %i times: %s', async (fault, after, times, expected) => {
    host.fail(fault, after, times);
    expect(await outcomeOf()).toBe(expected);
  });
});

describe('a fault that stays', () => {
  it.each(hostFaults.map((fault) => [fault]))('%s: refused', async (fault) => {
    host.fail(fault);
    expect(await outcomeOf()).toBe('refused');
  });

  it('each kind of fault was tried both ways', () => {
    expect(hostFaults.filter((fault) => !passing.some(([one]) => one === fault))).toEqual([]);
  });
});

it('a host without a fault: the day is whole', async () => {
  expect(await outcomeOf()).toBe('corrected');
  expect(host.asked.map(({ path, query }) => `${path} ${query.get('page_size') ?? ''} ${query.get('p') ?? ''}`)).toEqual([
    ...['100 1', '100 2', '100 3', '99 1', '99 2', '99 3', '100 1', '100 2'].map((page) => `/api/log/self ${page}`),
    '/api/log/self/stat  ',
  ]);
});

it('what is refused names the day, the figure and what to do', async () => {
  host.fail('total-too-low');
  const { stderr } = await ledger.pull(host, words);
  expect(stderr).toBe(
    'trueup: log of 2026-06-02 is not proved whole after 3 readings: the pages hold 250 rows and more, and the host says 249. Nothing of that day was written.\n' +
      '  Run the command again later: the days before are kept. If it stays so, ask whoever runs the host about /api/log/self; --to and --from pull the days around it.\n',
  );
});
