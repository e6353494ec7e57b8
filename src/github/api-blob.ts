/** The content of a git object over the API, for clones that do not have it. */
import { ownerAndName, type ApiClient } from './api-client.ts';
import { ApiError } from './api-error.ts';
import { blobShape } from './api-shapes.ts';

/** What a ledger file may have. */
const longestFile = 4 * 1024 * 1024;

/** null when the repository has no such object, or one that is no ledger file. */
export async function readApiBlob(api: ApiClient, repository: string, id: string): Promise<Buffer | null> {
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(id)) return null;
  try {
    const values = { ...ownerAndName(repository), file_sha: id };
    const { content, encoding, size } = await api.call('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', values, blobShape);
    return size > longestFile ? null : Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
