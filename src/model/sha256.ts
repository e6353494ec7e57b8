/** SHA-256 of contents, as lower-case hex: how evidence, ledger files and documents are pinned. */
import { createHash } from 'node:crypto';

export function sha256Of(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Of what a stream yields, chunk by chunk, with its size in bytes. */
export async function sha256OfStream(chunks: AsyncIterable<unknown>): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
