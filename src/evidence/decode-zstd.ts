/**
 * Zstandard, walked frame by frame (RFC 8878) so that a file cut anywhere is noticed, also inside an end checksum,
 * and decoded so that its text can be looked at. Content checksums are left to the engine, which computes them.
 */
import { Decompress } from 'fzstd';
import { type Decoder, ExpansionLimit, type TextSink } from './decoder.ts';
import type { EvidenceLimits } from './evidence-limits.ts';
import { type Problem, unreadable } from './problem.ts';

const frameMagic = 0xfd2fb528;
const skippableMagic = 0x184d2a50;
const largestBlock = 2 ** 17;
const pieceBytes = 2 ** 16;

type Part = 'magic' | 'descriptor' | 'header' | 'block' | 'checksum' | 'skip-size';

/** An 8 MiB window over blocks of 128 KiB moves 64 bytes for each byte of text. */
const ordinaryMoves = 64;

export type ZstdLimits = Pick<EvidenceLimits, 'windowBytes' | 'windowMoves'>;

class ZstdDamage extends Error {}

export class ZstdDecoder implements Decoder {
  readonly #sink: TextSink;
  readonly #limits: ZstdLimits;
  /** Window of the frame at hand, and what keeping windows has cost beyond what ordinary blocks cost. */
  #window = 0;
  #moved = 0;
  #part: Part = 'magic';
  /** Bytes of `#part` that are still to come, and those that came. */
  #wanted = 4;
  #gathered: number[] = [];
  /** Bytes to pass over before `#part` starts. */
  #skip = 0;
  #frame: Decompress | null = null;
  #descriptor = 0;
  #lastBlock = false;
  #failure: Error | null = null;

  constructor(sink: TextSink, limits: ZstdLimits) {
    this.#limits = limits;
    this.#sink = (text) => {
      this.#moved -= text.length * ordinaryMoves;
      sink(text);
    };
  }

  accept(chunk: Buffer): Promise<void> {
    if (this.#failure === null) {
      try {
        // Copied: the decompressor holds on to what it has not used up. In pieces: blocks are counted before they are decoded.
        for (let at = 0; at < chunk.length; at += pieceBytes) this.#walk(Buffer.from(chunk.subarray(at, at + pieceBytes)));
      } catch (error) {
        this.#failure = error as Error;
      }
    }
    return Promise.resolve();
  }

  finish(): Promise<Problem[]> {
    const failure = this.#failure;
    if (failure instanceof ExpansionLimit) return Promise.resolve([unreadable('evidence-limit', failure.message)]);
    if (failure !== null) return Promise.resolve([unreadable('evidence-corrupt', 'damaged', { kind: 'zstd', reason: failure.message })]);
    const atFrameEnd = this.#part === 'magic' && this.#gathered.length === 0 && this.#skip === 0;
    return Promise.resolve(atFrameEnd ? [] : [unreadable('evidence-corrupt', 'truncated', { kind: 'zstd' })]);
  }

  /** Finds the frame borders in a chunk and hands each frame's stretch of it to that frame's decompressor. */
  #walk(chunk: Buffer): void {
    let frameFrom = 0;
    let at = 0;
    while (at < chunk.length || this.#isPartComplete()) {
      const passed = Math.min(this.#skip, chunk.length - at);
      this.#skip -= passed;
      at += passed;
      if (this.#skip > 0) break;
      while (at < chunk.length && this.#gathered.length < this.#wanted) this.#gathered.push(chunk[at++] ?? 0);
      if (this.#gathered.length < this.#wanted) break;
      const frame = this.#frame;
      if (this.#advance()) frame?.push(chunk.subarray(frameFrom, at), true);
      if (frame !== this.#frame) frameFrom = at;
    }
    this.#frame?.push(chunk.subarray(frameFrom));
  }

  #isPartComplete(): boolean {
    return this.#skip === 0 && this.#gathered.length === this.#wanted;
  }

  /** Reads the part that is complete and says what comes next; true when a frame has ended. */
  #advance(): boolean {
    const bytes = this.#gathered;
    this.#gathered = [];
    switch (this.#part) {
      case 'magic':
        return this.#startFrame(littleEndian(bytes), bytes);
      case 'skip-size':
        this.#skip = littleEndian(bytes);
        return this.#endFrame();
      case 'descriptor':
        return this.#expectHeader(bytes[0] ?? 0);
      case 'header':
        this.#refuseWindow(bytes);
        return this.#expect('block', 3);
      case 'block':
        return this.#passBlock(littleEndian(bytes));
      case 'checksum':
        return this.#endFrame();
    }
  }

  #expect(part: Part, wanted: number): false {
    this.#part = part;
    this.#wanted = wanted;
    return false;
  }

  #endFrame(): true {
    this.#frame = null;
    this.#expect('magic', 4);
    return true;
  }

  #startFrame(magic: number, bytes: readonly number[]): false {
    if ((magic & 0xfffffff0) >>> 0 === skippableMagic) return this.#expect('skip-size', 4);
    if (magic !== frameMagic) throw new ZstdDamage('bytes that start no frame');
    const frame = new Decompress((text) => {
      this.#sink(Buffer.from(text.buffer, text.byteOffset, text.byteLength));
    });
    // The magic number may have come with an earlier chunk.
    frame.push(Uint8Array.from(bytes));
    this.#frame = frame;
    return this.#expect('descriptor', 1);
  }

  #expectHeader(descriptor: number): false {
    if ((descriptor & 0x08) !== 0) throw new ZstdDamage('a reserved bit is set');
    this.#descriptor = descriptor;
    return this.#expect('header', windowSize(descriptor) + dictionarySize(descriptor) + contentSizeSize(descriptor));
  }

  #refuseWindow(header: readonly number[]): void {
    const window = windowBytesOf(this.#descriptor, header);
    if (window > BigInt(this.#limits.windowBytes)) throw new ExpansionLimit('windowBytes');
    this.#window = Number(window);
  }

  #passBlock(header: number): boolean {
    const type = (header >> 1) & 3;
    const size = header >> 3;
    if (type === 3 || size > largestBlock) throw new ZstdDamage('a block of an unknown type or size');
    this.#moved += this.#window;
    if (this.#moved > this.#limits.windowMoves) throw new ExpansionLimit('windowMoves');
    this.#skip = type === 1 ? 1 : size;
    this.#lastBlock = (header & 1) === 1;
    if (!this.#lastBlock) return this.#expect('block', 3);
    // A part of no bytes: it completes once the block has been passed over.
    return this.#expect('checksum', (this.#descriptor & 0x04) === 0 ? 0 : 4);
  }
}

function littleEndian(bytes: readonly number[]): number {
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

function isSingleSegment(descriptor: number): boolean {
  return (descriptor & 0x20) !== 0;
}
function windowSize(descriptor: number): number {
  return isSingleSegment(descriptor) ? 0 : 1;
}
function dictionarySize(descriptor: number): number {
  return [0, 1, 2, 4][descriptor & 3] ?? 0;
}
function contentSizeSize(descriptor: number): number {
  return descriptor >> 6 === 0 ? windowSize(descriptor) ^ 1 : 1 << (descriptor >> 6);
}

function windowBytesOf(descriptor: number, header: readonly number[]): bigint {
  if (isSingleSegment(descriptor)) {
    return header.slice(dictionarySize(descriptor)).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  }
  const byte = BigInt(header[0] ?? 0);
  const base = 1n << (10n + (byte >> 3n));
  return base + (base >> 3n) * (byte & 7n);
}
