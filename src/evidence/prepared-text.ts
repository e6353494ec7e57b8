/** The text of a file as the engine can read it: in UTF-8, from its header on, one row a line. Formats whose files are so already need no copy. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { TextSink } from './decoder.ts';
import { type Problem, unreadable } from './problem.ts';
import { type RecordLimits, RecordScan, type RecordSurroundings } from './record-scan.ts';
import type { FileKind } from './file-kind.ts';
import type { Container, Encoding, FileLayout, Format } from '../model/evidence.ts';

/** Whether a file has to be written anew before it can be read. */
export function needsCopy({ container }: FileKind, { file, records }: Format): boolean {
  if (container === 'parquet') return false;
  return records !== undefined || (file !== undefined && (file.encoding !== 'utf-8' || file.skipLines > 0));
}

/** What the copy of a file of this kind is. */
export function copyContainer({ container }: FileKind, { records }: Format): Container {
  return records === undefined ? container : 'jsonl';
}

/** Feed every chunk of the file's text, then `finish`; the copy goes to `path` and, as it is written, to `watch`. */
export class PreparedText {
  readonly #file: number;
  readonly #first: TextSink;
  readonly #encoding: EncodedText | null;
  readonly #records: RecordScan | null;

  constructor(path: string, format: Format, limits: RecordLimits, watch: TextSink) {
    this.#file = openSync(path, 'wx', 0o600);
    const write = (text: Buffer): void => {
      for (let at = 0; at < text.length;) at += writeSync(this.#file, text, at);
      watch(text);
    };
    this.#records = format.records === undefined ? null : new RecordScan(format.records, limits, write);
    const { encoding, skipLines } = format.file ?? ({ encoding: 'utf-8', skipLines: 0 } satisfies Pick<FileLayout, 'encoding' | 'skipLines'>);
    const scan = this.#records;
    const rows: TextSink = scan === null ? write : (text) => scan.accept(text);
    const skipped = skipLines === 0 ? rows : skipping(skipLines, rows);
    this.#encoding = encoding === 'utf-8' ? null : new EncodedText(encoding, skipped);
    const encoded = this.#encoding;
    this.#first = encoded === null ? skipped : (chunk) => encoded.accept(chunk);
  }

  accept(chunk: Buffer): void {
    this.#first(chunk);
  }

  /** What is wrong with the text; the copy is whole after it. */
  finish(): Problem | null {
    const encoded = this.#encoding?.finish() ?? null;
    const scanned = this.#records?.finish() ?? null;
    this.close();
    return encoded ?? scanned;
  }

  close(): void {
    closeSync(this.#file);
  }

  surroundings(): RecordSurroundings | null {
    return this.#records?.surroundings() ?? null;
  }
}

/** Leaves out the first lines. */
function skipping(lines: number, sink: TextSink): TextSink {
  let left = lines;
  return (chunk) => {
    let at = 0;
    while (left > 0) {
      const end = chunk.indexOf(0x0a, at);
      if (end < 0) return;
      at = end + 1;
      left -= 1;
    }
    if (at < chunk.length) sink(chunk.subarray(at));
  };
}

type Decoding = InstanceType<typeof TextDecoder>;

/** Text of another encoding as UTF-8. */
class EncodedText {
  readonly #encoding: Exclude<Encoding, 'utf-8'>;
  readonly #sink: TextSink;
  #decoder: Decoding | null = null;
  #problem: Problem | null = null;

  constructor(encoding: Exclude<Encoding, 'utf-8'>, sink: TextSink) {
    this.#encoding = encoding;
    this.#sink = sink;
  }

  accept(chunk: Buffer): void {
    if (this.#problem !== null || chunk.length === 0) return;
    this.#decoder ??= this.#begin(chunk);
    this.#decode(chunk, true);
  }

  finish(): Problem | null {
    this.#decode(Buffer.alloc(0), false);
    return this.#problem;
  }

  /** The mark at the start decides between the two orders of bytes; without one it is the usual. */
  #begin(head: Buffer): Decoding {
    const mark = head.subarray(0, 3).toString('hex');
    const isUtf16 = mark.startsWith('fffe') || mark.startsWith('feff');
    const claims = this.#encoding === 'utf-16' ? isUtf16 || head.subarray(0, 64).includes(0) : !isUtf16 && mark !== 'efbbbf';
    if (!claims) this.#problem = unreadable('evidence-encoding', 'other-encoding', { encoding: this.#encoding });
    if (this.#encoding === 'windows-1252') return new TextDecoder('windows-1252');
    return new TextDecoder(mark.startsWith('feff') ? 'utf-16be' : 'utf-16le', { fatal: true });
  }

  #decode(chunk: Buffer, stream: boolean): void {
    if (this.#problem !== null || this.#decoder === null) return;
    try {
      const text = this.#decoder.decode(chunk, { stream });
      if (text !== '') this.#sink(Buffer.from(text));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.#problem = unreadable('evidence-encoding', 'invalid-encoding', { encoding: this.#encoding });
    }
  }
}
