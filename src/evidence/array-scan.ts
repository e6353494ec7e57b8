/** Follows a JSON file that is one array as it streams by: where its elements end, how long and how deep they are. What is no JSON is the engine's to say. */
import { blanks, bytesOfJson } from './json-value.ts';
import { type Problem, unreadable } from './problem.ts';

const { quote, backslash, comma, openList, closeList, openObject, closeObject } = bytesOfJson;
const openers = new Set<number>([openList, openObject]);
const closers = new Set<number>([closeList, closeObject]);

export interface ArrayLimits {
  /** Bytes of one element. */
  readonly rowBytes: number;
  /** Lists and objects inside one another. */
  readonly depth: number;
  /** Elements whose place is kept. */
  readonly headLines: number;
}

export class ArrayScan {
  readonly #limits: ArrayLimits;
  #at = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #elementFrom = 0;
  #elements = 0;
  #problem: Problem | null = null;
  /** Start and end of the first elements, in bytes of the text; blanks around them included. */
  readonly places: (readonly [from: number, to: number])[] = [];

  constructor(limits: ArrayLimits) {
    this.#limits = limits;
  }

  /** False once there is no sense in going on. */
  accept(chunk: Buffer): boolean {
    for (let index = 0; index < chunk.length && this.#problem === null; index += 1) this.#step(chunk[index] ?? 0, this.#at + index);
    this.#at += chunk.length;
    if (this.#depth > 0 && this.#at - this.#elementFrom > this.#limits.rowBytes) this.#tooLong();
    return this.#problem === null;
  }

  problem(): Problem | null {
    return this.#problem;
  }

  #step(byte: number, at: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) this.#inString = false;
    } else if (byte === quote) this.#inString = true;
    else if (this.#depth === 0) this.#open(byte, at);
    else if (openers.has(byte)) this.#deeper();
    else if (closers.has(byte)) this.#close(at);
    else if (byte === comma && this.#depth === 1) this.#endElement(at);
  }

  #open(byte: number, at: number): void {
    if (blanks.has(byte)) return;
    if (byte !== 0x5b) this.#problem = unreadable('evidence-syntax', byte === 0x7b && this.#elements === 0 ? 'json-object' : 'not-an-array', {}, 0);
    this.#depth = 1;
    this.#elementFrom = at + 1;
  }

  #deeper(): void {
    this.#depth += 1;
    if (this.#depth > this.#limits.depth) this.#problem = unreadable('evidence-limit', 'depth', { limit: String(this.#limits.depth) }, this.#elements + 1);
  }

  #close(at: number): void {
    this.#depth -= 1;
    if (this.#depth === 0) this.#endElement(at);
  }

  #endElement(at: number): void {
    if (at - this.#elementFrom > this.#limits.rowBytes) this.#tooLong();
    if (this.#elements < this.#limits.headLines) this.places.push([this.#elementFrom, at]);
    this.#elements += 1;
    this.#elementFrom = at + 1;
  }

  #tooLong(): void {
    this.#problem ??= unreadable('evidence-limit', 'rowBytes', { limit: String(this.#limits.rowBytes) }, this.#elements + 1);
  }
}
