/** Follows one JSON value through the bytes of a stream: where it ends, and its text where it is kept. */

export const bytesOfJson = {
  quote: 0x22,
  backslash: 0x5c,
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;
const { quote, backslash, comma, openList, closeList, openObject, closeObject } = bytesOfJson;
const lineBreaks = new Set([0x0a, 0x0d]);
export const blanks: ReadonlySet<number> = new Set([0x20, 0x09, ...lineBreaks]);

const smallValue = 65_536;

export class JsonValue {
  readonly purpose: 'row' | 'scalar' | 'skipped';
  /** Bytes so far. */
  bytes = 0;
  /** Lists and objects that are open. */
  depth = 0;
  #parts: Buffer[] = [];
  /** What is passed over is kept as long as it is small: it may say that there is more. */
  readonly #mostKept: number;
  #inString = false;
  #escaped = false;

  constructor(purpose: JsonValue['purpose']) {
    this.purpose = purpose;
    this.#mostKept = purpose === 'skipped' ? smallValue : Number.POSITIVE_INFINITY;
  }

  text(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** Takes what belongs to the value from `from` on; returns where it ends in this chunk, and whether it does. */
  take(chunk: Buffer, from: number, deepest: number): { readonly at: number; readonly state: 'open' | 'ended' | 'too-deep' } {
    let at = from;
    let state: 'open' | 'ended' | 'too-deep' = 'open';
    while (at < chunk.length && state === 'open') {
      const step = this.#step(chunk[at] ?? 0);
      if (step !== 'behind') at += 1;
      if (step !== 'inside') state = 'ended';
      if (this.depth > deepest) state = 'too-deep';
    }
    this.bytes += at - from;
    // The caller fills the chunk's memory again.
    if (this.bytes <= this.#mostKept) this.#parts.push(Buffer.from(chunk.subarray(from, at)));
    else this.#parts = [];
    return { at, state };
  }

  /** A byte inside the value, its last one, or the first one behind it: a number or a word ends only there. */
  #step(byte: number): 'inside' | 'last' | 'behind' {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) this.#inString = false;
      return 'inside';
    }
    if (byte === quote) this.#inString = true;
    else if (byte === openList || byte === openObject) this.depth += 1;
    else if (byte === closeList || byte === closeObject) {
      if (this.depth === 0) return 'behind';
      this.depth -= 1;
      return this.depth === 0 ? 'last' : 'inside';
    } else if (this.depth === 0 && (byte === comma || blanks.has(byte))) return 'behind';
    return 'inside';
  }
}

/** Breaks between tokens become blanks; inside of strings JSON has none, and what breaks that rule is the engine's to say. */
export function withoutBreaks(text: Buffer): Buffer {
  const value = Buffer.from(text);
  let inString = false;
  let escaped = false;
  for (const [at, byte] of value.entries()) {
    if (inString) {
      if (escaped) escaped = false;
      else if (byte === backslash) escaped = true;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (lineBreaks.has(byte)) value[at] = 0x20;
  }
  return value;
}

export function isScalar(text: string): boolean {
  if (text.startsWith('"')) return text.length > 1 && text.endsWith('"') && unescaped(text.slice(1, -1)) !== null;
  return /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/.test(text);
}

/** The text of a JSON string, of which `inside` is what stands between its quotes; null where it is none. */
export function unescaped(inside: string): string | null {
  try {
    const value: unknown = JSON.parse(`"${inside}"`);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
