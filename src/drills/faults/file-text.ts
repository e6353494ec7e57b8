/** Evidence files as text and back, in the compression that their names say. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { decompress } from 'fzstd';
import type { Compression } from '../../model/evidence.ts';

export function decodeText(bytes: Buffer, compression: Compression): string {
  const plain = compression === 'gzip' ? gunzipSync(bytes) : compression === 'zstd' ? decompress(bytes) : bytes;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(plain);
}

export function encodeText(text: string, compression: Compression): Buffer {
  const plain = Buffer.from(text, 'utf8');
  if (compression === 'gzip') return gzipSync(plain, { level: 1 });
  return compression === 'zstd' ? storedFrame(plain) : plain;
}

/** One Zstandard frame of raw blocks (RFC 8878): its content is stored, not compressed. */
function storedFrame(plain: Buffer): Buffer {
  const blockBytes = 100_000;
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(plain.length));
  // Magic number; descriptor: content size in eight bytes, single segment, no checksum.
  const parts: Buffer[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0b1110_0000]), size];
  for (let start = 0; start === 0 || start < plain.length; start += blockBytes) {
    const block = plain.subarray(start, start + blockBytes);
    const header = Buffer.alloc(3);
    header.writeUIntLE(block.length * 8 + (start + blockBytes >= plain.length ? 1 : 0), 0, 3);
    parts.push(header, block);
  }
  return Buffer.concat(parts);
}
