/**
 * Follows the quotes of CSV text as it streams by (RFC 4180): a quote opens a value at its start, is doubled inside it, and closes it at its end.
 * One that is never closed swallows every row after it, and not every reader complains; one anywhere else is read differently by each.
 */
import { type Problem, unreadable } from './problem.ts';

const quote = 0x22;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** The last byte of the UTF-8 byte order mark, which may stand before the first value. */
const markEnd = 0xbf;
const markBytes = 3;

export class QuoteCheck {
  #bytes = 0;
  #previous = lineFeed;
  #state: 'outside' | 'inside' | 'after-quote' = 'outside';
  #openedAt = 0;
  #strayAt: number | null = null;
  readonly #delimiter: number;

  /** `delimiter` is one character of ASCII: others have no byte of their own. */
  constructor(delimiter: string) {
    this.#delimiter = delimiter.charCodeAt(0);
  }

  accept(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#strayAt === null) {
      if (this.#state === 'outside') at = this.#toOpening(chunk, at);
      else if (this.#state === 'inside') at = this.#toQuote(chunk, at);
      else at = this.#afterQuote(chunk, at);
    }
    this.#previous = chunk.at(-1) ?? this.#previous;
    this.#bytes += chunk.length;
  }

  /** The first quote that stands where none may, or the one that is never closed; with its byte. */
  finish(): Problem | null {
    if (this.#strayAt !== null) return unreadable('evidence-syntax', 'stray-quote', { byte: `${this.#strayAt}` });
    return this.#state === 'inside' ? unreadable('evidence-syntax', 'unpaired-quote', { byte: `${this.#openedAt}` }) : null;
  }

  /** Long stretches without a quote are skipped natively. */
  #toOpening(chunk: Buffer, from: number): number {
    const at = chunk.indexOf(quote, from);
    if (at < 0) return chunk.length;
    const before = at === 0 ? this.#previous : chunk[at - 1];
    const isFirst = before === markEnd && this.#bytes + at === markBytes;
    if (before === this.#delimiter || before === lineFeed || before === carriageReturn || isFirst) {
      this.#state = 'inside';
      this.#openedAt = this.#bytes + at;
    } else this.#strayAt = this.#bytes + at;
    return at + 1;
  }

  /** Inside a value the next quote is mostly near: JSON doubles many. */
  #toQuote(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && chunk[at] !== quote) at += 1;
    if (at < chunk.length) this.#state = 'after-quote';
    return at + 1;
  }

  #afterQuote(chunk: Buffer, at: number): number {
    const byte = chunk[at];
    if (byte === quote) {
      this.#state = 'inside';
      return at + 1;
    }
    this.#state = 'outside';
    if (byte !== this.#delimiter && byte !== lineFeed && byte !== carriageReturn) this.#strayAt = this.#bytes + at - 1;
    return at;
  }
}
