/** Compresses text the same way every time: fixed level, no file time, no operating system in the header. */
import { gzipSync } from 'node:zlib';

const osByte = 9;
const unknownOs = 255;

export function deterministicGzip(text: string): Buffer {
  const bytes = gzipSync(Buffer.from(text, 'utf8'), { level: 9 });
  bytes.fill(0, 4, 8);
  bytes[osByte] = unknownOs;
  return bytes;
}
