/**
 * The workflow of README.md, character by character, under a runner that is not GitHub's and was written by others: event by event, the end of the job and
 * everything that comes out of it. GitHub's API is our stand-in; actions/checkout is one that fetches from the test's repository (checkout/action.yml);
 * act's artifact service is spoken to through artifact-proxy.ts; `permissions:` are not enforced by act, so what the token may do is set by each test.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { workflowsOf } from '../../../scripts/workflows-of.ts';
import { makeRepository, type Repository } from '../action/run-action.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import { makeRunner, type Runner, type WorkflowRun } from './runner.ts';

const root = join(import.meta.dirname, '../../..');
const readme = workflowsOf(readFileSync(join(root, 'README.md'), 'utf8'))[0]?.yaml ?? '';
const daily = readFileSync(join(root, 'examples/workflows/daily.yml'), 'utf8');

const act = inject('act');
let runner: Runner;
let repository: Repository;
let github: GitHubServer;
/** The base, one change each on top of it, and GitHub's merges of these. */
type Change = 'green' | 'red' | 'elsewhere';
const commits = { base: '', green: '', red: '', elsewhere: '' };
const merges = { green: '', red: '', elsewhere: '' };
const provider = 'ledger/periods/2026-05/evidence/provider.csv';

beforeAll(() => {
  if (act.path === null) return;
  runner = makeRunner({ act: act.path, node: inject('node') });
  repository = makeRepository();
  commits.base = repository.commit();
  const change = (name: Change, file: string, edit: (text: string) => string): void => {
    repository.git('checkout', '--quiet', '-b', name, commits.base);
    repository.write(file, edit);
    commits[name] = repository.commit();
    repository.git('checkout', '--quiet', '--detach', commits.base);
    repository.git('merge', '--quiet', '--no-ff', '--message', 'Merge', name);
    merges[name] = repository.git('rev-parse', 'HEAD');
  };
  change('green', provider, (text) => `${text.trimEnd()}\n\n`);
  change('red', provider, (text) => text.replace('0.00576,USD', '0.51076,USD'));
  change('elsewhere', 'README.md', (text) => `${text}More.\n`);
});
afterAll(() => {
  if (act.path === null) return;
  runner.remove();
  repository.remove();
});
beforeEach(async (context) => {
  if (act.path === null) context.skip(`there is no act here: ${act.reason}`);
  github = await startGitHub();
});
afterEach(() => github?.close());

const visible = { full_name: 'acme/ledger', private: true, visibility: 'private', default_branch: 'main' };
interface Wanted {
  readonly event: string;
  readonly payload: object;
  readonly workflow?: string;
}

/** On the merge of a change, which is what GitHub checks out. */
function runOn(name: Change, { event, payload, workflow = readme }: Wanted): Promise<WorkflowRun> {
  repository.git('checkout', '--quiet', '--force', '--detach', merges[name]);
  return runner.run({ workflow, event, payload: { repository: visible, ...payload }, repository: repository.folder, apiUrl: github.url });
}

/** A pull request from a branch of the same repository, or of another one. */
function pullRequest(name: Change, from = 'acme/ledger'): Wanted {
  const [head, base] = [commits[name], commits.base];
  github.state.pulls.push({ number: 7, state: 'open', head: { sha: head, label: `${from.split('/')[0]}:${name}` }, base: { sha: base, ref: 'main' } });
  const pull = { number: 7, head: { sha: head, ref: name, repo: { full_name: from } }, base: { sha: base, ref: 'main' } };
  return { event: 'pull_request', payload: { number: 7, pull_request: pull } };
}

/** The runner's word on a run: its own exit code, the end of the job, and the verdict that the job's next step would read. */
const endOf = ({ code, jobs, outputs }: WorkflowRun): readonly unknown[] => [code, jobs, outputs['verdict']];
const bodies = (): readonly string[] => github.state.comments.map(({ body }) => body);
/** Nothing of the base was asked of the API: the clone of depth 2 has it. */
const askedForFiles = (): readonly string[] => github.requests.filter((line) => /\/git\/|\/compare\//.test(line));

describe('pull_request', () => {
  it('passes a change that adds up, with comment, summary and artifact', async () => {
    const run = await runOn('green', pullRequest('green'));
    expect(endOf(run), run.log).toEqual([0, { trueup: 'success' }, 'pass']);
    expect(run.outputs).toMatchObject({ periods: '1', currency: 'USD', 'base-sha': commits.base, 'head-sha': commits.green, unexplained: '0' });
    expect(bodies()).toEqual([expect.stringContaining(' adds up**')]);
    expect(run.summary).toContain(' adds up**');
    expect(Object.keys(run.artifacts)).toEqual([run.outputs['artifact-name']]);
    expect(askedForFiles()).toEqual([]);
  });

  it('fails one that does not, and says so wherever README says that results appear', async () => {
    const run = await runOn('red', pullRequest('red'));
    expect(endOf(run), run.log).toEqual([1, { trueup: 'failure' }, 'fail']);
    expect(run.outputs).toMatchObject({ 'base-sha': commits.base, 'head-sha': commits.red, report: '.trueup/gate.json' });
    expect(bodies()).toEqual([expect.stringContaining('**Do not approve ')]);
    expect(run.outputs['comment-url']).toBe(`https://github.com/acme/ledger/pull/7#issuecomment-${github.state.comments[0]?.id}`);
    expect(run.summary).toContain('**Do not approve ');
    expect(run.annotations).toEqual(expect.arrayContaining([expect.stringMatching(/^error: threshold-total: .*unexplained/)]));
    const packet = run.artifacts[run.outputs['artifact-name'] ?? ''] ?? {};
    expect(Object.keys(packet)).toEqual(expect.arrayContaining(['gate.json', 'ledger/2026-05/noted-lines.parquet', 'ledger/2026-05/result.json']));
    expect(JSON.parse(packet['gate.json']?.toString('utf8') ?? '')).toMatchObject({ verdict: 'fail', digest: run.outputs['digest'] });
  });

  it('is not applicable where no ledger is touched: success, without comment or artifact', async () => {
    const run = await runOn('elsewhere', pullRequest('elsewhere'));
    expect(endOf(run), run.log).toEqual([0, { trueup: 'success' }, 'not-applicable']);
    expect(run.summary).toContain('Nothing to judge');
    expect([github.writes(), run.artifacts, run.outputs['artifact-name']]).toEqual([[], {}, '']);
  });

  it('from a fork, whose token may read only: the verdict stands, in summary, annotations and artifact, and one notice says what is missing', async () => {
    github.state.permission = 'read';
    const run = await runOn('red', pullRequest('red', 'mallory/ledger'));
    expect(endOf(run), run.log).toEqual([1, { trueup: 'failure' }, 'fail']);
    expect(bodies()).toEqual([]);
    expect(run.summary).toContain('**Do not approve ');
    expect(run.annotations.filter((text) => text.includes('The token may not write: no comment'))).toHaveLength(1);
    // What the publisher on workflow_run takes.
    expect(Object.keys(run.artifacts[run.outputs['artifact-name'] ?? ''] ?? {})).toContain('gate.json');
  });
});

describe('merge_group', () => {
  it.each([
    ['green', 0, 'success', 'pass'],
    ['red', 1, 'failure', 'fail'],
  ] as const)('a %s group is judged against its own base and posts nothing', async (name, code, end, verdict) => {
    const group = { head_sha: merges[name], head_ref: 'refs/heads/gh-readonly-queue/main/pr-7', base_sha: commits.base, base_ref: 'refs/heads/main' };
    const run = await runOn(name, { event: 'merge_group', payload: { action: 'checks_requested', merge_group: group } });
    expect(endOf(run), run.log).toEqual([code, { trueup: end }, verdict]);
    expect(run.outputs).toMatchObject({ 'base-sha': commits.base, 'head-sha': merges[name], 'comment-url': '' });
    expect(github.writes()).toEqual([]);
    expect(Object.keys(run.artifacts)).toEqual([run.outputs['artifact-name']]);
  });
});

describe('schedule', () => {
  const nightly = { event: 'schedule', payload: { schedule: '17 5 * * *' } };

  it('daily.yml, as shipped, keeps what is wrong in the tracking issue and stays green', async () => {
    const run = await runOn('red', { ...nightly, workflow: daily });
    expect(endOf(run), run.log).toEqual([0, { daily: 'success' }, 'fail']);
    expect(github.state.issues).toEqual([expect.objectContaining({ state: 'open', body: expect.stringContaining('Do not approve') })]);
    expect(run.summary).toContain('**Do not approve ');
    expect(Object.keys(run.artifacts)).toEqual([run.outputs['artifact-name']]);
  });

  it('the job of README on a schedule turns red, and says that it may not write the tracking issue', async () => {
    // It has no `issues: write`.
    github.state.permission = 'read';
    const run = await runOn('red', { ...nightly, workflow: startedBy("schedule:\n    - cron: '17 5 * * *'") });
    expect(endOf(run), run.log).toEqual([1, { trueup: 'failure' }, 'fail']);
    expect(run.annotations.filter((text) => text.includes('The token may not write: no tracking issue'))).toHaveLength(1);
    expect(github.state.issues).toEqual([]);
  });
});

describe('workflow_dispatch', () => {
  it('daily.yml by hand does as on its schedule', async () => {
    const run = await runOn('green', { event: 'workflow_dispatch', payload: { ref: 'refs/heads/main' }, workflow: daily });
    expect(endOf(run), run.log).toEqual([0, { daily: 'success' }, 'pass']);
    expect(github.state.issues).toEqual([]);
  });

  it('the job of README by hand judges the period that its input names, and posts nothing', async () => {
    // The recipe of README, in its words.
    const by = 'workflow_dispatch:\n    inputs:\n      periods:\n        required: false';
    const workflow = `${startedBy(by).trimEnd()}\n        with:\n          periods: \${{ inputs.periods }}\n`;
    const run = await runOn('red', { event: 'workflow_dispatch', payload: { ref: 'refs/heads/main', inputs: { periods: '2026-05' } }, workflow });
    expect(endOf(run), run.log).toEqual([1, { trueup: 'failure' }, 'fail']);
    expect(run.outputs).toMatchObject({ periods: '1', 'base-sha': '', 'head-sha': merges.red });
    expect(github.writes()).toEqual([]);
    const absent = await runOn('red', { event: 'workflow_dispatch', payload: { ref: 'refs/heads/main', inputs: { periods: '2026-04' } }, workflow });
    expect(endOf(absent), absent.log).toEqual([1, { trueup: 'failure' }, 'inconclusive']);
    expect(absent.annotations.join('\n'), absent.log).toContain('There is no period "2026-04" in the ledger');
  });
});

/** README's workflow with one more event under `on:`. */
function startedBy(trigger: string): string {
  return edited('  merge_group:\n', `  merge_group:\n  ${trigger}\n`);
}

function edited(find: RegExp | string, put: string): string {
  const text = readme.replace(find, put);
  if (text === readme) throw new Error(`README's workflow has no ${String(find)}`);
  return text;
}

/** So that the greens above mean something: what users get wrong in this workflow is red here too. */
describe('a broken workflow', () => {
  it('without its checkout is red and says what is missing', async () => {
    const workflow = edited(/ {6}- uses: actions\/checkout@[^]*?(?= {6}- uses: acme)/, '');
    const run = await runOn('green', { ...pullRequest('green'), workflow });
    expect(endOf(run), run.log).toEqual([1, { trueup: 'failure' }, 'inconclusive']);
    expect(run.annotations.join('\n')).toContain('There is no git checkout in the workspace. Put a step with actions/checkout before this one');
  });

  it('with an input of no meaning is red', async () => {
    const workflow = `${readme.trimEnd()}\n        with:\n          fail-on: maybe\n`;
    const run = await runOn('green', { ...pullRequest('green'), workflow });
    expect(endOf(run), run.log).toEqual([1, { trueup: 'failure' }, 'inconclusive']);
    expect(run.annotations.join('\n')).toContain('The input fail-on is "maybe"');
  });

  it('that is not one does not start', async () => {
    const run = await runOn('green', { ...pullRequest('green'), workflow: edited('    steps:', '    step:') });
    expect([run.code, run.outputs, github.requests]).toEqual([1, {}, []]);
    expect(run.log).toContain('Unknown Property step');
  });
});
