/** The content of git objects over the API, for clones that do not have them: an object never changes, so each is asked for once in a run. */
import { ownerAndName, type ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { blobShape } from './api-shapes.ts';

/** What a ledger file may have. */
const longestFile = 4 * 1024 * 1024;

/** By client, of which a run judges with one: whoever reads over it, an object that is known is not asked for again. */
const known = new WeakMap<ApiClient, Map<string, Promise<Buffer | null>>>();

/** null when it is no ledger file. Throws what the API throws; only what may pass is asked again. */
export function fetchBlob(api: ApiClient, repository: string, id: string): Promise<Buffer | null> {
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
