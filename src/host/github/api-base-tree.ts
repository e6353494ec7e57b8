/** The files of a commit and single objects over the API, for clones that were cut off before them. */
import type { z } from 'zod';
import type { BaseTree, TreeFile } from '../../model/base-tree.ts';
import { type ApiClient, ownerAndName } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { blobShape, treeShape } from './api-shapes.ts';

/** Beyond that a repository is too large to be read in this way. */
const mostRequests = 400;

type Entry = z.infer<typeof treeShape>['tree'][number];

/** Reads lazily and keeps what it read: one request for the usual repository, one per folder for one that is too large for it. */
export function apiBaseTree(api: ApiClient, repository: string, commit: string): BaseTree {
  const trees = new Map<string, Promise<z.infer<typeof treeShape>>>();
  const asked = new Set<string>();
  const count = (request: string): void => {
    asked.add(request);
    if (asked.size > mostRequests) throw new ApiError('unusable', `the base commit takes more than ${mostRequests} requests to read`);
  };
  const tree = (sha: string, depth: 'all' | 'one'): Promise<z.infer<typeof treeShape>> => {
    const request = `${sha} ${depth}`;
    const known = trees.get(request);
    if (known !== undefined) return known;
    count(request);
    const values = { ...ownerAndName(repository), tree_sha: sha, ...(depth === 'all' ? { recursive: '1' } : {}) };
    const answer = api.call('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', values, treeShape);
    trees.set(request, answer);
    return answer;
  };
  /** Files below a folder, whose path is put before them. */
  const below = async (sha: string, folder: string): Promise<TreeFile[]> => {
    const whole = await tree(sha, 'all');
    if (!whole.truncated) return whole.tree.filter(isFile).map((entry) => fileOf(entry, folder));
    const files: TreeFile[] = [];
    for (const entry of (await tree(sha, 'one')).tree) {
      if (isFile(entry)) files.push(fileOf(entry, folder));
      else files.push(...(await below(entry.sha, join(folder, entry.path))));
    }
    return files;
  };
  const list = async (prefix: string): Promise<readonly TreeFile[]> => {
    const wanted = prefix.replace(/\/+$/, '');
    const whole = await tree(commit, 'all');
    if (!whole.truncated)
      return whole.tree
        .filter(isFile)
        .map((entry) => fileOf(entry, ''))
        .filter(({ path }) => isBelow(path, wanted));
    let sha = commit;
    let folder = '';
    for (const part of wanted.split('/').filter((name) => name !== '')) {
      const entry = (await tree(sha, 'one')).tree.find(({ path }) => path === part);
      if (entry === undefined) return [];
      if (isFile(entry)) return [fileOf(entry, folder)].filter(({ path }) => path === wanted);
      [sha, folder] = [entry.sha, join(folder, part)];
    }
    return below(sha, folder);
  };
  const read = async (path: string): Promise<Buffer | null> => {
    const entry = (await list(path)).find((file) => file.path === path);
    if (entry === undefined || entry.mode === '160000') return null;
    count(entry.blob);
    return fetchBlob(api, repository, entry.blob);
  };
  return { commit, list, read };
}

/** Submodules stand in the list as commits. */
function isFile({ type }: Entry): boolean {
  return type !== 'tree';
}

function fileOf({ path, mode, sha }: Entry, folder: string): TreeFile {
  return { path: join(folder, path), mode, blob: sha };
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function isBelow(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** What a ledger file may have. */
const longestFile = 4 * 1024 * 1024;

/** By client, of which a run judges with one: whoever reads over it, an object that is known is not asked for again. */
const known = new WeakMap<ApiClient, Map<string, Promise<Buffer | null>>>();

/** null when it is no ledger file. Throws what the API throws; only what may pass is asked again. */
function fetchBlob(api: ApiClient, repository: string, id: string): Promise<Buffer | null> {
  const blobs = known.get(api) ?? new Map<string, Promise<Buffer | null>>();
  known.set(api, blobs);
  const asked = blobs.get(id) ?? ask(api, repository, id);
  blobs.set(id, asked);
  asked.catch((error: unknown) => (error instanceof ApiError && error.problem === 'missing' ? undefined : blobs.delete(id)));
  return asked;
}

/** null when the repository has no such object, or one that is no ledger file. */
export async function readApiBlob(api: ApiClient, repository: string, id: string): Promise<Buffer | null> {
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(id)) return null;
  try {
    return await fetchBlob(api, repository, id);
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}

async function ask(api: ApiClient, repository: string, id: string): Promise<Buffer | null> {
  const values = { ...ownerAndName(repository), file_sha: id };
  const { content, encoding, size } = await api.call('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', values, blobShape);
  return size > longestFile ? null : Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
}
