/** Looks at text as it streams by: keeps its head, and finds what no reader after us would complain about. */
import { isUtf8 } from 'node:buffer';
import { type Problem, unreadable } from './problem.ts';

const newline = 0x0a;

/** Feed every chunk in order, then `finish`. Bulk work is native; memory is the head plus three bytes. */
export class TextInspection {
  /** Bytes seen. */
  bytes = 0;
  /** True once anything but blanks, line ends and a byte order mark came by. */
  hasContent = false;
  #head: Buffer[] = [];
  #headBytes = 0;
  #carry: Buffer = Buffer.alloc(0);
  #foreignEncoding: string | null = null;
  #nulAt: number | null = null;
  #invalidAt: number | null = null;
  readonly #headLimit: number;

  constructor(headLimit: number) {
    this.#headLimit = headLimit;
  }

  accept(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#keepHead(chunk);
    if (this.bytes < 4) this.#foreignEncoding = encodingByMark(this.head());
    if (!this.hasContent) this.hasContent = holdsContent(chunk, this.bytes);
    if (this.#nulAt === null) {
      const at = chunk.indexOf(0);
      if (at >= 0) this.#nulAt = this.bytes + at;
    }
    if (this.#invalidAt === null) this.#checkUtf8(chunk);
    this.bytes += chunk.length;
  }

  /** The first bytes, up to the limit. */
  head(): Buffer {
    if (this.#head.length > 1) this.#head = [Buffer.concat(this.#head)];
    return this.#head[0] ?? Buffer.alloc(0);
  }

  /** What is wrong with the encoding; one complaint, the one that explains the others. */
  finish(): Problem[] {
    if (this.#invalidAt === null && this.#carry.length > 0) this.#invalidAt = this.bytes - this.#carry.length;
    if (this.#foreignEncoding !== null) return [unreadable('evidence-encoding', 'byte-order-mark', { encoding: this.#foreignEncoding })];
    if (this.#invalidAt !== null) return [unreadable('evidence-encoding', 'invalid-utf-8', { byte: `${this.#invalidAt}` })];
    if (this.#nulAt !== null) return [unreadable('evidence-encoding', 'nul-byte', { byte: `${this.#nulAt}` })];
    return [];
  }

  #keepHead(chunk: Buffer): void {
    const room = this.#headLimit - this.#headBytes;
    if (room <= 0) return;
    // Copied: the caller may fill the chunk's memory again.
    const kept = Buffer.from(chunk.subarray(0, room));
    this.#head.push(kept);
    this.#headBytes += kept.length;
  }

  #checkUtf8(chunk: Buffer): void {
    const missing = this.#carry.length === 0 ? 0 : sequenceLength(this.#carry[0] ?? 0) - this.#carry.length;
    const joined = Buffer.concat([this.#carry, chunk.subarray(0, missing)]);
    if (chunk.length < missing) {
      this.#carry = joined;
      return;
    }
    const end = chunk.length - unfinishedTail(chunk.subarray(missing));
    if (!isUtf8(joined)) this.#invalidAt = this.bytes - this.#carry.length;
    else if (!isUtf8(chunk.subarray(missing, end))) this.#invalidAt = this.bytes + missing + firstInvalid(chunk.subarray(missing, end));
    this.#carry = Buffer.from(chunk.subarray(end));
  }
}

/** UTF-16 and UTF-32 by their marks; UTF-8 has a mark too, and it is welcome. */
function encodingByMark(head: Buffer): string | null {
  const marks: readonly (readonly [string, string])[] = [
    ['UTF-32LE', 'fffe0000'],
    ['UTF-32BE', '0000feff'],
    ['UTF-16LE', 'fffe'],
    ['UTF-16BE', 'feff'],
  ];
  const start = head.subarray(0, 4).toString('hex');
  return marks.find(([, mark]) => start.startsWith(mark))?.[0] ?? null;
}

const blanks = new Set([0x20, 0x09, 0x0d, newline]);

function holdsContent(chunk: Buffer, position: number): boolean {
  const start = position === 0 && chunk.subarray(0, 3).toString('hex') === 'efbbbf' ? 3 : 0;
  for (let at = start; at < chunk.length; at += 1) if (!blanks.has(chunk[at] ?? 0)) return true;
  return false;
}

function sequenceLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  return lead >= 0xe0 ? 3 : 2;
}

/** How many bytes at the end start a sequence that the chunk does not finish. */
function unfinishedTail(chunk: Buffer): number {
  for (let back = 1; back <= 3 && back <= chunk.length; back += 1) {
    const byte = chunk[chunk.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    return byte >= 0xc2 && byte <= 0xf4 && sequenceLength(byte) > back ? back : 0;
  }
  return 0;
}

/** Where invalid text starts, found by halving: only ever run on one bad chunk. */
function firstInvalid(chunk: Buffer): number {
  let valid = 0;
  let bad = chunk.length;
  while (bad - valid > 1) {
    const middle = (valid + bad) >> 1;
    const part = chunk.subarray(0, middle);
    if (isUtf8(part.subarray(0, middle - unfinishedTail(part)))) valid = middle;
    else bad = middle;
  }
  return valid;
}
