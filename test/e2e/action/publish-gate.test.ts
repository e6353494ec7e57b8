/** The publisher for forks: posts what an untrusted run has judged, where GitHub says, and nowhere else. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../../src/host/github/event.ts';
import { readInputs } from '../../../src/host/github/inputs.ts';
import { publishGate } from '../../../src/action/publish-gate.ts';
import type { GateReport } from '../../../src/model/gate.ts';
import { serializeGateReport } from '../../../src/report/assemble-gate.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import { asStep } from './as-step.ts';
import { gateReport, headSha } from './gate-report.ts';
import { apiFor, parseOutputs, pullEvent } from './run-announcement.ts';

let github: GitHubServer;
let root = '';

beforeEach(async () => {
  github = await startGitHub();
  github.state.pulls.push(
    { number: 6, state: 'open', head: { sha: 'd'.repeat(40), label: 'acme:other' }, base: { sha: 'b'.repeat(40), ref: 'main' } },
    { number: 7, state: 'open', head: { sha: headSha, label: 'mallory:topic' }, base: { sha: 'b'.repeat(40), ref: 'main' } },
  );
  root = mkdtempSync(join(tmpdir(), 'trueup-publish-'));
  mkdirSync(join(root, 'workspace'));
});
afterEach(async () => {
  rmSync(root, { recursive: true, force: true });
  await github.close();
});

const event: Event = {
  ...pullEvent,
  name: 'workflow_run',
  mode: 'open',
  pullNumber: null,
  headSha: 'c'.repeat(40),
  judgedRun: { headSha, head: 'mallory:topic' },
};

async function publish(
  content: string,
  changed: Partial<Event> = {},
  report = 'gate.json',
  visibility: 'public' | 'private' = 'private',
  comment = '',
): Promise<string> {
  writeFileSync(join(root, 'workspace/gate.json'), content);
  for (const name of ['output', 'summary']) writeFileSync(join(root, name), '');
  const variables = {
    GITHUB_OUTPUT: join(root, 'output'),
    GITHUB_STEP_SUMMARY: join(root, 'summary'),
    INPUT_MODE: 'publish',
    INPUT_REPORT: report,
    INPUT_COMMENT: comment,
  };
  const { log } = await asStep(variables, async () =>
    publishGate({
      environment: {
        apiUrl: github.url,
        serverUrl: 'https://github.com',
        repository: 'acme/ledger',
        eventName: 'workflow_run',
        eventPath: null,
        sha: null,
        runId: 300,
        runAttempt: 1,
        workflow: 'publish',
        job: 'publish',
        workspace: join(root, 'workspace'),
        temporaryRoot: join(root, 'temporary'),
        outputFile: join(root, 'output'),
        summaryFile: join(root, 'summary'),
      },
      inputs: readInputs(),
      event: { ...event, ...changed },
      visibility,
      api: apiFor(github.url),
      retryMilliseconds: 5,
    }),
  );
  return log;
}
const written = (report: GateReport): string => serializeGateReport(report);

describe('publishGate', () => {
  it('posts on the pull request that has the head, with the rights of its own token', async () => {
    expect(await publish(written(gateReport({ verdict: 'fail' })))).toMatch(/^comment: created https\S+\n$/);
    expect(github.state.comments.map(({ issue }) => issue)).toEqual([7]);
    expect(github.state.comments[0]?.body).toContain('Do not approve');
    expect(await publish(written(gateReport({ verdict: 'pass' })))).toMatch(/^comment: edited https\S+\n$/);
    expect(github.state.comments).toHaveLength(1);
  });

  it('sets the outputs and writes the summary, as the run that judged has', async () => {
    await publish(written(gateReport({ verdict: 'fail' })));
    const outputs = parseOutputs(readFileSync(join(root, 'output'), 'utf8'));
    expect(outputs).toMatchObject({ verdict: 'fail', periods: '1', charged: '123.45', 'head-sha': headSha, report: 'gate.json', 'artifact-name': '' });
    expect(outputs['comment-url']).toContain('#issuecomment-');
    expect(outputs['digest']).toMatch(/^sha256:/);
    expect(readFileSync(join(root, 'summary'), 'utf8')).toContain('Do not approve');
  });

  it('repeats nothing of a document that belongs nowhere', async () => {
    await publish(written(gateReport({ head: 'd'.repeat(40) })));
    expect(parseOutputs(readFileSync(join(root, 'output'), 'utf8'))).toEqual({ verdict: 'inconclusive' });
    const summary = readFileSync(join(root, 'summary'), 'utf8');
    expect(summary).toContain('Nothing was posted.');
    expect(summary).not.toContain('123.45');
  });

  it('in a public repository withholds amounts in outputs and summary too', async () => {
    await publish(written(gateReport()), {}, 'gate.json', 'public');
    const said = readFileSync(join(root, 'output'), 'utf8') + readFileSync(join(root, 'summary'), 'utf8');
    expect(said).toContain('pass');
    expect(said).not.toContain('123.45');
  });

  it('comment: on-failure: posts nothing of a green run, and clears what a red one left', async () => {
    const say = (verdict: 'pass' | 'fail' | 'inconclusive') => publish(written(gateReport({ verdict })), {}, 'gate.json', 'private', 'on-failure');
    await say('pass');
    expect(github.state.comments).toEqual([]);
    await say('inconclusive');
    expect(github.state.comments).toHaveLength(1);
    await say('pass');
    expect(github.state.comments[0]?.body).toContain('adds up');
  });

  it('finds it without the branch when the fork is gone', async () => {
    await publish(written(gateReport()), { judgedRun: { headSha, head: null } });
    expect(github.state.comments.map(({ issue }) => issue)).toEqual([7]);
  });

  it.each([
    ['publish: public', true],
    ['publish: restricted', false],
    ['id: acme', false],
  ])('in a public repository base says what may be read: %s', async (line, shown) => {
    const [base, blob] = ['b'.repeat(40), 'e'.repeat(40)];
    github.state.trees.set(base, {
      sha: base,
      all: { truncated: false, tree: [{ path: 'ledger/trueup.yaml', mode: '100644', type: 'blob', sha: blob }] },
      one: [],
    });
    github.state.blobs.set(blob, Buffer.from(`version: 1\n${line}\n`));
    await publish(written(gateReport({ publish: 'public' })), {}, 'gate.json', 'public');
    expect(github.state.comments).toHaveLength(1);
    expect(github.state.comments[0]?.body.includes('123.45')).toBe(shown);
  });

  it.each([
    ['a head that is not the one of the run', 'd'.repeat(40), 'about another commit than the run'],
    ['a head that no open pull request has', headSha, 'No open pull request'],
  ])('%s: nothing is posted', async (_, head, words) => {
    if (head === headSha) github.state.pulls[1]!.state = 'closed';
    expect(await publish(written(gateReport({ head })))).toContain(words);
    expect(github.writes()).toEqual([]);
  });

  it.each([
    ['no JSON', 'pass'],
    ['another document', '{"schema":"trueup.gate/9"}'],
    ['an unknown key', written({ ...gateReport(), extra: '@all' } as GateReport)],
    ['too long', ' '.repeat(20_000_001)],
  ])('%s is refused', async (_, content) => {
    await expect(publish(content)).rejects.toMatchObject({ name: 'UserError' });
    expect(github.requests).toEqual([]);
  });

  it('a file outside of the workspace is refused, also behind a link', async () => {
    writeFileSync(join(root, 'outside.json'), written(gateReport()));
    symlinkSync(join(root, 'outside.json'), join(root, 'workspace/link.json'));
    for (const name of ['../outside.json', 'link.json', join(root, 'outside.json')]) {
      await expect(publish(written(gateReport()), {}, name)).rejects.toMatchObject({ name: 'UserError' });
    }
  });
});
