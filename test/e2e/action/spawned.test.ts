/** What must hold of the program as the runner starts it, not only of its parts: the life of a comment, rules from base, hostile evidence, a foreign checkout. */
import { chownSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outputNames } from '../../action-metadata.ts';
import { parseMarker } from '../../../src/report/comment-marker.ts';
import { planted } from '../../unit/report/planted-secrets.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import { testToken } from '../github-server/github-state.ts';
import { startResultsService } from '../github-server/results-service.ts';
import { makeRepository, runAction, type ActionRun, type Repository } from './run-action.ts';
import { zipContent } from './zip-content.ts';

const may = 'ledger/periods/2026-05';
let repository: Repository;
let github: GitHubServer;
/** Base, and changes on top of it. */
const commits = { base: '', elsewhere: '', loosened: '', hostile: '' };
type Change = 'elsewhere' | 'loosened' | 'hostile';

/** Text that acts wherever it is not escaped. */
const acting = '<img src=x onerror=alert(1)> @all [a](https://evil.example) ::error::boom %0A::error::boom \u202Egpj.exe';
const hostileFile = 'provider <img src=x> @all ::error::boom %0A \u202Egpj.csv';
const secrets = Object.values(planted).filter((secret) => !/[\n"]/.test(secret));

/** A row of the provider for each name, which stands where ids and the model stand. */
function withNames(text: string, names: readonly string[]): string {
  const rows = text.trimEnd().split('\n');
  const cells = (rows[1] ?? '').split(',');
  const added = names.map((name, index) => cells.map((cell, at) => (at < 2 ? `"${name} ${index}"` : at === 5 ? `"${name}"` : cell)).join(','));
  return `${[...rows, ...added].join('\n')}\n`;
}

beforeAll(() => {
  repository = makeRepository();
  repository.write(`${may}/period.yaml`, (text) => text.replace('[evidence/provider.csv]', '[evidence/provider*.csv]'));
  commits.base = repository.commit();
  const change = (name: Change, edit: () => void): void => {
    repository.git('checkout', '--quiet', '-b', name, commits.base);
    edit();
    commits[name] = repository.commit();
  };
  change('elsewhere', () => repository.write('README.md', (text) => `${text}More.\n`));
  change('loosened', () => {
    repository.write(`${may}/evidence/provider.csv`, (text) => text.replace('0.00576,USD', '0.51076,USD'));
    repository.write('ledger/trueup.yaml', (text) =>
      text
        .replace(/total: \{.*\}/, 'total: { fail: { percent: "9999" } }')
        .replace(/ {2}counts:.*\n/, '  counts: { fail: { percent: "9999" } }\n')
        .replace(/model: \{.*\}/, 'model: { fail: { percent: "9999" } }'),
    );
  });
  change('hostile', () => {
    repository.write(`${may}/evidence/provider.csv`, (text) => withNames(text, [acting, 'n'.repeat(10_240), ...secrets]));
    repository.git('mv', `${may}/evidence/provider.csv`, `${may}/evidence/${hostileFile}`);
  });
});
afterAll(() => repository.remove());
beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());

const visible = { full_name: 'acme/ledger', private: true, visibility: 'private' };
async function judge(name: Change, wanted: Partial<Parameters<typeof runAction>[1]> = {}): Promise<ActionRun> {
  repository.git('checkout', '--quiet', '--force', '--detach', commits[name]);
  github.state.pulls.splice(0, 1, { number: 7, state: 'open', head: { sha: commits[name], label: `acme:${name}` }, base: { sha: commits.base, ref: 'main' } });
  const pull = { number: 7, head: { sha: commits[name], repo: { full_name: 'acme/ledger' } }, base: { sha: commits.base } };
  return runAction(repository, { event: 'pull_request', payload: { repository: visible, pull_request: pull }, apiUrl: github.url, ...wanted });
}

/** As few runs as show it: each is a process. */
describe('the comment of a spawned run', () => {
  const always = { comment: 'always' };
  const bodies = (): string[] => github.state.comments.map(({ body }) => body);
  const run = (id: string) => judge('elsewhere', { inputs: always, variables: { GITHUB_RUN_ID: id } });

  it('first run creates, second with an equal result writes nothing, older run does not overwrite, changed result edits', async () => {
    const { log } = await run('100');
    expect(log.split('\n')[0]).toBe(`::add-mask::${testToken}`);
    expect(parseMarker(bodies()[0] ?? '')).toMatchObject({ run_id: 100, head_sha: commits.elsewhere });
    const before = github.writes().length;
    expect((await run('101')).outputs['comment-url']).toMatch(/#issuecomment-\d+$/);
    expect(github.writes()).toHaveLength(before);
    // Another result, as a run later than the next one has posted it.
    const changed = (bodies()[0] ?? '').replace('Nothing to judge', 'Do not approve').replace('"run_id":100', '"run_id":200');
    github.state.comments[0]!.body = changed;
    expect((await run('199')).log).toContain('The comment is from a later run');
    expect(bodies()).toEqual([changed]);
    await run('201');
    expect(bodies()).toHaveLength(1);
    expect(bodies()[0]).not.toContain('Do not approve');
  });

  it('marker by another author ignored, comment on page 4 found, duplicates collapsed', async () => {
    await run('100');
    const [own] = github.state.comments.splice(0);
    const stale = { ...own!, body: own!.body.replace('Nothing to judge', 'Do not approve') };
    const foreign = Array.from({ length: 350 }, (_, index) => ({ ...stale, id: index + 1, user: { login: 'mallory' } }));
    github.state.comments.push(...foreign, { ...stale }, { ...stale, id: stale.id + 1 });
    await run('101');
    expect(github.state.comments.filter(({ user }) => user.login === 'mallory')).toEqual(foreign);
    expect(github.state.comments.slice(350).map(({ id, body }) => [id, body.includes('Do not approve')])).toEqual([[own!.id, false]]);
  });
});

it('policy edit in the pull request cannot turn itself green', async () => {
  const { code, outputs } = await judge('loosened');
  expect([code, outputs['verdict']]).toEqual([1, 'fail']);
  expect(github.state.comments[0]?.body).toContain('trueup.yaml');
});

it('a re-run asks whether the repository is public by now: the payload it replays is old', async () => {
  github.state.visibility = 'public';
  const { log } = await judge('loosened', { inputs: { artifact: 'true' }, variables: { GITHUB_RUN_ATTEMPT: '2' } });
  expect(log).toContain('No artifact: the repository is public');
});

describe('hostile evidence', () => {
  let ran: ActionRun;
  let packet: Record<string, Buffer> = {};
  let comment = '';

  beforeEach(async () => {
    if (comment !== '') return;
    const results = await startResultsService();
    try {
      ran = await judge('hostile', { inputs: { artifact: 'true' }, variables: results.variables });
      packet = zipContent([...results.artifacts.values()][0]?.content ?? Buffer.alloc(0));
      comment = github.state.comments[0]?.body ?? '';
    } finally {
      await results.close();
    }
  });

  it('is inert in comment, summary, annotations and outputs', () => {
    // Every logged id is found at the provider, so that what no log knows is a leak and fails.
    expect([ran.code, ran.outputs['verdict']]).toEqual([1, 'fail']);
    const [, ...shown] = comment.split('\n');
    for (const said of [shown.join('\n'), ran.summary]) {
      // Links are ours: to files of the repository, at the commit that was judged.
      const text = said.replaceAll(/\]\(http[\w.:/-]+\/(?:blob|commit)\/[0-9a-f]{40}\/[\w./-]+(?:#L\d+)?\)/g, '');
      expect(text).toContain('gpj.exe');
      expect(text).toContain('gpj.csv');
      expect(text).not.toMatch(/<img|@all|\]\(|::|\p{Cf}|n{200}/u);
    }
    // The client of the artifact service says things of its own.
    const said = ran.log.split('\n').filter((line) => /^::(?!debug::|add-mask::|group::|endgroup::)/.test(line));
    expect(said.length).toBeGreaterThan(10);
    for (const line of said)
      expect(line).toMatch(/^::(?:error|warning|notice) title=[^:]*,file=[^:]*,line=\d+(?:,col=\d+)?::(?:(?!::)[^%\p{Cc}\p{Cf}]|%25)*$/u);
    expect(ran.log).not.toMatch(/^(?!::).*(?:@all|boom)/m);
    for (const level of ['error', 'warning', 'notice']) expect(said.filter((line) => line.startsWith(`::${level} `)).length).toBeLessThanOrEqual(10);
    expect(Object.keys(ran.outputs)).toEqual(outputNames);
    expect(Object.values(ran.outputs).join('\n')).toMatch(/^[\w.:/#\n-]*$/);
  });

  it('planted secrets appear on no channel, nor in a document of the artifact', () => {
    const documents = Object.entries(packet).filter(([name]) => !name.endsWith('.parquet'));
    expect(documents.length).toBeGreaterThan(5);
    // In the artifact every document is scrubbed once more: the gate's own has to be clean where it was written.
    const written = readFileSync(join(repository.folder, ran.outputs['report'] ?? ''), 'utf8');
    expect(written).toContain('(secret removed)');
    const said = [ran.log, ran.summary, comment, JSON.stringify(ran.outputs), written, ...documents.map(([, content]) => content.toString('utf8'))].join('\n');
    expect(secrets.length).toBeGreaterThanOrEqual(8);
    expect(secrets.filter((secret) => said.includes(secret.slice(0, 24)))).toEqual([]);
  });
});

it.runIf(process.getuid?.() === 0)('container ownership: a checkout of another user is judged', async () => {
  repository.git('checkout', '--quiet', '--force', '--detach', commits.base);
  const owned = ['.', '.git'].map((name) => join(repository.folder, name));
  for (const path of owned) chownSync(path, 12_345, 12_345);
  try {
    expect(() => repository.git('status')).toThrow('dubious ownership');
    const { code, outputs } = await runAction(repository, { event: 'push', payload: { repository: visible }, apiUrl: github.url });
    expect([code, outputs['verdict'], outputs['head-sha']]).toEqual([0, 'pass', 'c'.repeat(40)]);
  } finally {
    for (const path of owned) chownSync(path, 0, 0);
  }
});
