/** Zstandard frames made by hand (RFC 8878): uncompressed and run-length blocks, no real compression. */

/** A frame of raw blocks; `checksum` appends four bytes that claim to be one. */
export function zstdFrame(content: string | Uint8Array, options: { blockBytes?: number; checksum?: boolean; windowLog?: number } = {}): Buffer {
  const { blockBytes = 50, checksum = true, windowLog = 20 } = options;
  const text = Buffer.from(content);
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, checksum ? 0x04 : 0x00, (windowLog - 10) << 3])];
  for (let at = 0; at === 0 || at < text.length; at += blockBytes) {
    const block = text.subarray(at, at + blockBytes);
    parts.push(blockHeader(0, block.length, at + blockBytes >= text.length), block);
  }
  if (checksum) parts.push(Buffer.from([1, 2, 3, 4]));
  return Buffer.concat(parts);
}

/** A frame that says `count` times: 128 KiB of one byte. */
export function zstdBomb(count: number, windowLog = 20): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3])];
  for (let block = 1; block <= count; block += 1) parts.push(blockHeader(1, 2 ** 17, block === count), Buffer.from('a'));
  return Buffer.concat(parts);
}

/** A frame that every decoder passes over. */
export function skippableFrame(bytes: number): Buffer {
  const frame = Buffer.alloc(8 + bytes, 0x28);
  frame.writeUInt32LE(0x184d2a53, 0);
  frame.writeUInt32LE(bytes, 4);
  return frame;
}

function blockHeader(type: number, size: number, isLast: boolean): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (type << 1) | (isLast ? 1 : 0), 0, 3);
  return header;
}
