/** The built action on the Node that action.yml names, whatever Node the tests themselves run on: engine, comment and artifact. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';
import { startResultsService } from '../github-server/results-service.ts';
import { findNode24, type FoundNode } from './node-24.ts';
import { makeRepository, runAction, type Repository } from './run-action.ts';
import { zipContent } from './zip-content.ts';

let found: FoundNode;
let repository: Repository;
let github: GitHubServer;
let [base, head] = ['', ''];

beforeAll(() => {
  found = findNode24();
  repository = makeRepository();
  base = repository.commit();
  repository.write('ledger/periods/2026-05/evidence/provider.csv', (text) => text.replace('0.00576,USD', '0.51076,USD'));
  head = repository.commit();
});
afterAll(() => {
  found.remove();
  repository.remove();
});
beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());

const visible = { full_name: 'acme/ledger', private: true, visibility: 'private' };

describe('Node 24', () => {
  it('judges a pull request red, comments on it and uploads the packet', async (context) => {
    if (found.path === null) context.skip(`there is no Node 24 here: ${found.reason}`);
    github.state.pulls.push({ number: 7, state: 'open', head: { sha: head, label: 'acme:topic' }, base: { sha: base, ref: 'main' } });
    const pull = { number: 7, head: { sha: head, repo: { full_name: 'acme/ledger' } }, base: { sha: base } };
    const results = await startResultsService();
    try {
      const { code, outputs, log } = await runAction(repository, {
        event: 'pull_request',
        payload: { repository: visible, pull_request: pull },
        apiUrl: github.url,
        inputs: { artifact: 'true' },
        variables: results.variables,
        node: found.path ?? '',
      });
      expect(log).not.toContain('::warning title=Trueup::There is no');
      expect([code, outputs['verdict']]).toEqual([1, 'fail']);
      expect(github.state.comments[0]?.body).toContain('Do not approve');
      expect([...results.artifacts.keys()]).toEqual([outputs['artifact-name']]);
      const [packet] = results.artifacts.values();
      expect(Object.keys(zipContent(packet?.content ?? Buffer.alloc(0)))).toContain('ledger/2026-05/noted-lines.parquet');
    } finally {
      await results.close();
    }
  });

  it('judges a push green', async (context) => {
    if (found.path === null) context.skip(`there is no Node 24 here: ${found.reason}`);
    repository.git('checkout', '--quiet', '--detach', base);
    const ran = await runAction(repository, { event: 'push', payload: { repository: visible }, apiUrl: github.url, node: found.path ?? '' });
    expect([ran.code, ran.outputs['verdict']]).toEqual([0, 'pass']);
  });
});
