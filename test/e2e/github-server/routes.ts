/** The operations of GitHub's API that the action uses, with GitHub's answers: its own examples with what the state knows put in, and the limits that no description holds. */
import type { GitHubState, StoredComment, StoredIssue, StoredPull } from './github-state.ts';
import { describedBy } from './openapi.ts';

export interface Reply {
  readonly status: number;
  /** null = an empty answer. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}
export interface RouteRequest {
  /** Of the path, by name. */
  readonly values: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, string>>;
}
interface Route {
  readonly needs: 'read' | 'write';
  readonly answer: (state: GitHubState, request: RouteRequest, url: URL) => Reply;
}
type Fields = Readonly<Record<string, unknown>>;

const reply = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({ status, body, headers });
const documentation = 'https://docs.github.com/rest';
const missing = reply(404, { message: 'Not Found', documentation_url: documentation, status: '404' });
const invalid = (field: string, message: string): Reply =>
  reply(422, { message: 'Validation Failed', documentation_url: documentation, errors: [{ resource: 'Issue', code: 'custom', field, message }] });

/** GitHub counts characters; the action must stay below in bytes too. */
function tooLong(state: GitHubState, { body, title = '' }: Readonly<Record<string, string>>): Reply | null {
  if (title.length > 256) return invalid('title', 'title is too long (maximum is 256 characters)');
  const isLong = body !== undefined && (body.length > state.longestBody || Buffer.byteLength(body) > 65_536);
  return isLong ? invalid('body', 'body is too long (maximum is 65536 characters)') : null;
}

const examples = new Map<string, Fields>();
/** GitHub's example of an answer, of a list its first entry. */
function example(route: string, status: number): Fields {
  const known = examples.get(route) ?? ([describedBy('api.github.com').example(route, status)].flat()[0] as Fields);
  examples.set(route, known);
  return known;
}

/** A page holds at most 100, whatever was asked for; with the links to the others. */
function paged(all: readonly unknown[], { query }: RouteRequest, url: URL): Reply {
  const size = Math.min(Number(query.get('per_page') ?? 30), 100);
  const page = Number(query.get('page') ?? 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const link = (to: number, rel: string): string => {
    const place = new URL(url);
    place.searchParams.set('page', String(to));
    return `<${place.href}>; rel="${rel}"`;
  };
  const links = page < last ? [link(page + 1, 'next'), link(last, 'last')] : [];
  return reply(200, all.slice((page - 1) * size, page * size), links.length === 0 ? {} : { link: links.join(', ') });
}

const createComment = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
const createIssue = 'POST /repos/{owner}/{repo}/issues';
const getPull = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
const listPulls = 'GET /repos/{owner}/{repo}/pulls';
const listReviews = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews';
const listCommits = 'GET /repos/{owner}/{repo}/commits';

const address = (state: GitHubState, rest: string): string => `https://github.com/${state.repository}/${rest}`;
const account = (known: { readonly login: string } | null, like: unknown): Fields | null => known && { ...(like as Fields), ...known };
function showComment(state: GitHubState, { id, issue, body, user }: StoredComment): Fields {
  const like = example(createComment, 201);
  return { ...like, id, body, html_url: address(state, `pull/${issue}#issuecomment-${id}`), user: account(user, like['user']), author_association: 'NONE' };
}
function showIssue(state: GitHubState, issue: StoredIssue): Fields {
  const { pull_request: _pull, ...like } = example(createIssue, 201);
  return { ...like, ...issue, html_url: address(state, `issues/${issue.number}`), user: account(issue.user, like['user']) };
}
function showPull(route: string, { number, state, head, base }: StoredPull): Fields {
  const like = example(route, 200);
  const [likeHead, likeBase] = [like['head'] as Fields, like['base'] as Fields];
  // GitHub's example of a team lacks what the description asks of one.
  const ends = { head: { ...likeHead, ...head }, base: { ...likeBase, ...base } };
  return { ...like, number, state, ...ends, title: '@all `pull`', requested_teams: [], ...('mergeable' in like ? { mergeable: null } : {}) };
}

function changeIssue(state: GitHubState, { values, body }: RouteRequest): Reply {
  const issue = state.issues.find(({ number }) => number === Number(values['issue_number']));
  if (issue === undefined) return missing;
  issue.body = body['body'] ?? issue.body;
  issue.state = body['state'] === 'closed' ? 'closed' : 'open';
  return reply(200, showIssue(state, issue));
}

function addIssue(state: GitHubState, { body }: RouteRequest): Reply {
  state.nextId += 1;
  const issue: StoredIssue = { number: state.nextId, title: body['title'] ?? '', body: body['body'] ?? '', state: 'open', user: { login: state.viewer } };
  state.issues.push(issue);
  return reply(201, showIssue(state, issue));
}

function addComment(state: GitHubState, { values, body }: RouteRequest): Reply {
  state.nextId += 1;
  const comment = { id: state.nextId, issue: Number(values['issue_number']), body: body['body'] ?? '', user: { login: state.viewer } };
  state.comments.push(comment);
  return reply(201, showComment(state, comment));
}

function changeComment(state: GitHubState, { values, body }: RouteRequest): Reply {
  const comment = state.comments.find(({ id }) => id === Number(values['comment_id']));
  if (comment === undefined) return missing;
  comment.body = body['body'] ?? '';
  return reply(200, showComment(state, comment));
}

function removeComment(state: GitHubState, { values }: RouteRequest): Reply {
  const at = state.comments.findIndex(({ id }) => id === Number(values['comment_id']));
  if (at < 0) return missing;
  state.comments.splice(at, 1);
  return reply(204, null);
}

function addCheckRun(state: GitHubState, { body }: RouteRequest): Reply {
  state.checkRuns.push({ name: body['name'] ?? '', head_sha: body['head_sha'] ?? '', conclusion: body['conclusion'] ?? '' });
  const id = state.checkRuns.length;
  const { name, head_sha: head, conclusion } = body;
  const like = example('POST /repos/{owner}/{repo}/check-runs', 201);
  return reply(201, { ...like, id, name, head_sha: head, conclusion, status: 'completed', html_url: address(state, `runs/${id}`) });
}

function showTree(state: GitHubState, { values, query }: RouteRequest): Reply {
  const tree = state.trees.get(values['tree_sha'] ?? '');
  if (tree === undefined) return missing;
  const place = `https://api.github.com/repos/${state.repository}/git`;
  const { truncated, tree: entries } = query.get('recursive') === null ? { truncated: false, tree: tree.one } : tree.all;
  const shown = entries.map((entry) => ({ ...entry, url: `${place}/${entry.type}s/${entry.sha}` }));
  return reply(200, { sha: tree.sha, url: `${place}/trees/${tree.sha}`, truncated, tree: shown });
}

function showBlob(state: GitHubState, { values }: RouteRequest): Reply {
  const sha = values['file_sha'] ?? '';
  const blob = state.blobs.get(sha);
  if (blob === undefined) return missing;
  const content = (blob.toString('base64').match(/.{1,60}/g) ?? []).join('\n');
  return reply(200, { ...example('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', 200), sha, size: blob.length, encoding: 'base64', content });
}

function showCommit(state: GitHubState, { values }: RouteRequest): Reply {
  const sha = values['commit_sha'] ?? '';
  const like = example('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', 200);
  const [parent] = like['parents'] as Fields[];
  const parents = state.commits.get(sha);
  return parents === undefined ? missing : reply(200, { ...like, sha, parents: parents.map((each) => ({ ...parent, sha: each })) });
}

function compare(state: GitHubState): Reply {
  if (state.mergeBase === null) return missing;
  const like = example('GET /repos/{owner}/{repo}/compare/{basehead}', 200);
  return reply(200, { ...like, status: 'diverged', merge_base_commit: { ...(like['merge_base_commit'] as Fields), sha: state.mergeBase } });
}

function showRepository(state: GitHubState): Reply {
  const like = example('GET /repos/{owner}/{repo}', 200);
  // GitHub's example lacks what its description asks for.
  const source = { ...(like['source'] as Fields), language: null };
  const known = { full_name: state.repository, private: state.visibility !== 'public', visibility: state.visibility };
  return reply(200, { ...like, language: null, source, ...known });
}

function findPulls(state: GitHubState, request: RouteRequest, url: URL): Reply {
  const [wanted, head] = [request.query.get('state') ?? 'open', request.query.get('head')];
  const found = state.pulls.filter((pull) => (wanted === 'all' || pull.state === wanted) && (head === null || pull.head.label === head));
  const shown = found.map((pull) => showPull(listPulls, pull));
  return paged(shown, request, url);
}

function showOnePull(state: GitHubState, { values }: RouteRequest): Reply {
  const pull = state.pulls.find(({ number }) => number === Number(values['pull_number']));
  return pull === undefined ? missing : reply(200, showPull(getPull, pull));
}

function findReviews(state: GitHubState, request: RouteRequest, url: URL): Reply {
  const like = example(listReviews, 200);
  const found = state.reviews.filter(({ pull }) => pull === Number(request.values['pull_number']));
  const shown = found.map(({ user, state: said, commit_id: commit }) => ({ ...like, user: account(user, like['user']), state: said, commit_id: commit }));
  return paged(shown, request, url);
}

function findCommits(state: GitHubState, request: RouteRequest, url: URL): Reply {
  const like = example(listCommits, 200);
  const likeCommit = like['commit'] as Fields;
  const wanted = request.query.get('path') ?? '';
  const found = state.writings.filter(({ path }) => path === wanted || path.startsWith(`${wanted}/`));
  const shown = found.map(({ sha, author, commit }) => ({
    ...like,
    sha,
    author: account(author, like['author']),
    commit: { ...likeCommit, message: commit.message, author: { ...(likeCommit['author'] as Fields), ...commit.author } },
  }));
  return paged(shown, request, url);
}

function findComments(state: GitHubState, request: RouteRequest, url: URL): Reply {
  const found = state.comments.filter(({ issue }) => issue === Number(request.values['issue_number']));
  const shown = found.map((comment) => showComment(state, comment));
  return paged(shown, request, url);
}

function findIssues(state: GitHubState, request: RouteRequest, url: URL): Reply {
  const [wanted, creator] = [request.query.get('state') ?? 'open', request.query.get('creator')];
  const found = state.issues.filter((issue) => (wanted === 'all' || issue.state === wanted) && (creator === null || issue.user.login === creator));
  const shown = found.map((issue) => showIssue(state, issue));
  return paged(shown, request, url);
}

/** Bodies are held to the limits first. */
const bounded =
  (write: Route['answer']): Route['answer'] =>
  (state, request, url) =>
    tooLong(state, request.body) ?? write(state, request, url);

export const routes: Readonly<Record<string, Route>> = {
  'GET /repos/{owner}/{repo}': { needs: 'read', answer: showRepository },
  [listPulls]: { needs: 'read', answer: findPulls },
  [getPull]: { needs: 'read', answer: showOnePull },
  [listReviews]: { needs: 'read', answer: findReviews },
  [listCommits]: { needs: 'read', answer: findCommits },
  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': { needs: 'read', answer: findComments },
  [createComment]: { needs: 'write', answer: bounded(addComment) },
  'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': { needs: 'write', answer: bounded(changeComment) },
  'DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}': { needs: 'write', answer: removeComment },
  'GET /repos/{owner}/{repo}/issues': { needs: 'read', answer: findIssues },
  [createIssue]: { needs: 'write', answer: bounded(addIssue) },
  'PATCH /repos/{owner}/{repo}/issues/{issue_number}': { needs: 'write', answer: bounded(changeIssue) },
  'POST /repos/{owner}/{repo}/check-runs': { needs: 'write', answer: addCheckRun },
  'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': { needs: 'read', answer: showCommit },
  'GET /repos/{owner}/{repo}/compare/{basehead}': { needs: 'read', answer: compare },
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': { needs: 'read', answer: showTree },
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': { needs: 'read', answer: showBlob },
};
