/** Reads JSON with every number as its own text, every value with its place, and typographic quotes repaired where they can only be quotes. */

/** Nesting deeper than this is refused. */
const maxDepth = 32;

export type JsonNode = JsonText | JsonList | JsonObject;
interface JsonText {
  readonly kind: 'text';
  /** `null` for the JSON null; numbers and booleans as they are written. */
  readonly value: string | null;
  readonly written: 'string' | 'number' | 'word';
  readonly offset: number;
}
interface JsonList {
  readonly kind: 'list';
  readonly items: readonly JsonNode[];
  readonly offset: number;
}
interface JsonMember {
  readonly key: string;
  readonly keyOffset: number;
  readonly value: JsonNode;
}
export interface JsonObject {
  readonly kind: 'object';
  readonly members: readonly JsonMember[];
  readonly offset: number;
}

interface JsonReading {
  /** null when the text is no JSON even after the repairs. */
  readonly root: JsonNode | null;
  readonly problem: { readonly text: string; readonly offset: number } | null;
  /** Where a string stood in typographic quotes. */
  readonly repairs: readonly number[];
}

class JsonSyntax extends Error {
  readonly offset: number;
  constructor(problem: string, offset: number) {
    super(problem);
    this.offset = offset;
  }
}

export function readJson(text: string): JsonReading {
  const reader = new JsonReader(text);
  try {
    return { root: reader.readDocument(), problem: null, repairs: reader.repairs };
  } catch (error) {
    if (!(error instanceof JsonSyntax)) throw error;
    return { root: null, problem: { text: error.message, offset: error.offset }, repairs: reader.repairs };
  }
}

const doubleQuotes = '"“”„‟«»＂';
const singleQuotes = '‘’‚‛';
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const blank = /[ \t\n\r]*/y;
const word = /true|false|null/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const afterString = /[ \t\n\r]*(?:[,:}\]]|$)/y;

class JsonReader {
  readonly repairs: number[] = [];
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  readDocument(): JsonNode {
    const root = this.readValue(0);
    this.skipBlank();
    if (this.at < this.text.length) throw new JsonSyntax('something follows the end of the JSON value', this.at);
    return root;
  }

  private readValue(depth: number): JsonNode {
    if (depth > maxDepth) throw new JsonSyntax(`nested deeper than ${maxDepth} levels`, this.at);
    this.skipBlank();
    const offset = this.at;
    if (this.take('{')) return this.readObject(offset, depth);
    if (this.take('[')) return this.readList(offset, depth);
    if (this.startsString()) return { kind: 'text', value: this.readString(), written: 'string', offset };
    const literal = this.match(word);
    if (literal !== null) return { kind: 'text', value: literal === 'null' ? null : literal, written: 'word', offset };
    const digits = this.match(number);
    if (digits !== null) return { kind: 'text', value: digits, written: 'number', offset };
    throw new JsonSyntax('a value is expected', offset);
  }

  private readObject(offset: number, depth: number): JsonObject {
    const members: JsonMember[] = [];
    const seen = new Set<string>();
    this.skipBlank();
    if (this.take('}')) return { kind: 'object', members, offset };
    do {
      this.skipBlank();
      const keyOffset = this.at;
      if (!this.startsString()) throw new JsonSyntax('a key in quotes is expected', keyOffset);
      const key = this.readString();
      if (seen.has(key)) throw new JsonSyntax(`the key ${key} stands twice in one object`, keyOffset);
      seen.add(key);
      this.expect(':');
      members.push({ key, keyOffset, value: this.readValue(depth + 1) });
      this.skipBlank();
    } while (this.take(','));
    this.expect('}');
    return { kind: 'object', members, offset };
  }

  private readList(offset: number, depth: number): JsonList {
    const items: JsonNode[] = [];
    this.skipBlank();
    if (this.take(']')) return { kind: 'list', items, offset };
    do {
      items.push(this.readValue(depth + 1));
      this.skipBlank();
    } while (this.take(','));
    this.expect(']');
    return { kind: 'list', items, offset };
  }

  private startsString(): boolean {
    const next = this.text[this.at] ?? '';
    return next !== '' && (doubleQuotes.includes(next) || singleQuotes.includes(next));
  }

  private readString(): string {
    const start = this.at;
    const opening = this.text[start] ?? '';
    this.at += 1;
    // A straight quote is closed by a straight quote, as JSON says; a typographic one by any of its kind that a separator follows.
    const value = opening === '"' ? this.readUntil((next) => next === '"') : this.readUntil((next) => this.closes(opening, next));
    const unwrapped = unwrap(value);
    if (opening !== '"' || this.text[this.at - 1] !== '"' || unwrapped !== value) this.repairs.push(start);
    return unwrapped;
  }

  private closes(opening: string, next: string): boolean {
    const kind = singleQuotes.includes(opening) ? singleQuotes : doubleQuotes;
    if (!kind.includes(next)) return false;
    afterString.lastIndex = this.at + 1;
    return afterString.test(this.text);
  }

  /** Reads to the closing quote, which is taken too. */
  private readUntil(closes: (next: string) => boolean): string {
    const start = this.at - 1;
    let value = '';
    for (;;) {
      const next = this.text[this.at];
      if (next === undefined || next < ' ') throw new JsonSyntax('a quote is not closed on its line', start);
      if (closes(next)) {
        this.at += 1;
        return value;
      }
      value += next === '\\' ? this.readEscape() : next;
      this.at += 1;
    }
  }

  /** Leaves `at` on the last character of the escape. */
  private readEscape(): string {
    this.at += 1;
    const letter = this.text[this.at] ?? '';
    if (letter === 'u') {
      const hex = this.text.slice(this.at + 1, this.at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw new JsonSyntax('an escape is not complete', this.at);
      this.at += 4;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const escaped = escapes[letter];
    if (escaped === undefined) throw new JsonSyntax('an unknown escape', this.at);
    return escaped;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return null;
    this.at = pattern.lastIndex;
    return found[0];
  }

  private skipBlank(): void {
    this.match(blank);
  }

  private take(sign: string): boolean {
    if (this.text[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }

  private expect(sign: string): void {
    this.skipBlank();
    if (!this.take(sign)) throw new JsonSyntax(`${sign} is expected`, this.at);
  }
}

/** A value that stands whole in one pair of typographic quotes was quoted twice. */
function unwrap(value: string): string {
  const wrapped = /^[“„‟”]([^“”„‟"]*)[”“‟]$|^[‘‚‛’]([^‘’‚‛]*)[’‘‛]$/.exec(value);
  return wrapped === null ? value : (wrapped[1] ?? wrapped[2] ?? '');
}
