/** Alerts of scheduled runs to a webhook: a real server gets each crossing once, and nothing of its address is said anywhere, whatever it answers. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { postAlert } from '../../../src/host/github/alert-webhook.ts';
import { finding, type Finding } from '../../../src/model/finding.ts';
import type { GateReport } from '../../../src/model/gate.ts';
import { amountOf } from '../../../src/model/money.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import { gateReport } from './gate-report.ts';
import { announce, pullEvent, type Said } from './run-announcement.ts';

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const secretPath = '/services/T0000/B0000/XyZsecretXyZ';
let github: GitHubServer;
let server: Server;
/** What the webhook got. */
let got: { readonly method: string; readonly url: string; readonly body: { readonly text: string; readonly mrkdwn: boolean } }[];
/** What it answers; null = nothing. */
let answer: Answer | null;

beforeEach(async () => {
  github = await startGitHub();
  got = [];
  answer = { status: 200 };
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      got.push({
        method: request.method ?? '',
        url: request.url ?? '',
        body: JSON.parse(Buffer.concat(parts).toString('utf8') || 'null') as (typeof got)[number]['body'],
      });
      if (answer === null) request.socket.destroy();
      else response.writeHead(answer.status, answer.headers).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await github.close();
});

const place = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;
const address = (): string => `http://${place()}${secretPath}`;
const scheduled = { ...pullEvent, name: 'schedule', mode: 'open' as const, pullNumber: null };
let runId = 0;

interface Run {
  readonly findings?: readonly Finding[];
  readonly verdict?: 'pass' | 'warn' | 'fail';
  readonly inputs?: Readonly<Record<string, string>>;
  readonly event?: typeof scheduled;
  readonly visibility?: 'public' | 'private';
}

/** One run; what it says must never hold a word of the address. */
async function run({
  findings,
  verdict = 'fail',
  inputs = { 'INPUT_ALERT-WEBHOOK': address() },
  event = scheduled,
  visibility = 'private',
}: Run): Promise<Said> {
  const whole = gateReport({ verdict, mode: 'open' });
  const ledgers = whole.ledgers.map((ledger) => ({
    ...ledger,
    periods: ledger.periods.map((period) => ({ ...period, findings: findings ?? period.findings })),
  }));
  const report: GateReport = { ...whole, ledgers };
  runId += 1;
  const said = await announce(github, { event, report, outcome: verdict === 'fail' ? 'fails' : 'passes', runId, inputs, visibility });
  const everything = JSON.stringify([said, github.state.issues, github.state.comments]);
  for (const word of [secretPath, 'XyZsecretXyZ', place()]) expect(everything.split('GITHUB_API')[0]).not.toContain(word);
  return said;
}

const budget = (percent: string, services: string): Finding =>
  finding('budget-threshold', 'warn', { amount: amountOf('84'), args: { budget: '100', scope: `services ${services}`, percent, limit: '80' } });
const texts = (): string[] => got.map(({ body }) => body.text);

describe('an alert', () => {
  it('says a new fail once, and again after all was well', async () => {
    await run({ verdict: 'pass' });
    expect(got).toEqual([]);
    const first = await run({});
    expect(first.log).toContain('alert: sent');
    await run({});
    expect(got.map(({ method, url }) => [method, url])).toEqual([['POST', secretPath]]);
    expect(got[0]?.body.mrkdwn).toBe(false);
    expect(texts()[0]).toBe(
      `Trueup: acme/ledger, ledger\n• Do not approve May 2026: USD 3.45 or 2.8 % of what is charged has no explanation\nhttps://github.com/acme/ledger/actions/runs/${runId - 1}`,
    );
    await run({ verdict: 'pass' });
    await run({});
    expect(got).toHaveLength(2);
  });

  it('says a further crossing alone, and a warning that becomes a fail', async () => {
    const near = budget('84', 'chat');
    await run({ verdict: 'warn', findings: [near] });
    await run({ verdict: 'warn', findings: [budget('91', 'chat')] });
    expect(texts().map((text) => text.split('\n')[1])).toEqual([
      '• 2026-05: Of the budget of 100 for services chat, 84 is charged: 84 percent, and it warns from 80 on',
    ]);
    await run({ verdict: 'warn', findings: [near, budget('95', 'jobs')] });
    expect(texts()[1]?.split('\n').slice(1, -1)).toEqual([
      '• 2026-05: Of the budget of 100 for services jobs, 84 is charged: 95 percent, and it warns from 80 on',
    ]);
    await run({ findings: [{ ...near, severity: 'fail' }, budget('95', 'jobs')] });
    expect(texts()[2]?.split('\n').slice(1, -1)).toHaveLength(2);
    expect(got).toHaveLength(3);
  });

  it('keeps amounts and names out where the comment does', async () => {
    await run({ findings: [budget('84', 'chat')], visibility: 'public' });
    expect(texts()[0]?.split('\n').slice(1, -1)).toEqual([
      '• Do not approve May 2026: 2.8 % of what is charged has no explanation',
      '• 2026-05: Spending that comes near its budget, or is above it (84 percent)',
    ]);
  });

  it('holds nothing that acts where it is shown', async () => {
    await run({ verdict: 'warn', findings: [budget('84', '<!channel> <https://evil.example|click> &')] });
    expect(texts()[0]).not.toMatch(/[<>]/);
    expect(texts()[0]).toContain('&lt;!channel&gt;');
  });

  it.each([
    ['an error', (): Answer => ({ status: 500 }), 'the answer was HTTP status 500'],
    [
      'a redirect, which is not followed',
      (): Answer => ({ status: 302, headers: { location: `http://${place()}/elsewhere` } }),
      'the address redirects elsewhere',
    ],
    ['no answer', (): null => null, 'there was no answer (ECONNRESET)'],
  ] as const)('that meets %s is one notice, changes nothing else, and is tried again', async (_name, wrong, reason) => {
    answer = wrong();
    const { log, outputs } = await run({});
    expect(log.match(/::notice.*No alert: .*/g)).toEqual([`::notice title=Trueup::No alert: ${reason}. The verdict stands, and the next run tries again.`]);
    expect(outputs['verdict']).toBe('fail');
    expect(got).toHaveLength(1);
    expect(github.state.issues).toHaveLength(1);
    answer = { status: 204 };
    await run({});
    await run({});
    expect(got).toHaveLength(2);
  });

  it.each(['http://example.org/hook', 'https://user:word@example.org/hook', 'no address'])('is not sent to %s', async (wrong) => {
    const { log } = await run({ inputs: { 'INPUT_ALERT-WEBHOOK': wrong } });
    expect(log).toContain('No alert: alert-webhook is no address that begins with https and holds no user.');
    expect(log).not.toContain(wrong === 'no address' ? 'no address"' : wrong);
  });

  it('is only for runs that nobody watches, and needs the issue that remembers it', async () => {
    await run({ event: { ...scheduled, name: 'push' }, inputs: { 'INPUT_ALERT-WEBHOOK': address(), 'INPUT_TRACKING-ISSUE': 'true' } });
    expect(got).toEqual([]);
    const { log } = await run({ event: { ...scheduled, name: 'workflow_dispatch' } });
    expect(log).toContain('No alert: the tracking issue keeps what was said, and this run writes none.');
    await run({ event: { ...scheduled, name: 'workflow_dispatch' }, inputs: { 'INPUT_ALERT-WEBHOOK': address(), 'INPUT_TRACKING-ISSUE': 'true' } });
    expect(got).toHaveLength(1);
  });

  it('is not sent where the issue cannot be written, since nobody would remember it', async () => {
    github.state.permission = 'read';
    const { log } = await run({});
    expect(got).toEqual([]);
    expect(log).toContain('no tracking issue');
  });

  it('that meets silence is given up', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const silentAddress = `http://127.0.0.1:${(silent.address() as AddressInfo).port}${secretPath}`;
    await expect(postAlert(silentAddress, { text: 'x', mrkdwn: false }, 200)).rejects.toThrow(/^there was no answer/);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  it('is remembered by a run without a webhook', async () => {
    await run({});
    await run({ inputs: {} });
    await run({});
    expect(got).toHaveLength(1);
  });
});
