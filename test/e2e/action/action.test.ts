/** The action from its event to its exit code, started as a runner starts it. */
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkoutOf } from '../../../src/action/judge-event.ts';
import { parseGateReport } from '../../../src/report/assemble-gate.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import { testToken } from '../github-server/github-state.ts';
import { startResultsService } from '../github-server/results-service.ts';
import { makeRepository, runAction, type ActionRun, type Repository } from './run-action.ts';
import { cloneShallow, serveCommit } from './shallow-clone.ts';

let repository: Repository;
let github: GitHubServer;
/** Commits: the base, one change each on top of it, and GitHub's merges of these. */
const commits = { base: '', red: '', green: '', elsewhere: '' };
const merges = { red: '', green: '', elsewhere: '' };

beforeAll(() => {
  repository = makeRepository();
  commits.base = repository.commit();
  const change = (name: 'red' | 'green' | 'elsewhere', file: string, edit: (text: string) => string): void => {
    repository.git('checkout', '--quiet', '-b', name, commits.base);
    repository.write(file, edit);
    commits[name] = repository.commit();
    repository.git('checkout', '--quiet', '--detach', commits.base);
    repository.git('merge', '--quiet', '--no-ff', '--message', 'Merge', name);
    merges[name] = repository.git('rev-parse', 'HEAD');
  };
  change('red', 'ledger/periods/2026-05/evidence/provider.csv', (text) => text.replace('0.00576,USD', '0.51076,USD'));
  change('green', 'ledger/periods/2026-05/evidence/provider.csv', (text) => `${text.trimEnd()}\n`.replace(/\n$/, '\n\n'));
  change('elsewhere', 'README.md', (text) => `${text}More.\n`);
});
afterAll(() => repository.remove());
beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());

const visible = { full_name: 'acme/ledger', private: true, visibility: 'private' };
/** The event of a pull request whose merge commit is checked out. */
function pullRequest(name: 'red' | 'green' | 'elsewhere', server = github) {
  repository.git('checkout', '--quiet', '--force', '--detach', merges[name]);
  server.state.pulls.push({ number: 7, state: 'open', head: { sha: commits[name], label: `acme:${name}` }, base: { sha: commits.base, ref: 'main' } });
  const pull = { number: 7, head: { sha: commits[name], repo: { full_name: 'acme/ledger' } }, base: { sha: commits.base } };
  return { event: 'pull_request', payload: { repository: visible, pull_request: pull }, apiUrl: server.url };
}

describe('a red pull request', () => {
  let ran: ActionRun;
  let judged: GitHubServer;
  beforeAll(async () => {
    judged = await startGitHub();
    ran = await runAction(repository, pullRequest('red', judged));
  });
  afterAll(() => judged.close());

  it('fails the job and says so on every channel', () => {
    const { code, log, summary, outputs } = ran;
    expect(log).toMatch(/^::error title=threshold-total%3A [^:]*,file=ledger\/trueup\.yaml,line=\d+,col=\d+::/m);
    expect(code).toBe(1);
    expect(outputs).toMatchObject({
      verdict: 'fail',
      periods: '1',
      currency: 'USD',
      'base-sha': commits.base,
      'head-sha': commits.red,
      report: '.trueup/gate.json',
    });
    expect(summary).toContain('Do not approve');
    expect(judged.state.comments).toHaveLength(1);
    expect(judged.state.comments[0]?.body).toContain('Do not approve');
    expect(outputs['comment-url']).toContain('#issuecomment-');
    // What a publisher would post is the same document.
    const report = parseGateReport(readFileSync(join(repository.folder, '.trueup/gate.json'), 'utf8'));
    expect(report.digest).toBe(outputs['digest']);
  });

  it('says in the log what is going on, in groups, and nothing of strangers acts in it', () => {
    const { log } = ran;
    const lines = log.split('\n');
    const [judging, reporting] = [lines.indexOf('::group::Judging'), lines.indexOf('::group::Reporting')];
    const ends = lines.flatMap((line, index) => (line === '::endgroup::' ? [index] : []));
    expect(judging).toBeGreaterThanOrEqual(0);
    expect(ends).toHaveLength(2);
    expect(lines.indexOf('Verdict: fail')).toBeGreaterThan(ends[0] ?? 0);
    expect(lines.indexOf('Verdict: fail')).toBeLessThan(reporting);
    expect(lines.slice(judging, ends[0])).toEqual(
      expect.arrayContaining([expect.stringMatching(/^2026-05: reading, \d+ rows$/), expect.stringMatching(/^2026-05: summing, \d+ rows$/)]),
    );
    expect(lines.slice(reporting)).toEqual(expect.arrayContaining([expect.stringMatching(/^comment: created https/)]));
    expect(log).toContain(`::debug::event pull_request, mode change, base ${commits.base}`);
    expect(lines.filter((line) => /^\s*::/.test(line) && !/^::(?:group|endgroup|debug|error|warning|notice)\b/.test(line))).toEqual([
      // What the token is must not be read in any line that follows.
      `::add-mask::${testToken}`,
    ]);
  });
});

describe('pull_request', () => {
  it('a shallow clone reads the base over the API', async () => {
    const wanted = pullRequest('red');
    const shallow = cloneShallow(repository, merges.red);
    try {
      serveCommit(github.state, repository, merges.red, commits.base);
      const { code, outputs } = await runAction(shallow, wanted);
      expect([code, outputs['verdict'], outputs['base-sha']]).toEqual([1, 'fail', commits.base]);
    } finally {
      shallow.remove();
    }
  });

  it('a green change passes', async () => {
    const { code, outputs } = await runAction(repository, pullRequest('green'));
    expect([code, outputs['verdict'], outputs['periods']]).toEqual([0, 'pass', '1']);
  });

  it('a change of something else is not applicable, which is a success without a comment', async () => {
    const { code, outputs, summary } = await runAction(repository, pullRequest('elsewhere'));
    expect([code, outputs['verdict'], outputs['periods']]).toEqual([0, 'not-applicable', '0']);
    expect(summary).toContain('Nothing to judge');
    expect(github.state.comments).toEqual([]);
  });

  it('fail-on: never lets a red change pass, and says that it is red', async () => {
    const { code, outputs } = await runAction(repository, { ...pullRequest('red'), inputs: { 'fail-on': 'never' } });
    expect([code, outputs['verdict']]).toEqual([0, 'fail']);
  });
});

describe('the log', () => {
  it('a run that stops closes its group before it says why', async () => {
    const { log } = await runAction(repository, { ...pullRequest('green'), inputs: { ledger: 'nowhere' } });
    expect(log.indexOf('::endgroup::')).toBeGreaterThan(log.indexOf('::group::Judging'));
    expect(log.indexOf('::error title=Trueup::No ledger is named by')).toBeGreaterThan(log.indexOf('::endgroup::'));
  });
});

describe('path', () => {
  /** The repository as checked out into a folder of a workspace that is none itself. */
  const inFolder = (name: string): Repository => {
    const workspace = join(repository.folder, '..', `beside-${name}`);
    mkdirSync(workspace);
    renameSync(repository.folder, join(workspace, name));
    return { ...repository, folder: workspace };
  };

  it('judges a checkout in a folder of the workspace', async () => {
    repository.git('checkout', '--quiet', '--force', '--detach', merges.red);
    const workspace = inFolder('source');
    try {
      const wanted = { event: 'schedule', payload: { schedule: '7 3 * * *' }, apiUrl: github.url };
      const { code, outputs } = await runAction(workspace, { ...wanted, inputs: { path: 'source/' } });
      expect([code, outputs['verdict'], outputs['folder'], outputs['report']]).toEqual([1, 'fail', 'source/.trueup', 'source/.trueup/gate.json']);
      expect(existsSync(join(workspace.folder, 'source/.trueup/gate.json'))).toBe(true);
      const without = await runAction(workspace, wanted);
      expect([without.code, without.outputs['verdict']]).toEqual([2, 'inconclusive']);
      expect(without.log).toContain(
        'There is no git checkout in the workspace. Put a step with actions/checkout before this one; if it has a path, give path here too.',
      );
    } finally {
      renameSync(join(workspace.folder, 'source'), repository.folder);
      rmSync(workspace.folder, { recursive: true });
    }
  });

  describe('is refused', () => {
    const words = 'is not there, or lies outside of the workspace.';
    const linkIn = (folder: string): void => {
      rmSync(join(folder, 'out'), { force: true });
      symlinkSync('..', join(folder, 'out'));
    };
    afterEach(() => rmSync(join(repository.folder, 'out'), { force: true }));

    it.each(['..', '../runner', '/etc', 'nowhere', 'README.md', 'out'])('%s', async (path) => {
      repository.git('checkout', '--quiet', '--force', '--detach', merges.green);
      linkIn(repository.folder);
      const refused = await checkoutOf(repository.folder, path).catch((error: unknown) => error);
      expect(refused).toMatchObject({ message: expect.stringContaining(words), remedy: 'Give it the path of the step with actions/checkout.' });
    });

    it('and the run is inconclusive', async () => {
      repository.git('checkout', '--quiet', '--force', '--detach', merges.green);
      linkIn(repository.folder);
      const { code, log, outputs } = await runAction(repository, { event: 'schedule', payload: {}, apiUrl: github.url, inputs: { path: 'out' } });
      expect([code, outputs['verdict']]).toEqual([2, 'inconclusive']);
      expect(log).toContain(`${words} Give it the path of the step with actions/checkout.`);
    });
  });
});

describe('reporting failure keeps the verdict', () => {
  const ran = new Map<string, ActionRun>();
  // Both at once, each in a checkout of its own: most of it is waiting until the service is given up.
  beforeAll(async () => {
    await Promise.all(
      (['red', 'green'] as const).map(async (name) => {
        const [server, results] = [await startGitHub(), await startResultsService()];
        const wanted = pullRequest(name, server);
        const folder = `${repository.folder}-${name}`;
        cpSync(repository.folder, folder, { recursive: true });
        server.state.permission = 'read';
        results.refuse();
        try {
          const variables = { ...results.variables, GITHUB_OUTPUT: '/dev/full', GITHUB_STEP_SUMMARY: '/dev/full' };
          ran.set(name, await runAction({ ...repository, folder }, { ...wanted, inputs: { artifact: 'true', 'check-run': 'true' }, variables }));
        } finally {
          await Promise.all([server.close(), results.close()]);
        }
      }),
    );
  });

  it.each([
    ['red', 1],
    ['green', 0],
  ] as const)('%s stays %i when nothing can be posted, uploaded or written', (name, code) => {
    const log = ran.get(name)?.log;
    expect(log).toContain('There is no artifact');
    expect(log).toContain('There is no job summary');
    expect(log).toContain('There are no outputs');
    expect(log).toContain('The token may not write: no check run, no comment');
    expect(ran.get(name)?.code).toBe(code);
  });
});

describe('other events', () => {
  it('merge_group without a pull request is judged against its base', async () => {
    repository.git('checkout', '--quiet', '--force', '--detach', merges.red);
    const payload = { repository: visible, merge_group: { head_sha: merges.red, base_sha: commits.base } };
    const { code, outputs } = await runAction(repository, { event: 'merge_group', payload, apiUrl: github.url });
    expect([code, outputs['verdict'], outputs['head-sha']]).toEqual([1, 'fail', merges.red]);
    expect(github.writes()).toEqual([]);
  });

  it('schedule judges open periods and opens the tracking issue', async () => {
    repository.git('checkout', '--quiet', '--force', '--detach', merges.red);
    const { code } = await runAction(repository, { event: 'schedule', payload: { schedule: '7 3 * * *' }, apiUrl: github.url });
    expect(code).toBe(1);
    expect(github.state.issues).toHaveLength(1);
    expect(github.state.issues[0]?.body).toContain('Do not approve');
  });

  it('pull_request_target is refused', async () => {
    const { code, log, outputs } = await runAction(repository, { ...pullRequest('green'), event: 'pull_request_target' });
    expect([code, outputs['verdict']]).toEqual([2, 'inconclusive']);
    expect(log).toContain('::error title=Trueup::On pull_request_target, ');
    expect(github.requests).toEqual([]);
  });

  it('an input that cannot be meant stops the run', async () => {
    const { code, log } = await runAction(repository, { ...pullRequest('green'), inputs: { 'fail-on': 'maybe' } });
    expect(code).toBe(2);
    expect(log).toContain('The input fail-on is "maybe"');
  });

  it('a link in the place of the results is not followed', async () => {
    const wanted = pullRequest('green');
    const link = join(repository.folder, '.trueup');
    rmSync(link, { recursive: true, force: true });
    symlinkSync(tmpdir(), link);
    try {
      const { code, log } = await runAction(repository, wanted);
      expect(code).toBe(2);
      expect(log).toContain('is a file or a link');
    } finally {
      rmSync(link);
    }
  });
});
