/** What GitHub's OpenAPI description asks of the requests that the action makes: names, types and limits; anything else is a 422. */
import { z } from 'zod';

/** GitHub counts characters; the action must stay below in bytes too. */
const body = z.string().refine((text) => [...text].length <= 65_536 && Buffer.byteLength(text) <= 65_536, 'body is too long (maximum is 65536 characters)');
const sha = z.string().regex(/^[0-9a-f]{40}$/);

export const requestBodies = {
  'issues/create-comment': z.strictObject({ body: body.min(1) }),
  'issues/update-comment': z.strictObject({ body: body.min(1) }),
  'issues/create': z.strictObject({
    title: z.string().min(1).max(256),
    body: body.optional(),
    labels: z.array(z.string()).optional(),
    assignees: z.array(z.string()).optional(),
  }),
  'issues/update': z.strictObject({
    title: z.string().min(1).max(256).optional(),
    body: body.optional(),
    state: z.enum(['open', 'closed']).optional(),
    state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).nullish(),
  }),
  'checks/create': z.strictObject({
    name: z.string().min(1),
    head_sha: sha,
    status: z.enum(['queued', 'in_progress', 'completed']),
    conclusion: z.enum(['action_required', 'cancelled', 'failure', 'neutral', 'success', 'skipped', 'stale', 'timed_out']),
    external_id: z.string().optional(),
    output: z.strictObject({ title: z.string(), summary: z.string().max(65_535), text: z.string().max(65_535).optional() }).optional(),
  }),
  graphql: z.strictObject({ query: z.string(), variables: z.unknown().optional() }),
} as const;

const page = { per_page: z.coerce.number().int().min(1).default(30), page: z.coerce.number().int().min(1).default(1) };

export const requestQueries = {
  none: z.strictObject({}),
  page: z.strictObject(page),
  'pulls/list': z.strictObject({ ...page, state: z.enum(['open', 'closed', 'all']).default('open'), head: z.string().includes(':').optional() }),
  'issues/list': z.strictObject({ ...page, state: z.enum(['open', 'closed', 'all']).default('open'), creator: z.string().optional() }),
  'commits/list': z.strictObject({ ...page, sha: z.string().optional(), path: z.string().optional() }),
  'git/tree': z.strictObject({ recursive: z.string().optional() }),
} as const;

/** A page holds at most 100, whatever was asked for. */
export function pageSize(asked: number): number {
  return Math.min(asked, 100);
}
