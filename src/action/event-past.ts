/** What a run on GitHub holds a ledger against: the clone's own past, the API for what the clone lacks, the commit before a push, the reviews of a pull request. */
import type { PastOptions } from '../gate/gate-options.ts';
import { openPast } from '../host/git/git-past.ts';
import type { History } from '../host/git/history.ts';
import { readApiBlob } from '../host/github/api-blob.ts';
import { apiBaseTree } from '../host/github/api-base-tree.ts';
import type { ApiClient } from '../host/github/api-client.ts';
import { ApiError } from '../host/github/api-error.ts';
import type { Environment } from '../host/github/environment.ts';
import type { Event } from '../host/github/event.ts';
import { readApproval } from '../host/github/reviews.ts';
import type { BaseTree, Past } from '../model/base-tree.ts';

interface PastTask {
  readonly event: Event;
  readonly environment: Environment;
  /** null = no token. */
  readonly api: ApiClient | null;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

export async function readEventPast(task: PastTask, history: History): Promise<PastOptions> {
  const { event, environment, api } = task;
  const { repository } = environment;
  const parent = event.name === 'push' ? await parentOf(task, history) : null;
  const { pullNumber: number, headSha: head } = event;
  return {
    past: withApi(openPast(history.root, task.variables), repository, api),
    parent: typeof parent === 'string' ? null : parent,
    recompute: event.name === 'push' || event.name === 'merge_group' ? 'newest' : 'added',
    readApproval: api === null || number === null || head === null ? null : async (places) => readApproval(api, { repository, number, head }, places),
    notes: typeof parent === 'string' ? [parent] : [],
  };
}

function withApi(clone: Past, repository: string, api: ApiClient | null): Past {
  const readBlob = async (id: string): Promise<Buffer | null> => (await clone.readBlob(id)) ?? (api === null ? null : readApiBlob(api, repository, id));
  return { ...clone, readBlob };
}

/** Where the branch stood before the push, else the commit's own parent; a note when neither can be read. */
async function parentOf({ event, environment, api }: PastTask, history: History): Promise<BaseTree | string | null> {
  const head = await history.resolve('HEAD');
  const parents = head === null ? [] : await history.parents(head);
  const candidates = [...(event.baseSha === null ? [] : [event.baseSha]), ...parents.slice(0, 1)];
  for (const commit of candidates) {
    const tree = (await history.tree(commit)) ?? (api === null ? null : await readable(apiBaseTree(api, environment.repository, commit)));
    if (tree !== null) return tree;
  }
  // The first commit of all has nothing before it.
  return candidates.length === 0 ? null : 'what is append-only was not checked: the commit before is not in this clone';
}

async function readable(tree: BaseTree): Promise<BaseTree | null> {
  try {
    await tree.list('');
    return tree;
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
