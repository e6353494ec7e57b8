/** The one issue of a ledger for runs that no pull request sees: opened on trouble, edited in place, closed with a note when all is well again. */
import { z } from 'zod';
import type { ApiClient } from './api-client.ts';
import { anyShape, issueShape, type ApiIssue } from './api-shapes.ts';
import { isLater, ownMarked, saysTheSame, type Marked, type Marker, type ReadMarker } from './marked-text.ts';
import { readViewer } from './viewer.ts';

const issueBudget = 60_000;

export interface IssuePlan {
  readonly repository: string;
  readonly marker: Marker;
  readonly state: 'trouble' | 'well';
  readonly title: string;
  readonly render: (budget: number) => string;
  /** Said in a comment when the issue is closed. */
  readonly closingNote: string;
  readonly readMarker: ReadMarker;
}

export type IssueOutcome =
  | { readonly done: 'opened' | 'reopened' | 'edited' | 'unchanged' | 'closed'; readonly url: string }
  | { readonly done: 'nothing' | 'later-run'; readonly url: null };

export async function keepTrackingIssue(api: ApiClient, plan: IssuePlan): Promise<IssueOutcome> {
  const found = await ownIssue(api, plan);
  if (found === null) {
    if (plan.state === 'well') return { done: 'nothing', url: null };
    const created = await api.change('POST', `/repos/${plan.repository}/issues`, { title: plan.title, body: plan.render(issueBudget) }, issueShape);
    return { done: 'opened', url: created.html_url };
  }
  if (isLater(found.marker, plan.marker)) return { done: 'later-run', url: null };
  return plan.state === 'well' ? close(api, plan, found.post) : update(api, plan, found.post);
}

/** An open one before a closed one, then the youngest. */
async function ownIssue(api: ApiClient, { repository, marker, readMarker }: IssuePlan): Promise<Marked<ApiIssue> | null> {
  const viewer = await readViewer(api);
  const found: Marked<ApiIssue>[] = [];
  for await (const issue of api.pages(`/repos/${repository}/issues?state=all&creator=${encodeURIComponent(viewer)}`, z.array(issueShape))) {
    const own = issue.pull_request === undefined ? ownMarked(issue, readMarker, viewer, marker.key) : null;
    if (own !== null) found.push(own);
  }
  const rank = ({ post }: Marked<ApiIssue>): number => (post.state === 'open' ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b) || b.post.number - a.post.number)[0] ?? null;
}

async function update(api: ApiClient, plan: IssuePlan, issue: ApiIssue): Promise<IssueOutcome> {
  const body = plan.render(issueBudget);
  if (issue.state === 'open' && saysTheSame(issue.body ?? '', body)) return { done: 'unchanged', url: issue.html_url };
  await api.change('PATCH', `/repos/${plan.repository}/issues/${issue.number}`, { body, state: 'open' }, issueShape);
  return { done: issue.state === 'open' ? 'edited' : 'reopened', url: issue.html_url };
}

/** The body tells the present state too; the note tells those who watch. */
async function close(api: ApiClient, plan: IssuePlan, issue: ApiIssue): Promise<IssueOutcome> {
  if (issue.state !== 'open') return { done: 'nothing', url: null };
  const path = `/repos/${plan.repository}/issues/${issue.number}`;
  await api.change('PATCH', path, { body: plan.render(issueBudget), state: 'closed', state_reason: 'completed' }, issueShape);
  await api.change('POST', `${path}/comments`, { body: plan.closingNote }, anyShape);
  return { done: 'closed', url: issue.html_url };
}
