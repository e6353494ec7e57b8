/** Follows JSON lines as they stream by and counts lists and objects inside one another: a few megabytes of brackets would fill gigabytes in whoever reads them. */
import { ExpansionLimit } from './decoder.ts';
import { bytesOfJson } from './json-value.ts';

const { quote, backslash } = bytesOfJson;
const lineFeed = 0x0a;

export class DepthScan {
  readonly #limit: number;
  #depth = 0;
  #inString = false;
  #escaped = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Throws `ExpansionLimit`. */
  accept(chunk: Buffer): void {
    let depth = this.#depth;
    let inString = this.#inString;
    let escaped = this.#escaped;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (inString) {
        if (escaped) escaped = false;
        else if (byte === backslash) escaped = true;
        else if (byte === quote || byte === lineFeed) inString = false;
      } else if (byte === quote) inString = true;
      // The codes of [ and {, and of ] and }, differ in one bit.
      else if ((byte | 0x20) === 0x7b) {
        depth += 1;
        if (depth > this.#limit) throw new ExpansionLimit('depth');
      } else if ((byte | 0x20) === 0x7d) depth -= 1;
      else if (byte === lineFeed) depth = 0;
    }
    this.#depth = depth;
    this.#inString = inString;
    this.#escaped = escaped;
  }
}
