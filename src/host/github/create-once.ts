/** Creates what must be there once: a creation whose answer was lost may have happened, so look before creating again. */
import { setTimeout as wait } from 'node:timers/promises';
import { ApiError } from './api-error.ts';

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
