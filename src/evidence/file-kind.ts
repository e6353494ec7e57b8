/** What a file is by its name, and what it is by its first bytes. */
import type { Compression, Container } from '../model/evidence.ts';

export interface FileKind {
  readonly container: Container;
  readonly compression: Compression;
}

const containers: Readonly<Record<string, Container>> = { csv: 'csv', jsonl: 'jsonl', ndjson: 'jsonl', json: 'json', parquet: 'parquet' };
const compressions: Readonly<Record<string, Compression>> = { gz: 'gzip', zst: 'zstd' };

/** `usage.csv.gz` → CSV in gzip; null when the name ends in nothing we read. Parquet compresses inside, never around. */
export function kindByName(name: string): FileKind | null {
  const parts = name.toLowerCase().split('.');
  const outer = compressions[parts.at(-1) ?? ''];
  if (outer !== undefined) parts.pop();
  const container = parts.length < 2 ? undefined : containers[parts.at(-1) ?? ''];
  if (container === undefined || (container === 'parquet' && outer !== undefined)) return null;
  return { container, compression: outer ?? 'none' };
}

const signatures: readonly (readonly [string, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['parquet', [0x50, 0x41, 0x52, 0x31]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['sqlite', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66, 0x6f, 0x72, 0x6d, 0x61, 0x74]],
  ['pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
];

/** The kind that the first bytes show; null = nothing that is known (plain text has no signature). */
export function kindBySignature(head: Uint8Array): string | null {
  const skippable = head.length >= 4 && ((head[0] ?? 0) & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18;
  if (skippable) return 'zstd';
  return signatures.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte))?.[0] ?? null;
}

const pointerLine = 'version https://git-lfs.github.com/spec/v1';

/** True for the text stub that git leaves in place of a file that git LFS has not fetched. */
export function isGitLfsPointer(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, pointerLine.length)).toString('latin1') === pointerLine;
}
