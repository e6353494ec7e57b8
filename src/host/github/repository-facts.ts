/** Facts that only GitHub knows for sure: who may read the repository, and where a pull request stands now. */
import { z } from 'zod';
import { ownerAndName, type ApiClient } from './api-client.ts';
import { comparisonShape, commitShape, pullShape, repositoryShape, type ApiPull } from './api-shapes.ts';
import type { Event, Visibility } from './event.ts';

/** From the payload, else from the API; a repository of which nothing is known counts as public. */
export async function readVisibility(api: ApiClient | null, repository: string, known: Visibility | null): Promise<Visibility> {
  if (known !== null) return known;
  if (api === null) return 'public';
  try {
    const { visibility, private: hidden } = await api.call('GET /repos/{owner}/{repo}', ownerAndName(repository), repositoryShape);
    if (visibility !== undefined) return visibility === 'public' ? 'public' : 'private';
    return hidden ? 'private' : 'public';
  } catch {
    return 'public';
  }
}

/** A re-run replays the payload of the first run: what can have changed since is asked again. */
export async function readPull(api: ApiClient, repository: string, number: number): Promise<ApiPull> {
  return api.call('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...ownerAndName(repository), pull_number: number }, pullShape);
}

/** Open pull requests of this repository whose head is `sha` now. `head` (`owner:branch`) narrows the list. */
export async function pullsWithHead(api: ApiClient, repository: string, sha: string, head: string | null): Promise<ApiPull[]> {
  const values = { ...ownerAndName(repository), state: 'open' as const, ...(head === null ? {} : { head }) };
  const found: ApiPull[] = [];
  for await (const pull of api.pages('GET /repos/{owner}/{repo}/pulls', values, z.array(pullShape))) {
    if (pull.state === 'open' && pull.head.sha === sha) found.push(pull);
  }
  return found;
}

/** What is checked out, as far as the clone knows. */
export interface CheckedOut {
  readonly sha: string;
  /** Empty when the clone does not know them. */
  readonly parents: readonly string[];
  /** The best common ancestor; null when the clone is too shallow for it. */
  mergeBase(one: string, other: string): Promise<string | null>;
}

/**
 * The commit that the change is measured against; null where the event has none.
 * A merge commit of GitHub's own names it: its first parent, if the second is the head. Else it is the point where base and head part.
 */
export async function findBase(api: ApiClient | null, repository: string, event: Event, checkout: CheckedOut): Promise<string | null> {
  if (event.mode !== 'change') return null;
  if (event.name === 'merge_group') return event.baseSha;
  const parents = checkout.parents.length > 0 || api === null ? checkout.parents : await readParents(api, repository, checkout.sha);
  const [first, second] = parents;
  if (parents.length === 2 && first !== undefined && second !== undefined && second === event.headSha) return first;
  return findParting(api, repository, event, checkout);
}

async function findParting(api: ApiClient | null, repository: string, { pullNumber, headSha, baseSha }: Event, checkout: CheckedOut): Promise<string | null> {
  const base = api === null || pullNumber === null ? baseSha : (await readPull(api, repository, pullNumber)).base.sha;
  if (base === null || headSha === null) return null;
  const known = await checkout.mergeBase(base, headSha);
  if (known !== null || api === null) return known;
  const values = { ...ownerAndName(repository), basehead: `${base}...${headSha}` };
  return (await api.call('GET /repos/{owner}/{repo}/compare/{basehead}', values, comparisonShape)).merge_base_commit.sha;
}

async function readParents(api: ApiClient, repository: string, sha: string): Promise<readonly string[]> {
  const values = { ...ownerAndName(repository), commit_sha: sha };
  return (await api.call('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', values, commitShape)).parents.map((parent) => parent.sha);
}
