/** The content of a git object over the API, for clones that do not have it. */
import { ApiError, type ApiClient } from './api-client.ts';
import { blobShape } from './api-shapes.ts';

/** What a ledger file may have. */
const longestFile = 4 * 1024 * 1024;

/** null when the repository has no such object, or one that is no ledger file. */
export async function readApiBlob(api: ApiClient, repository: string, id: string): Promise<Buffer | null> {
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(id)) return null;
  try {
    const { content, encoding, size } = await api.get(`/repos/${repository}/git/blobs/${id}`, blobShape);
    return size > longestFile ? null : Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8');
  } catch (error) {
    if (error instanceof ApiError) return null;
    throw error;
  }
}
