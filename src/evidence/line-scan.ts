/** Follows the lines of CSV and of JSON lines as they stream by: none may be endless, and not all of them may be empty. Searching is native. */
import { ExpansionLimit } from './decoder.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

export interface LineLimits {
  /** Bytes of one line. */
  readonly rowBytes: number;
  /** Empty lines of one file. */
  readonly blankRows: number;
}

export class LineScan {
  readonly #limits: LineLimits;
  /** Bytes of the line at hand that came with earlier chunks. */
  #open = 0;
  #blank = 0;
  #endsLine = false;

  constructor(limits: LineLimits) {
    this.#limits = limits;
  }

  /** Throws `ExpansionLimit`. A chunk is shorter than the longest line, so that only lines across chunks need to be measured. */
  accept(chunk: Buffer): void {
    const mark = chunk.includes(lineFeed) ? lineFeed : carriageReturn;
    const first = chunk.indexOf(mark);
    this.#open = first < 0 ? this.#open + chunk.length : Math.max(this.#open + first, chunk.length - chunk.lastIndexOf(mark) - 1);
    if (this.#open > this.#limits.rowBytes) throw new ExpansionLimit('rowBytes');
    if (first >= 0) this.#open = chunk.length - chunk.lastIndexOf(mark) - 1;
    if (this.#endsLine && chunk[0] === lineFeed) this.#blank += 1;
    this.#blank += countOf(chunk, '\n\n') + countOf(chunk, '\n\r\n');
    if (this.#blank > this.#limits.blankRows) throw new ExpansionLimit('blankRows');
    this.#endsLine = chunk.at(-1) === lineFeed;
  }
}

/** How often `pattern` stands there, each time from its second byte on. */
function countOf(chunk: Buffer, pattern: string): number {
  let count = 0;
  for (let at = chunk.indexOf(pattern, 0, 'latin1'); at >= 0; at = chunk.indexOf(pattern, at + 1, 'latin1')) count += 1;
  return count;
}
