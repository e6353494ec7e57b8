/** Who reviewed a pull request and who wrote a file, as GitHub knows them. */
import { z } from 'zod';
import {
  type ApprovalFacts,
  type ApprovalPlaces,
  type AuditHost,
  type Contribution,
  type NoApprovalFacts,
  peopleNamed,
  type Review,
  type ReviewState,
} from '../../model/approval.ts';
import { ownerAndName, type ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { readPull } from './repository-facts.ts';

const reviewShape = z.looseObject({
  user: z.looseObject({ login: z.string() }).nullable(),
  state: z.string(),
  commit_id: z.string().nullish(),
});
const writtenShape = z.looseObject({
  sha: z.string(),
  author: z.looseObject({ login: z.string().optional() }).nullable(),
  commit: z.looseObject({ message: z.string(), author: z.looseObject({ name: z.string().nullish(), email: z.string().nullish() }).nullable() }),
});

/** A comment, or a review that is not sent yet, is no word on the whole. */
const states: Readonly<Record<string, ReviewState>> = { APPROVED: 'approved', CHANGES_REQUESTED: 'changes-requested', DISMISSED: 'dismissed' };

/** The last word of each reviewer; GitHub lists reviews oldest first. */
export async function readReviews(api: ApiClient, repository: string, pull: number): Promise<Review[]> {
  const last = new Map<string, Review>();
  const values = { ...ownerAndName(repository), pull_number: pull };
  for await (const { user, state, commit_id: commit } of api.pages('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', values, z.array(reviewShape))) {
    const said = Object.hasOwn(states, state) ? states[state] : undefined;
    if (user !== null && said !== undefined) last.set(user.login.toLowerCase(), { login: user.login, state: said, commit: commit ?? null });
  }
  return [...last.values()];
}

/** The authors of every commit before and at `sha` that touched a file or folder, newest first, those that the message names included. */
export async function readWriters(api: ApiClient, repository: string, sha: string, path: string): Promise<Contribution[]> {
  const writers: Contribution[] = [];
  const values = { ...ownerAndName(repository), sha, path };
  for await (const { sha: commit, author, commit: written } of api.pages('GET /repos/{owner}/{repo}/commits', values, z.array(writtenShape))) {
    const own = { login: author?.login ?? null, name: written.author?.name ?? '', email: written.author?.email ?? '' };
    for (const person of [own, ...peopleNamed(written.message, ['Co-authored-by'])]) writers.push({ person, commit });
  }
  return writers;
}

/** Everything that the approval of a close is judged by; what GitHub does not give away is said and not guessed. */
export async function readApproval(
  api: ApiClient,
  pull: { readonly repository: string; readonly number: number; readonly head: string },
  places: ApprovalPlaces,
): Promise<ApprovalFacts | NoApprovalFacts> {
  const { repository, number, head } = pull;
  return orUnreadable(async () => {
    const reviews = await readReviews(api, repository, number);
    const closeWriters = await readWriters(api, repository, head, places.close);
    const evidenceWriters: Contribution[] = [];
    for (const path of places.evidence) evidenceWriters.push(...(await readWriters(api, repository, head, path)));
    return { head, reviews, closeWriters, evidenceWriters };
  });
}

/** What an audit may ask. */
export function auditHost(api: ApiClient, repository: string): AuditHost {
  return {
    readPull: (number) =>
      orUnreadable(async () => ({ head: (await readPull(api, repository, number)).head.sha, reviews: await readReviews(api, repository, number) })),
    readLogins: (commit, path) =>
      orUnreadable(async () => {
        const writers = await readWriters(api, repository, commit, path);
        return new Map(writers.flatMap((each) => (each.person.login === null ? [] : [[each.commit, each.person.login] as const])));
      }),
  };
}

async function orUnreadable<T>(ask: () => Promise<T>): Promise<T | NoApprovalFacts> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ApiError) return { unreadable: error.message };
    throw error;
  }
}
