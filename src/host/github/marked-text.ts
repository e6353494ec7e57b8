/** What we posted earlier and who may follow it: comments and issues are found by a marker in their first line and by their author, and are created once. */
import type { ApiClient } from './api-client.ts';
import { viewerShape } from './api-shapes.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError } from './api-error.ts';

/** The facts of the marker; its written form belongs to the report. */
export interface Marker {
  readonly tool: string;
  /** Tells apart what several jobs post in one place. */
  readonly key: string;
  readonly run_id: number;
  readonly attempt: number;
  readonly head_sha: string;
  readonly digest: string;
  /** What a tracking issue keeps open; left out elsewhere. */
  readonly open?: readonly string[] | undefined;
  /** Keys of the alerts that were sent about what it keeps open. */
  readonly said?: readonly string[] | undefined;
}
/** null when the first line is no marker. */
export type ReadMarker = (body: string) => Marker | null;

interface Posted {
  readonly body?: string | null | undefined;
  readonly user: { readonly login: string } | null;
}
export interface Marked<Post> {
  readonly post: Post;
  readonly marker: Marker;
}

/** `post` with its marker, when it is ours: anybody can copy a marker, so that the author counts. */
export function ownMarked<Post extends Posted>(post: Post, readMarker: ReadMarker, viewer: string, key: string): Marked<Post> | null {
  if (post.user?.login !== viewer) return null;
  const marker = readMarker(post.body ?? '');
  return marker !== null && marker.key === key ? { post, marker } : null;
}

/** Whether `posted` comes from a later run, or a later attempt of the same run, than `mine`. */
export function isLater(posted: Marker, mine: Pick<Marker, 'run_id' | 'attempt'>): boolean {
  return posted.run_id === mine.run_id ? posted.attempt > mine.attempt : posted.run_id > mine.run_id;
}

/** Whether both say the same: the marker's line names the run and does not count. */
export function saysTheSame(posted: string, mine: string): boolean {
  const spoken = (body: string): string => body.replace(/\r\n/g, '\n').split('\n').slice(1).join('\n').trimEnd();
  return spoken(posted) === spoken(mine);
}

const workflowBot = 'github-actions[bot]';

/**
 * The login that comments of this token carry. Installation tokens may not read `GET /user`, but every token may ask GraphQL for its viewer;
 * where even that fails, the workflow's own token is assumed.
 */
export async function readViewer(api: ApiClient): Promise<string> {
  try {
    return (await api.ask('query { viewer { login } }', viewerShape)).viewer.login;
  } catch {
    return workflowBot;
  }
}

const createAttempts = 3;

export type Created<Post> = { readonly post: Post; readonly from: 'this-run' | 'lost-answer' };

/** `look` finds what an earlier try has made; `pauseMilliseconds` before the first look, twice as long before the next. */
export async function createOnce<Post>(create: () => Promise<Post>, look: () => Promise<Post | null>, pauseMilliseconds: number): Promise<Created<Post>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { post: await create(), from: 'this-run' };
    } catch (error) {
      if (!(error instanceof ApiError) || error.problem !== 'unsure' || attempt === createAttempts) throw error;
      await wait(pauseMilliseconds * 2 ** (attempt - 1));
      const post = await look();
      if (post !== null) return { post, from: 'lost-answer' };
    }
  }
}
