/** Counts the quotes of CSV text as it streams by: one that is never closed swallows every row after it, and no reader complains. */

const quote = 0x22;

export class QuoteBalance {
  #bytes = 0;
  #quotes = 0;
  #last = 0;

  accept(chunk: Buffer): void {
    for (let at = chunk.indexOf(quote); at >= 0; at = chunk.indexOf(quote, at + 1)) {
      this.#quotes += 1;
      this.#last = this.#bytes + at;
    }
    this.#bytes += chunk.length;
  }

  /** The byte at which the last quote stands when the quotes do not come in pairs; else null. */
  unpaired(): number | null {
    return this.#quotes % 2 === 0 ? null : this.#last;
  }
}
