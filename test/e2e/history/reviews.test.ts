/** Reviews and authors from the API: every page, the last word of each reviewer, and what happens when it does not answer. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiClient, type ApiClient } from '../../../src/host/github/api-client.ts';
import { readApiBlob } from '../../../src/host/github/api-base-tree.ts';
import { defaultPatience } from '../../../src/host/github/patience.ts';
import { readApproval, readReviews, readWriters } from '../../../src/host/github/reviews.ts';
import { startGitHub, type GitHubServer } from '../github-server/github-server.ts';

let github: GitHubServer;
let api: ApiClient;
beforeEach(async () => {
  github = await startGitHub();
  api = createApiClient({ apiUrl: github.url, token: github.state.token, userAgent: 'test', patience: defaultPatience(() => 0) });
});
afterEach(() => github.close());

const head = 'a'.repeat(40);
const repository = 'acme/ledger';
type State = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING';
const review = (login: string | null, state: State, commit = head) =>
  github.state.reviews.push({ pull: 7, user: login === null ? null : { login }, state, commit_id: commit });

describe('reviews', () => {
  it('the last word of each reviewer counts, over all pages, and a comment is none', async () => {
    review('jane', 'APPROVED', 'b'.repeat(40));
    for (let index = 0; index < 150; index += 1) review('joe', 'COMMENTED');
    review(null, 'APPROVED');
    review('Joe', 'CHANGES_REQUESTED');
    review('jane', 'APPROVED');
    review('Jane', 'COMMENTED');
    github.state.reviews.push({ pull: 8, user: { login: 'ann' }, state: 'APPROVED', commit_id: head });
    expect(await readReviews(api, repository, 7)).toEqual([
      { login: 'jane', state: 'approved', commit: head },
      { login: 'Joe', state: 'changes-requested', commit: head },
    ]);
    expect(github.requests).toHaveLength(2);
  });
});

describe('writers', () => {
  it('are the authors of every commit that touched a path, and those whom the message names', async () => {
    const message = 'Add May\n\nCo-authored-by: Ann Lee <12+ann@users.noreply.github.com>';
    const author = { name: 'Bob', email: 'bob@example.org' };
    github.state.writings.push({ path: 'periods/2026-05/evidence/a.csv', sha: head, author: { login: 'bob' }, commit: { message, author } });
    github.state.writings.push({ path: 'periods/2026-05/evidence/a.csv', sha: 'b'.repeat(40), author: null, commit: { message: '', author } });
    expect(await readWriters(api, repository, head, 'periods/2026-05/evidence')).toEqual([
      { commit: head, person: { login: 'bob', ...author } },
      { commit: head, person: { login: null, name: 'Ann Lee', email: '12+ann@users.noreply.github.com' } },
      { commit: 'b'.repeat(40), person: { login: null, ...author } },
    ]);
  });

  it('that the token may not read are said to be unreadable', async () => {
    github.fail(/\/commits/, 'not-json');
    const facts = await readApproval(api, { repository, number: 7, head }, { close: 'close-1.yaml', evidence: [] });
    expect(facts).toEqual({ unreadable: expect.stringContaining('GET /repos/acme/ledger/commits: the answer is not JSON') });
  });
});

describe('blobs', () => {
  it('come whole, or not at all', async () => {
    github.state.blobs.set(head, Buffer.from('models: []\n'));
    expect((await readApiBlob(api, repository, head))?.toString('utf8')).toBe('models: []\n');
    expect(await readApiBlob(api, repository, 'b'.repeat(40))).toBe(null);
    expect(await readApiBlob(api, repository, '../../user')).toBe(null);
    expect(github.requests).toHaveLength(2);
  });
});
