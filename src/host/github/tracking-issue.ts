/** The one issue of a ledger for runs that no pull request sees: opened on trouble, edited in place, closed with a note when all that it reported is well. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ownerAndName, type ApiClient } from './api-client.ts';
import { anyShape, issueShape, type ApiIssue } from './api-shapes.ts';
import { createOnce, isLater, type Marked, type Marker, ownMarked, type ReadMarker, readViewer, saysTheSame } from './marked-text.ts';

const issueBudget = 60_000;

export interface IssuePlan {
  readonly repository: string;
  readonly marker: Marker;
  /** What is not well now, by name; empty = all that was judged is well. */
  readonly trouble: readonly string[];
  /** Of what the issue has kept open so far, what this run says nothing about. */
  readonly stillOpen: (before: readonly string[]) => Promise<readonly string[]>;
  /** Says what is new since `before`, which an alert has said; what was said of all that still holds comes back. `left` is of earlier runs and not judged now. */
  readonly alert: (before: readonly string[], left: readonly string[]) => Promise<readonly string[]>;
  readonly title: string;
  readonly render: (kept: Kept, budget: number) => string;
  /** Said in a comment when the issue is closed. */
  readonly closingNote: string;
  readonly readMarker: ReadMarker;
  /** Before a second look after a creation of which nobody knows whether it happened. */
  readonly retryMilliseconds: number;
}

/** What the issue keeps open from now on, and what of it is left from earlier runs. */
export interface Kept {
  readonly open: readonly string[];
  readonly left: readonly string[];
  /** What alerts have said of it. */
  readonly said: readonly string[];
}

export type IssueOutcome =
  | { readonly done: 'opened' | 'reopened' | 'edited' | 'unchanged' | 'closed'; readonly url: string }
  | { readonly done: 'nothing' | 'later-run'; readonly url: null };

export async function keepTrackingIssue(api: ApiClient, plan: IssuePlan): Promise<IssueOutcome> {
  const found = await ownIssue(api, plan);
  if (found === null) {
    if (plan.trouble.length === 0) return { done: 'nothing', url: null };
    const issue = await open(api, plan);
    await noteAlert(api, plan, issue);
    return { done: 'opened', url: issue.html_url };
  }
  const { marker, post } = found;
  if (isLater(marker, plan.marker)) return { done: 'later-run', url: null };
  const before = post.state === 'open' ? (marker.open ?? []) : [];
  const left = (await plan.stillOpen(before)).filter((subject) => !plan.trouble.includes(subject));
  const stays = [...plan.trouble, ...left];
  if (stays.length === 0) return close(api, plan, post);
  const said = await plan.alert(post.state === 'open' ? (marker.said ?? []) : [], left);
  return update(api, plan, { open: stays, left, said }, found);
}

async function open(api: ApiClient, plan: IssuePlan): Promise<ApiIssue> {
  const values = { ...ownerAndName(plan.repository), title: plan.title, body: plan.render({ open: plan.trouble, left: [], said: [] }, issueBudget) };
  const create = (): Promise<ApiIssue> => api.call('POST /repos/{owner}/{repo}/issues', values, issueShape);
  const { post } = await createOnce(create, async () => (await ownIssue(api, plan))?.post ?? null, plan.retryMilliseconds);
  return post;
}

/** Only of an issue that is there: where none may be written, nobody would remember what was said, and every run would say it again. */
async function noteAlert(api: ApiClient, plan: IssuePlan, issue: ApiIssue): Promise<void> {
  const said = await plan.alert([], []);
  if (said.length === 0) return;
  const body = plan.render({ open: plan.trouble, left: [], said }, issueBudget);
  await api.call('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...ownerAndName(plan.repository), issue_number: issue.number, body }, issueShape);
}

/** An open one before a closed one, then the youngest. */
async function ownIssue(api: ApiClient, { repository, marker, readMarker }: IssuePlan): Promise<Marked<ApiIssue> | null> {
  const viewer = await readViewer(api);
  const values = { ...ownerAndName(repository), state: 'all' as const, creator: viewer };
  const found: Marked<ApiIssue>[] = [];
  for await (const issue of api.pages('GET /repos/{owner}/{repo}/issues', values, z.array(issueShape))) {
    const own = issue.pull_request === undefined ? ownMarked(issue, readMarker, viewer, marker.key) : null;
    if (own !== null) found.push(own);
  }
  const rank = ({ post }: Marked<ApiIssue>): number => (post.state === 'open' ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || b.post.number - a.post.number)[0] ?? null;
}

async function update(api: ApiClient, plan: IssuePlan, kept: Kept, { post: issue, marker }: Marked<ApiIssue>): Promise<IssueOutcome> {
  const body = plan.render(kept, issueBudget);
  const isSaid = isDeepStrictEqual(marker.said ?? [], kept.said);
  if (issue.state === 'open' && isSaid && saysTheSame(issue.body ?? '', body)) return { done: 'unchanged', url: issue.html_url };
  const values = { ...ownerAndName(plan.repository), issue_number: issue.number };
  await api.call('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...values, body, state: 'open' }, issueShape);
  return { done: issue.state === 'open' ? 'edited' : 'reopened', url: issue.html_url };
}

/** The body tells the present state too; the note tells those who watch. */
async function close(api: ApiClient, plan: IssuePlan, issue: ApiIssue): Promise<IssueOutcome> {
  if (issue.state !== 'open') return { done: 'nothing', url: null };
  const values = { ...ownerAndName(plan.repository), issue_number: issue.number };
  const closed = { body: plan.render({ open: [], left: [], said: [] }, issueBudget), state: 'closed', state_reason: 'completed' } as const;
  await api.call('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...values, ...closed }, issueShape);
  await api.call('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...values, body: plan.closingNote }, anyShape);
  return { done: 'closed', url: issue.html_url };
}
