/** The comment on the pull request, against a server that answers and limits as GitHub does. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseMarker } from '../../../src/report/comment-marker.ts';
import { crowdedGate } from '../../unit/report/sample-gate.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import { gateReport, headSha, untouchedReport } from './gate-report.ts';
import { announce, pullEvent } from './run-announcement.ts';

let github: GitHubServer;

beforeEach(async () => {
  github = await startGitHub();
  github.state.pulls.push({ number: 7, state: 'open', head: { sha: headSha, label: 'acme:topic' }, base: { sha: 'b'.repeat(40), ref: 'main' } });
});
afterEach(() => github.close());

const bodies = (): string[] => github.state.comments.map(({ body }) => body);
const say = (body: string, login: string): void => {
  github.state.nextId += 1;
  github.state.comments.push({ id: github.state.nextId, issue: 7, body, user: { login } });
};
/** The comment of an earlier run, as it was posted. */
const posted = async (wanted: Parameters<typeof announce>[1] = {}): Promise<string> => {
  await announce(github, wanted);
  return github.state.comments.at(-1)?.body ?? '';
};

describe('what is posted', () => {
  it('first run creates', async () => {
    const { outputs, log } = await announce(github);
    expect(bodies()).toHaveLength(1);
    expect(parseMarker(bodies()[0] ?? '')).toMatchObject({ run_id: 100, attempt: 1, head_sha: headSha, digest: gateReport().digest });
    expect(bodies()[0]).toContain('123.45');
    expect(outputs['comment-url']).toMatch(/#issuecomment-\d+$/);
    expect(log).toMatch(/^comment: created \S+#issuecomment-\d+\n$/);
  });

  it('second run with an equal result writes nothing', async () => {
    await announce(github);
    const before = github.writes().length;
    const { outputs } = await announce(github, { runId: 101 });
    expect(github.writes()).toHaveLength(before);
    expect(outputs['comment-url']).toMatch(/#issuecomment-\d+$/);
  });

  it('changed result edits', async () => {
    await announce(github);
    await announce(github, { runId: 101, report: gateReport({ verdict: 'fail', charged: '777' }) });
    expect(bodies()).toHaveLength(1);
    expect(bodies()[0]).toContain('777');
    expect(parseMarker(bodies()[0] ?? '')).toMatchObject({ run_id: 101 });
  });

  it('each job has its own', async () => {
    await announce(github);
    await announce(github, { inputs: { INPUT_LEDGER: 'other' } });
    expect(bodies()).toHaveLength(2);
  });
});

describe('whose comment it is', () => {
  it('marker by another author ignored', async () => {
    const body = await posted();
    github.state.comments.length = 0;
    say(body, 'mallory');
    await announce(github, { report: gateReport({ charged: '999' }) });
    expect(bodies()).toHaveLength(2);
    expect(bodies()[0]).toBe(body);
    expect(bodies()[1]).toContain('999');
  });

  it('an app finds its own comments by the name that GitHub gives it', async () => {
    github.state.viewer = 'acme-ledger[bot]';
    await announce(github);
    await announce(github, { report: gateReport({ charged: '999' }) });
    expect(bodies()).toHaveLength(1);
  });

  it('duplicates collapsed into the oldest', async () => {
    const body = await posted();
    say(body, 'github-actions[bot]');
    say('Please look at this.', 'alice');
    say(body, 'github-actions[bot]');
    const [oldest] = github.state.comments;
    await announce(github, { runId: 101, report: gateReport({ charged: '999' }) });
    expect(bodies()).toHaveLength(2);
    expect(github.state.comments[0]?.id).toBe(oldest?.id);
    expect(bodies()[0]).toContain('999');
    expect(bodies()[1]).toBe('Please look at this.');
  });

  it('comment on page 4 found', async () => {
    const body = await posted();
    github.state.comments.length = 0;
    for (let index = 0; index < 350; index += 1) say(`Comment ${index}`, 'alice');
    say(body, 'github-actions[bot]');
    await announce(github, { report: gateReport({ charged: '999' }) });
    expect(bodies()).toHaveLength(351);
    expect(bodies()[350]).toContain('999');
    expect(github.requests.filter((line) => line.includes('page=4'))).toHaveLength(1);
  });
});

describe('which run may write', () => {
  it('older run does not overwrite', async () => {
    const body = await posted({ runId: 200 });
    const { log } = await announce(github, { runId: 199, runAttempt: 3, report: gateReport({ charged: '999' }) });
    expect(bodies()).toEqual([body]);
    expect(log).toContain('The comment is from a later run');
  });

  it('an older attempt of the same run does not overwrite', async () => {
    const body = await posted({ runAttempt: 2 });
    await announce(github, { runAttempt: 1, report: gateReport({ charged: '999' }) });
    expect(bodies()).toEqual([body]);
  });

  it('a run whose head is no longer the head of the pull request does not write', async () => {
    github.state.pulls[0]!.head = { sha: 'd'.repeat(40), label: 'acme:topic' };
    const { log } = await announce(github);
    expect(bodies()).toEqual([]);
    expect(log).toContain('has moved on');
  });
});

describe('modes', () => {
  const failed = { report: gateReport({ verdict: 'fail' }), outcome: 'fails' } as const;

  it.each([
    ['always', 1, 1, 1],
    ['on-change', 0, 1, 1],
    ['', 0, 1, 1],
    ['on-failure', 0, 0, 1],
    ['never', 0, 0, 0],
  ])('%s: %i when nothing is touched, %i when green, %i when red', async (mode, untouched, green, red) => {
    const counts: number[] = [];
    for (const wanted of [{ report: untouchedReport() }, {}, failed]) {
      github.state.comments.length = 0;
      await announce(github, { ...wanted, inputs: { INPUT_COMMENT: mode } });
      counts.push(github.state.comments.length);
    }
    expect(counts).toEqual([untouched, green, red]);
  });

  it.each(['always', 'on-change', 'on-failure', 'never'])('%s: a stale red comment is cleared', async (mode) => {
    await announce(github, failed);
    expect(bodies()[0]).toContain('Do not approve');
    await announce(github, { runId: 101, report: untouchedReport(), inputs: { INPUT_COMMENT: mode } });
    expect(bodies()).toHaveLength(1);
    expect(bodies()[0]).not.toContain('Do not approve');
  });

  it('merge_group without a pull request comments nowhere and says nothing of it', async () => {
    const { log, summary } = await announce(github, { event: { ...pullEvent, name: 'merge_group', pullNumber: null } });
    expect(github.requests).toEqual([]);
    expect(log).toBe('');
    expect(summary).toContain('123.45');
  });
});

describe('what goes wrong', () => {
  it('fork token degrades to summary and annotations with one notice', async () => {
    github.state.permission = 'read';
    const event = { ...pullEvent, origin: 'fork' as const };
    const { log, summary, outputs } = await announce(github, {
      event,
      report: gateReport({ verdict: 'fail' }),
      outcome: 'fails',
      inputs: { 'INPUT_CHECK-RUN': 'true' },
    });
    expect(log.match(/^::notice /gm)).toHaveLength(1);
    expect(log).toContain('no check run, no comment (that of a pull request from a fork may only read)');
    expect(log).toContain(',file=ledger/periods/2026-05/period.yaml,line=1');
    expect(summary).toContain('Do not approve');
    expect(outputs['verdict']).toBe('fail');
  });

  it.each(['secondary-limit', 'rate-limit', 'limit-reset'] as const)('%s: waits and posts', async (kind) => {
    github.fail(/^POST \/repos\/.*\/comments$/, kind);
    await announce(github);
    expect(bodies()).toHaveLength(1);
  });

  it.each(['bad-gateway', 'dropped', 'slow', 'done-but-dropped'] as const)('%s: one comment, not two', async (kind) => {
    github.fail(/^POST \/repos\/.*\/comments$/, kind);
    await announce(github);
    expect(bodies()).toHaveLength(1);
  });

  it('a body that the server takes for too long is said shorter', async () => {
    github.state.longestBody = 40_000;
    const whole = gateReport({ verdict: 'fail' });
    const [ledger] = whole.ledgers;
    const [period] = ledger!.periods;
    const named = (id: string) => ({ ...period!, result: { ...period!.result, period: { ...period!.result.period, id } } });
    const report = { ...whole, ledgers: [{ ...ledger!, periods: Array.from({ length: 200 }, (_, index) => named(`period-${index}`)) }] };
    const { log } = await announce(github, { report, outcome: 'fails' });
    expect(bodies()).toHaveLength(1);
    expect(bodies()[0]?.length).toBeLessThan(40_000);
    expect(github.writes()).toHaveLength(2);
    expect(log).not.toContain('There is no comment');
  });

  it('20,000 findings fit, with marker, verdict, totals and digest whole', async () => {
    const report = crowdedGate(20_000);
    const { summary, log } = await announce(github, { report, outcome: 'fails' });
    const [body = ''] = bodies();
    expect(github.writes()).toHaveLength(1);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(60_000);
    expect(parseMarker(body)).toMatchObject({ digest: report.digest });
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1_000_000);
    for (const text of [body, summary]) {
      expect(text).toContain('❌ **Do not approve May 2026**: USD 13.75 of 1,255.33 charged');
      expect(text).toContain('| Unexplained | 13.75 (1.1 %): ');
      expect(text).toMatch(/\d+ more findings are left out here/);
      expect(text.trimEnd().split('\n').at(-1)).toContain(report.digest);
    }
    for (const level of ['error', 'warning', 'notice']) expect(log.split(`::${level} `).length - 1).toBeLessThanOrEqual(10);
  });

  it('an outage is one warning, and everything else is said', async () => {
    github.fail(/^GET .*\/comments$/, 'bad-gateway', 100);
    const { log, summary, outputs } = await announce(github);
    expect(log).toMatch(/^::warning title=Trueup::There is no comment: GET .* status 502\. The verdict stands\.\n$/);
    expect(summary).toContain('123.45');
    expect(outputs).toMatchObject({ verdict: 'pass', 'comment-url': '' });
  });
});
