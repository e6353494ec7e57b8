/** The one comment of a job on its pull request: created, edited in place, never twice, never over a later run's. */
import { z } from 'zod';
import { ownerAndName, type ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { anyShape, commentShape, type ApiComment } from './api-shapes.ts';
import { createOnce, isLater, type Marked, type Marker, ownMarked, type ReadMarker, readViewer, saysTheSame } from './marked-text.ts';
import { readPull } from './repository-facts.ts';

/** Below GitHub's 65,536, of which nobody knows for sure whether they are bytes or characters. */
const commentBudget = 60_000;
/** For a server that takes less. */
const tightBudget = 30_000;

export interface CommentPlan {
  readonly repository: string;
  readonly pullNumber: number;
  readonly marker: Marker;
  /** `edit`: a comment that is there is kept current, none is created. */
  readonly intent: 'create' | 'edit';
  /** The body within so many bytes, the marker first. */
  readonly render: (budget: number) => string;
  readonly readMarker: ReadMarker;
  /** Before a second look after a creation of which nobody knows whether it happened. */
  readonly retryMilliseconds: number;
}

export type CommentOutcome =
  | { readonly done: 'created' | 'edited' | 'unchanged'; readonly url: string }
  | { readonly done: 'nothing-to-edit' | 'later-run' | 'head-moved'; readonly url: null };

/** Posts the comment. Throws what the API throws: the caller turns it into a notice. */
export async function postComment(api: ApiClient, plan: CommentPlan): Promise<CommentOutcome> {
  const viewer = await readViewer(api);
  const [oldest, ...duplicates] = await ownComments(api, plan, viewer);
  if (oldest === undefined && plan.intent === 'edit') return { done: 'nothing-to-edit', url: null };
  if ([oldest, ...duplicates].some((found) => found !== undefined && isLater(found.marker, plan.marker))) return { done: 'later-run', url: null };
  // Asked last, right before the write: the payload of a re-run is old.
  const pull = await readPull(api, plan.repository, plan.pullNumber);
  if (pull.head.sha !== plan.marker.head_sha) return { done: 'head-moved', url: null };
  if (oldest === undefined) return create(api, plan, viewer);
  const outcome = await edit(api, plan, oldest.post);
  for (const { post } of duplicates) await remove(api, plan, post);
  return outcome;
}

/** Ours with this key, the oldest first. */
async function ownComments(api: ApiClient, { repository, pullNumber, marker, readMarker }: CommentPlan, viewer: string): Promise<Marked<ApiComment>[]> {
  const values = { ...ownerAndName(repository), issue_number: pullNumber };
  const found: Marked<ApiComment>[] = [];
  for await (const comment of api.pages('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', values, z.array(commentShape))) {
    const own = ownMarked(comment, readMarker, viewer, marker.key);
    if (own !== null) found.push(own);
  }
  return found.sort((a, b) => a.post.id - b.post.id);
}

async function create(api: ApiClient, plan: CommentPlan, viewer: string): Promise<CommentOutcome> {
  const values = { ...ownerAndName(plan.repository), issue_number: plan.pullNumber };
  const { post, from } = await createOnce(
    () => withinLimit(plan, (body) => api.call('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { ...values, body }, commentShape)),
    async () => (await ownComments(api, plan, viewer))[0]?.post ?? null,
    plan.retryMilliseconds,
  );
  return from === 'this-run' ? { done: 'created', url: post.html_url } : edit(api, plan, post);
}

async function edit(api: ApiClient, plan: CommentPlan, comment: ApiComment): Promise<CommentOutcome> {
  if (saysTheSame(comment.body ?? '', plan.render(commentBudget))) return { done: 'unchanged', url: comment.html_url };
  const values = { ...ownerAndName(plan.repository), comment_id: comment.id };
  const edited = await withinLimit(plan, (body) => api.call('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...values, body }, commentShape));
  return { done: 'edited', url: edited.html_url };
}

/** A body that is refused as too long is said shorter, once. */
async function withinLimit<T>(plan: CommentPlan, write: (body: string) => Promise<T>): Promise<T> {
  try {
    return await write(plan.render(commentBudget));
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem !== 'invalid') throw error;
    return write(plan.render(tightBudget));
  }
}

/** Somebody else may have removed it in the meantime. */
async function remove(api: ApiClient, { repository }: CommentPlan, comment: ApiComment): Promise<void> {
  try {
    await api.call('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', { ...ownerAndName(repository), comment_id: comment.id }, anyShape);
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem !== 'missing') throw error;
  }
}
