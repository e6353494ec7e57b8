/** The routes of GitHub's API that the action uses, with GitHub's answers. */
import type { z } from 'zod';
import type { GitHubState, StoredComment, StoredIssue, StoredPull } from './github-state.ts';
import { pageSize, requestBodies, requestQueries } from './request-shapes.ts';

export interface Reply {
  readonly status: number;
  /** null = an empty answer. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}
export interface RouteRequest {
  readonly parts: readonly string[];
  readonly query: Readonly<Record<string, string | number | undefined>>;
  readonly body: Readonly<Record<string, string>>;
}
interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** A regular expression; `{repo}` stands for the repository. */
  readonly path: string;
  readonly needs: 'read' | 'write';
  readonly query: z.ZodType;
  readonly body: z.ZodType | null;
  readonly answer: (state: GitHubState, request: RouteRequest, url: URL) => Reply;
}

const reply = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({ status, body, headers });
const missing = reply(404, { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' });
const tooLong = reply(422, {
  message: 'Validation Failed',
  errors: [{ resource: 'IssueComment', code: 'custom', field: 'body', message: 'body is too long' }],
});

/** One page, with the links to the others. */
function paged(all: readonly unknown[], { query }: RouteRequest, url: URL): Reply {
  const size = pageSize(Number(query['per_page'] ?? 30));
  const page = Number(query['page'] ?? 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const link = (to: number, rel: string): string => {
    const place = new URL(url);
    place.searchParams.set('page', String(to));
    return `<${place.href}>; rel="${rel}"`;
  };
  const links = page < last ? [link(page + 1, 'next'), link(last, 'last')] : [];
  return reply(200, all.slice((page - 1) * size, page * size), links.length === 0 ? {} : { link: links.join(', ') });
}

const address = (state: GitHubState, rest: string): string => `https://github.com/${state.repository}/${rest}`;
const showComment = (state: GitHubState, comment: StoredComment) => ({
  ...comment,
  html_url: address(state, `pull/${comment.issue}#issuecomment-${comment.id}`),
  author_association: 'NONE',
});
const showPull = (pull: StoredPull) => ({ ...pull, head: { ...pull.head, repo: null }, title: '@all `pull`', mergeable: null });
const showIssue = (state: GitHubState, issue: StoredIssue) => ({ ...issue, html_url: address(state, `issues/${issue.number}`) });

export const routes: readonly Route[] = [
  {
    method: 'POST',
    path: '/graphql',
    needs: 'read',
    query: requestQueries.none,
    body: requestBodies.graphql,
    answer: (state) => reply(200, { data: { viewer: { login: state.viewer } } }),
  },
  {
    method: 'GET',
    path: '{repo}',
    needs: 'read',
    query: requestQueries.none,
    body: null,
    answer: (state) => reply(200, { full_name: state.repository, private: state.visibility !== 'public', visibility: state.visibility }),
  },
  {
    method: 'GET',
    path: '{repo}/pulls',
    needs: 'read',
    query: requestQueries['pulls/list'],
    body: null,
    answer: (state, request, url) => {
      const { state: wanted, head } = request.query;
      return paged(
        state.pulls.filter((pull) => (wanted === 'all' || pull.state === wanted) && (head === undefined || pull.head.label === head)).map(showPull),
        request,
        url,
      );
    },
  },
  {
    method: 'GET',
    path: '{repo}/pulls/(\\d+)',
    needs: 'read',
    query: requestQueries.none,
    body: null,
    answer: (state, { parts }) => {
      const pull = state.pulls.find(({ number }) => number === Number(parts[0]));
      return pull === undefined ? missing : reply(200, showPull(pull));
    },
  },
  {
    method: 'GET',
    path: '{repo}/pulls/(\\d+)/reviews',
    needs: 'read',
    query: requestQueries.page,
    body: null,
    answer: (state, request, url) =>
      paged(
        state.reviews.filter(({ pull }) => pull === Number(request.parts[0])),
        request,
        url,
      ),
  },
  {
    method: 'GET',
    path: '{repo}/commits',
    needs: 'read',
    query: requestQueries['commits/list'],
    body: null,
    answer: (state, request, url) =>
      paged(
        state.writings.filter(({ path }) => path === request.query['path'] || path.startsWith(`${request.query['path']}/`)),
        request,
        url,
      ),
  },
  {
    method: 'GET',
    path: '{repo}/issues/(\\d+)/comments',
    needs: 'read',
    query: requestQueries.page,
    body: null,
    answer: (state, request, url) =>
      paged(
        state.comments.filter(({ issue }) => issue === Number(request.parts[0])).map((comment) => showComment(state, comment)),
        request,
        url,
      ),
  },
  {
    method: 'POST',
    path: '{repo}/issues/(\\d+)/comments',
    needs: 'write',
    query: requestQueries.none,
    body: requestBodies['issues/create-comment'],
    answer: (state, { parts, body }) => {
      const text = body['body'] ?? '';
      if (text.length > state.longestBody) return tooLong;
      state.nextId += 1;
      const comment = { id: state.nextId, issue: Number(parts[0]), body: text, user: { login: state.viewer } };
      state.comments.push(comment);
      return reply(201, showComment(state, comment));
    },
  },
  {
    method: 'PATCH',
    path: '{repo}/issues/comments/(\\d+)',
    needs: 'write',
    query: requestQueries.none,
    body: requestBodies['issues/update-comment'],
    answer: (state, { parts, body }) => {
      const text = body['body'] ?? '';
      const comment = state.comments.find(({ id }) => id === Number(parts[0]));
      if (comment === undefined) return missing;
      if (text.length > state.longestBody) return tooLong;
      comment.body = text;
      return reply(200, showComment(state, comment));
    },
  },
  {
    method: 'DELETE',
    path: '{repo}/issues/comments/(\\d+)',
    needs: 'write',
    query: requestQueries.none,
    body: null,
    answer: (state, { parts }) => {
      const at = state.comments.findIndex(({ id }) => id === Number(parts[0]));
      if (at < 0) return missing;
      state.comments.splice(at, 1);
      return reply(204, null);
    },
  },
  {
    method: 'GET',
    path: '{repo}/issues',
    needs: 'read',
    query: requestQueries['issues/list'],
    body: null,
    answer: (state, request, url) => {
      const { state: wanted, creator } = request.query;
      return paged(
        state.issues
          .filter((issue) => (wanted === 'all' || issue.state === wanted) && (creator === undefined || issue.user.login === creator))
          .map((issue) => showIssue(state, issue)),
        request,
        url,
      );
    },
  },
  {
    method: 'POST',
    path: '{repo}/issues',
    needs: 'write',
    query: requestQueries.none,
    body: requestBodies['issues/create'],
    answer: (state, { body }) => {
      state.nextId += 1;
      const issue: StoredIssue = { number: state.nextId, title: body['title'] ?? '', body: body['body'] ?? '', state: 'open', user: { login: state.viewer } };
      state.issues.push(issue);
      return reply(201, showIssue(state, issue));
    },
  },
  {
    method: 'PATCH',
    path: '{repo}/issues/(\\d+)',
    needs: 'write',
    query: requestQueries.none,
    body: requestBodies['issues/update'],
    answer: (state, { parts, body }) => {
      const issue = state.issues.find(({ number }) => number === Number(parts[0]));
      if (issue === undefined) return missing;
      issue.body = body['body'] ?? issue.body;
      issue.state = body['state'] === 'closed' ? 'closed' : 'open';
      return reply(200, showIssue(state, issue));
    },
  },
  {
    method: 'POST',
    path: '{repo}/check-runs',
    needs: 'write',
    query: requestQueries.none,
    body: requestBodies['checks/create'],
    answer: (state, { body }) => {
      state.checkRuns.push({ name: body['name'] ?? '', head_sha: body['head_sha'] ?? '', conclusion: body['conclusion'] ?? '' });
      return reply(201, { id: state.checkRuns.length, html_url: address(state, `runs/${state.checkRuns.length}`) });
    },
  },
  {
    method: 'GET',
    path: '{repo}/git/commits/([0-9a-f]{40})',
    needs: 'read',
    query: requestQueries.none,
    body: null,
    answer: (state, { parts }) => {
      const parents = state.commits.get(parts[0] ?? '');
      return parents === undefined ? missing : reply(200, { sha: parts[0], parents: parents.map((sha) => ({ sha })) });
    },
  },
  {
    method: 'GET',
    path: '{repo}/compare/([0-9a-f]{40})\\.\\.\\.([0-9a-f]{40})',
    needs: 'read',
    query: requestQueries.none,
    body: null,
    answer: (state) => (state.mergeBase === null ? missing : reply(200, { merge_base_commit: { sha: state.mergeBase }, status: 'diverged' })),
  },
  {
    method: 'GET',
    path: '{repo}/git/trees/([0-9a-f]{40})',
    needs: 'read',
    query: requestQueries['git/tree'],
    body: null,
    answer: (state, { parts, query }) => {
      const tree = state.trees.get(parts[0] ?? '');
      if (tree === undefined) return missing;
      return reply(200, { sha: tree.sha, ...(query['recursive'] === undefined ? { truncated: false, tree: tree.one } : tree.all) });
    },
  },
  {
    method: 'GET',
    path: '{repo}/git/blobs/([0-9a-f]{40})',
    needs: 'read',
    query: requestQueries.none,
    body: null,
    answer: (state, { parts }) => {
      const blob = state.blobs.get(parts[0] ?? '');
      if (blob === undefined) return missing;
      const content = (blob.toString('base64').match(/.{1,60}/g) ?? []).join('\n');
      return reply(200, { sha: parts[0], size: blob.length, encoding: 'base64', content });
    },
  },
];
