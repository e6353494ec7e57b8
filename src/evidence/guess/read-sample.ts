/** The text at both ends of an export, bounded whatever its size: what guesses are made from. */
import { isUtf8 } from 'node:buffer';
import { type FileHandle, open } from 'node:fs/promises';
import { GzipDecoder } from '../decode-gzip.ts';
import { ZstdDecoder } from '../decode-zstd.ts';
import { ExpansionLimit } from '../decoder.ts';
import { defaultLimits } from '../evidence-limits.ts';
import { type FileKind, isGitLfsPointer, kindBySignature } from '../file-kind.ts';
import type { Encoding } from '../../model/evidence.ts';
import { UserError } from '../../model/user-error.ts';

export interface Sample {
  readonly encoding: Encoding;
  readonly encodingGround: string;
  /** The first text, without a byte order mark. */
  readonly head: string;
  /** The last text; empty where the head is all. */
  readonly tail: string;
}

/** Bytes that are looked at: of the start more than enough rows, of the end enough for a total. */
const headBytes = 2 ** 20;
const tailBytes = 2 ** 16;

/** Throws a `UserError` for a file of which no text can be had. */
export async function readSample(path: string, { compression, container }: FileKind): Promise<Sample> {
  const handle = await open(path, 'r');
  try {
    const size = Number((await handle.stat()).size);
    const start = await bytesAt(handle, 0, Math.min(size, headBytes));
    refuse(start, compression === 'none' ? container : compression);
    const ends = new Ends();
    if (compression !== 'none') await unpack(handle, size, compression, ends);
    else {
      ends.accept(start);
      if (size > headBytes) ends.skipTo(await bytesAt(handle, Math.max(headBytes, size - tailBytes), tailBytes));
    }
    return sampleOf(ends);
  } finally {
    await handle.close();
  }
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function refuse(start: Buffer, expected: string): void {
  if (start.length === 0) throw new UserError('The file is empty.', 'Export it again.');
  if (isGitLfsPointer(start)) throw new UserError('The file is a pointer of git LFS.', 'Fetch what it stands for with `git lfs pull`.');
  const found = kindBySignature(start);
  const isPacked = expected === 'gzip' || expected === 'zstd';
  if (isPacked ? found === expected : found === null) return;
  throw new UserError(`The name says ${expected}, and the content is ${found ?? 'something else'}.`, 'Give the file the ending of what it is.');
}

/** The first and the last bytes of a stream. */
class Ends {
  #head: Buffer[] = [];
  #headBytes = 0;
  #tail: Buffer = Buffer.alloc(0);
  isWhole = true;

  accept(chunk: Buffer): void {
    const room = Math.max(headBytes - this.#headBytes, 0);
    if (room > 0) this.#head.push(Buffer.from(chunk.subarray(0, room)));
    this.#headBytes += Math.min(chunk.length, room);
    if (chunk.length > room) this.skipTo(Buffer.concat([this.#tail, chunk.subarray(room)]).subarray(-tailBytes));
  }

  skipTo(tail: Buffer): void {
    this.isWhole = false;
    this.#tail = Buffer.from(tail);
  }

  head(): Buffer {
    return Buffer.concat(this.#head);
  }

  tail(): Buffer {
    return this.#tail;
  }
}

async function unpack(handle: FileHandle, size: number, compression: 'gzip' | 'zstd', ends: Ends): Promise<void> {
  let total = 0;
  let read = 0;
  const sink = (text: Buffer): void => {
    total += text.length;
    if (total > defaultLimits.expansionFloorBytes && total > defaultLimits.expansion * read) throw new ExpansionLimit('expansion');
    ends.accept(text);
  };
  const decoder = compression === 'gzip' ? new GzipDecoder(sink) : new ZstdDecoder(sink, defaultLimits);
  while (read < size) {
    const chunk = await bytesAt(handle, read, Math.min(headBytes, size - read));
    if (chunk.length === 0) break;
    read += chunk.length;
    await decoder.accept(chunk);
  }
  const problems = await decoder.finish();
  if (problems.length > 0) throw new UserError(`The ${compression} file cannot be unpacked to its end.`, 'Export or copy it again.');
}

function sampleOf(ends: Ends): Sample {
  const [head, tail] = [ends.head(), ends.tail()];
  if (head.toString('latin1').trim() === '') throw new UserError('The file holds nothing but blanks.', 'Export it again.');
  const { encoding, label, ground } = encodingOf(head, tail);
  const decode = (bytes: Buffer): string => new TextDecoder(label).decode(bytes);
  // A character that the cut divides is of no interest, and two bytes stay two bytes.
  const even = label.startsWith('utf-16') ? tail.subarray(tail.length % 2) : tail;
  return { encoding, encodingGround: ground, head: ends.isWhole ? decode(head) : cutAtLine(decode(head)), tail: decode(even) };
}

function cutAtLine(text: string): string {
  const end = text.lastIndexOf('\n');
  return end < 0 ? text : text.slice(0, end + 1);
}

function encodingOf(head: Buffer, tail: Buffer): { readonly encoding: Encoding; readonly label: string; readonly ground: string } {
  const mark = head.subarray(0, 3).toString('hex');
  if (mark.startsWith('fffe') || mark.startsWith('feff'))
    return { encoding: 'utf-16', label: mark.startsWith('feff') ? 'utf-16be' : 'utf-16le', ground: 'the file starts with the byte order mark of UTF-16' };
  if (mark === 'efbbbf') return { encoding: 'utf-8', label: 'utf-8', ground: 'the file starts with the byte order mark of UTF-8' };
  if (head.subarray(0, 64).includes(0)) return { encoding: 'utf-16', label: 'utf-16le', ground: 'every other byte is zero, and there is no byte order mark' };
  if (isUtf8(whole(head)) && (tail.length === 0 || isUtf8(whole(fromStart(tail)))))
    return { encoding: 'utf-8', label: 'utf-8', ground: 'what was read is UTF-8' };
  return { encoding: 'windows-1252', label: 'windows-1252', ground: 'a guess: it is not UTF-8, and windows-1252 is what else spreadsheets write' };
}

/** Without the first bytes that continue a character. */
function fromStart(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return bytes.subarray(Math.min(Math.max(start, 0), 3));
}

/** Without a last character that the cut divides. */
function whole(bytes: Buffer): Buffer {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
