/** The trail of a period in a real repository: who wrote what, through which merge, and what about a close stands out. */
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addAuditCommand } from '../../../src/cli/audit.ts';
import { type Audit, type AuditPeriod, auditSchema } from '../../../src/model/audit.ts';
import { auditLedger, type AuditOptions } from '../../../src/period/audit-ledger.ts';
import { gitEnvironment, Repository, temporaryWorkspace } from '../git-repository.ts';
import { type GitHubServer, startGitHub } from '../github-server/github-server.ts';
import { asOf, closedLedger, may } from './closed-ledger.ts';
import { expectInertReport, expectInertTerminal } from '../../scenarios/expect-inert.ts';
import { plainScreen } from '../../plain-screen.ts';

const workspace = temporaryWorkspace();
let repository: Repository;
const commits = { written: '', closed: '', evidence: '', close: '', merge: '' };

/** As another person. */
function commitAs(name: string, message: string): string {
  repository.git('add', '--all');
  const person = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: `${name.toLowerCase()}@example.org`, GIT_AUTHOR_DATE: '2026-07-02T12:00:00Z' };
  execFileSync('git', ['commit', '--quiet', '--message', message], { cwd: repository.root, env: { ...gitEnvironment, ...person } });
  return repository.git('rev-parse', 'HEAD');
}

/** Bob writes the ledger; a pull request closes May and edits the policy; `jane`, who is named by the close, merges it. */
beforeAll(async () => {
  const made = await closedLedger(workspace);
  const files = join(workspace, 'files');
  cpSync(join(made.repository.root, 'ledger'), files, { recursive: true });
  repository = Repository.created(workspace);
  repository.addLedger('ledger');
  commits.written = commitAs('Bob', 'Write the ledger | `now` @all');
  repository.git('checkout', '--quiet', '-b', 'close-may');
  cpSync(files, join(repository.root, 'ledger'), { recursive: true });
  repository.remove(`${may}/close-1.yaml`);
  commits.evidence = commitAs('Ann', 'Freeze May\n\nReviewed-by: Joe <joe@example.org>');
  cpSync(files, join(repository.root, 'ledger'), { recursive: true });
  repository.append('ledger/trueup.yaml', '# a remark\n');
  commits.close = commitAs('Ann', 'Close May');
  repository.git('checkout', '--quiet', 'main');
  repository.git('merge', '--quiet', '--no-ff', '--message', 'Merge pull request #12 from acme/close-may\n\nApproved-by: Jane <jane@example.org>', 'close-may');
  commits.merge = repository.git('rev-parse', 'HEAD');
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const audit = async (over: Partial<AuditOptions> = {}): Promise<Audit> =>
  auditLedger({
    ledgerRoot: join(repository.root, 'ledger'),
    period: '2026-05',
    asOf,
    toolVersion: '0.0.0-test',
    environment: gitEnvironment,
    host: null,
    ...over,
  });
const only = ({ periods }: Audit): AuditPeriod => {
  expect(periods).toHaveLength(1);
  return periods[0]!;
};
const remarks = (trail: AuditPeriod): string[] =>
  trail.closes.flatMap((close) => close.remarks.map(({ code, words }) => `${code} ${Object.values(words).slice(1).join(' ')}`));

describe('from git alone', () => {
  it('names the commits, their people and the pull request that brought them', async () => {
    const read = await audit();
    expect(auditSchema.parse(read)).toEqual(read);
    const trail = only(read);
    expect(trail.state).toBe('closed');
    expect(trail.commits.map(({ commit, author, reviewers, pull, change }) => [commit, author.name, reviewers.map(({ name }) => name), pull, change])).toEqual([
      [commits.close, 'Ann', ['Jane'], 12, commits.merge],
      [commits.evidence, 'Ann', ['Joe', 'Jane'], 12, commits.merge],
      [commits.written, 'Bob', [], null, commits.written],
    ]);
    expect(trail.files.find(({ file }) => file === `${may}/evidence/provider.csv`)).toEqual({
      file: `${may}/evidence/provider.csv`,
      kind: 'own',
      touches: [{ commit: commits.written, how: 'added' }],
    });
    expect(trail.files.find(({ file }) => file === 'ledger/trueup.yaml')).toMatchObject({ kind: 'shared', touches: [{ how: 'changed' }, { how: 'added' }] });
    expect(trail.closes).toMatchObject([{ approved_by: 'jane', in_force: true, commit: commits.close, pull: 12, reviews: null }]);
    expect(read.notes).toEqual(['reviews were not read: without GITHUB_TOKEN and GITHUB_REPOSITORY only what commits say is known']);
  });

  it('says that the policy was edited in the change that closed the period', async () => {
    expect(remarks(only(await audit()))).toEqual([`policy-with-close ledger/trueup.yaml ${commits.close.slice(0, 12)} Ann`]);
  });

  it('says what was not read', async () => {
    const short = await audit({ limits: { commits: 1, history: 2 } });
    expect(only(short).commits).toHaveLength(1);
    expect(short.notes).toContain('of period 2026-05, the last 1 commits were read; older ones are left out');
    const shallow = new Repository(join(workspace, 'shallow'));
    repository.git('clone', '--quiet', '--depth', '1', `file://${repository.root}`, shallow.root);
    const cut = await audit({ ledgerRoot: join(shallow.root, 'ledger') });
    expect(cut.notes).toContain('this is a shallow clone: what is older than it is not here');
  });

  it('sees a close that was touched later, who prepared what they approve, and what a merge alone says', async () => {
    const later = new Repository(join(workspace, 'later'));
    cpSync(repository.root, later.root, { recursive: true });
    later.append(`${may}/evidence/provider.csv`, '\n');
    const own = later.commit('Correct May');
    later.git('checkout', '--quiet', '-b', 'side', 'HEAD~1');
    later.write('README.md', 'Text.\n');
    later.commit('Elsewhere');
    later.git('checkout', '--quiet', 'main');
    later.git('merge', '--quiet', '--no-ff', '--no-commit', 'side');
    later.append('ledger/contract.yaml', '# in the merge alone\n');
    const evil = later.commit('Merge branch side');
    const trail = only(await audit({ ledgerRoot: join(later.root, 'ledger') }));
    expect(trail.commits.map(({ commit }) => commit).slice(0, 2)).toEqual([evil, own]);
    expect(remarks(trail)).toContain(`preparer-approves jane evidence ${own.slice(0, 12)}`);
  });
});

describe('with the API', () => {
  let github: GitHubServer;
  beforeEach(async () => {
    github = await startGitHub();
    github.state.pulls.push({
      number: 12,
      state: 'closed',
      head: { sha: commits.close, label: 'acme:close-may' },
      base: { sha: commits.written, ref: 'main' },
    });
  });
  afterEach(() => github.close());

  async function run(...arguments_: readonly string[]): Promise<string> {
    const printed: string[] = [];
    const program = new Command('trueup').exitOverride();
    const codes: number[] = [];
    addAuditCommand(program, {
      print: (text) => printed.push(text),
      finish: (code) => codes.push(code),
      today: () => asOf,
      screen: plainScreen,
      toolVersion: '0.0.0-test',
      programSha256: () => '0'.repeat(64),
      temporaryRoot: workspace,
      memoryBytes: () => 0n,
      environment: { ...gitEnvironment, GITHUB_TOKEN: github.state.token, GITHUB_REPOSITORY: 'acme/ledger', GITHUB_API_URL: github.url },
    });
    await program.parseAsync(['node', 'trueup', 'audit', '2026-05', '--ledger', join(repository.root, 'ledger'), ...arguments_]);
    expect(codes).toEqual([0]);
    return printed.join('');
  }
  const read = async (): Promise<Audit> => auditSchema.parse(JSON.parse(await run('--render', 'json')));

  it('holds the review against what was merged', async () => {
    github.state.reviews.push({ pull: 12, user: { login: 'Jane' }, state: 'APPROVED', commit_id: commits.evidence });
    const older = await read();
    expect([older.source, older.notes]).toEqual(['git and API', []]);
    expect(remarks(only(older))).toContain(`approval-older jane ${commits.evidence.slice(0, 12)} ${commits.close.slice(0, 12)}`);
    github.state.reviews.push({ pull: 12, user: { login: 'jane' }, state: 'APPROVED', commit_id: commits.close });
    expect(remarks(only(await read()))).toEqual([expect.stringMatching('^policy-with-close')]);
    github.state.reviews.push({ pull: 12, user: { login: 'jane' }, state: 'CHANGES_REQUESTED', commit_id: commits.close });
    expect(remarks(only(await read()))).toContain('approval-refused jane changes-requested');
  });

  it('knows an author by the login, whatever the commit says', async () => {
    const author = { name: 'Ann', email: 'ann@example.org' };
    github.state.writings.push({ path: `${may}/close-1.yaml`, sha: commits.close, author: { login: 'jane' }, commit: { message: '', author } });
    expect(remarks(only(await read()))).toContain(`preparer-approves jane close ${commits.close.slice(0, 12)}`);
  });

  it('goes on without an answer, and says so', async () => {
    github.fail(/\/pulls\/12/, 'not-json');
    github.fail(/\/commits/, 'not-json');
    expect((await read()).notes).toEqual([
      'the logins of authors could not be read; their names and addresses are what git says',
      'the reviews of pull request 12 could not be read',
    ]);
  });

  it('prints text and Markdown in which a message cannot act', async () => {
    const text = await run();
    expect(text).toContain('2026-05: closed');
    expect(text).toContain('periods/2026-05/close-1.yaml: in force, pass, approved by jane, added by');
    expect(text).toContain('The change that added periods/2026-05/close-1.yaml also edited ledger/trueup.yaml');
    expectInertTerminal(text);
    const markdown = await run('--render', 'markdown');
    expect(markdown).toContain('### Commits');
    expect(markdown).not.toContain('@all');
    expectInertReport(markdown);
  });
});
