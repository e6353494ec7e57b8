/** Takes the rows out of JSON documents as they stream by, as `records` of a format says where they are: each becomes one line. No number is read, no row is held longer than it must be. */
import { type Problem, unreadable } from './problem.ts';
import type { TextSink } from './decoder.ts';
import type { RecordPlace } from '../model/evidence.ts';
import { recordSteps } from '../model/json-path.ts';
import { isAboutPages, PageWitness } from './page-witness.ts';
import { parsedObject } from './read-json-keys.ts';
import { blanks, bytesOfJson, isScalar, JsonValue, unescaped, withoutBreaks } from './json-value.ts';

export interface RecordLimits {
  /** Bytes of one row. */
  readonly rowBytes: number;
  /** Lists and objects inside one another. */
  readonly depth: number;
  /** Bytes of rows that wait for a value which stands behind them. */
  readonly waitingBytes: number;
  /** Different keys of an object around the rows, and of one whose members are rows. */
  readonly columns: number;
  readonly members: number;
}

/** What stood around the rows. */
export interface RecordSurroundings {
  readonly documents: number;
  readonly rows: number;
  /** Paths such as `$.data[*].object` of what no row takes, in the order in which they came. */
  readonly unread: readonly string[];
}

type State = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'end';

/** A list or object on the way to the rows. */
interface Frame {
  readonly isObject: boolean;
  /** How many steps of the path lead here. */
  readonly depth: number;
  /** The paths whose first steps these are. */
  readonly paths: readonly (readonly string[])[];
  state: State;
  key: string;
  readonly keys: Set<string>;
  readonly values: Map<string, string>;
  /** Texts of the scalars around the rows that say something about pages. */
  readonly marks: Map<string, string>;
  /** Of the rows that wait: the first below this frame. */
  readonly firstWaiting: number;
}

interface WaitingRow {
  readonly text: Buffer;
  readonly values: Map<string, string>;
}

const { quote, backslash, comma, colon, openList, closeList, openObject, closeObject } = bytesOfJson;
const longestKey = 1000;

export class RecordScan {
  readonly #paths: readonly (readonly string[])[];
  readonly #place: RecordPlace;
  readonly #beside: readonly { readonly column: string; readonly depth: number; readonly key: string }[];
  readonly #limits: RecordLimits;
  readonly #sink: TextSink;
  readonly #frames: Frame[] = [];
  #value: JsonValue | null = null;
  #keyBytes: number[] | null = null;
  #keyEscaped = false;
  #member = '';
  #waiting: WaitingRow[] = [];
  #waitingBytes = 0;
  #rows = 0;
  #documents = 0;
  readonly #unread = new Set<string>();
  readonly #pages = new PageWitness();
  #problem: Problem | null = null;

  constructor(place: RecordPlace, limits: RecordLimits, sink: TextSink) {
    this.#place = place;
    this.#paths = [place.path, ...(place.otherPaths ?? [])].map((path) => recordSteps(path) ?? []);
    this.#limits = limits;
    this.#sink = sink;
    this.#beside = Object.entries(place.with).map(([column, path]) => {
      const steps = recordSteps(path) ?? [];
      return { column, depth: steps.length - 1, key: (steps.at(-1) ?? '').slice(1) };
    });
  }

  accept(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#problem === null) at = this.#value === null ? this.#step(chunk, at) : this.#follow(this.#value, chunk, at);
  }

  /** What is wrong, after the last chunk. */
  finish(): Problem | null {
    if (this.#problem !== null) return this.#problem;
    if (this.#frames.length > 0) return unreadable('evidence-syntax', 'cut-document', { rows: this.#named() });
    if (this.#documents === 0) return unreadable('evidence-empty', 'no-content');
    return this.#pages.finish(this.#rows, this.#named());
  }

  surroundings(): RecordSurroundings {
    return { documents: this.#documents, rows: this.#rows, unread: [...this.#unread] };
  }

  #named(): string {
    return `document ${this.#documents}`;
  }

  #fail(problem: Problem): void {
    this.#problem ??= problem;
  }

  /** One byte outside of any value that is taken or passed over. */
  #step(chunk: Buffer, at: number): number {
    const byte = chunk[at] ?? 0;
    if (this.#keyBytes !== null) return this.#readKey(byte, at);
    if (blanks.has(byte)) return at + 1;
    const frame = this.#frames.at(-1);
    if (frame === undefined) return this.#beginDocument(byte, at);
    switch (frame.state) {
      case 'first-key':
      case 'key':
        if (byte === quote) this.#keyBytes = [];
        else if (byte === closeObject && frame.state === 'first-key') this.#close(frame);
        else this.#malformed();
        return at + 1;
      case 'colon':
        if (byte === colon) frame.state = 'value';
        else this.#malformed();
        return at + 1;
      case 'end':
        if (byte === comma) frame.state = frame.isObject ? 'key' : 'value';
        else if (byte === (frame.isObject ? closeObject : closeList)) this.#close(frame);
        else this.#malformed();
        return at + 1;
      case 'first-value':
        if (byte === closeList) {
          this.#close(frame);
          return at + 1;
        }
        return this.#beginValue(frame, byte, at);
      case 'value':
        return this.#beginValue(frame, byte, at);
    }
  }

  #malformed(): void {
    this.#fail(unreadable('evidence-syntax', 'no-json', { rows: this.#named() }));
  }

  #beginDocument(byte: number, at: number): number {
    this.#documents += 1;
    this.#pages.beginDocument();
    const paths = this.#paths.filter(([first]) => byte === (first === '[*]' ? openList : openObject));
    if (paths.length === 0) {
      this.#fail(
        unreadable('evidence-syntax', 'no-rows-place', { place: this.#places(), rows: this.#named(), found: byte === openList ? 'a list' : 'no object' }),
      );
      return at;
    }
    this.#open(byte, 0, paths);
    return at + 1;
  }

  #places(): string {
    return [this.#place.path, ...(this.#place.otherPaths ?? [])].join(' or ');
  }

  #open(byte: number, depth: number, paths: Frame['paths']): void {
    if (this.#frames.length >= this.#limits.depth) this.#fail(unreadable('evidence-limit', 'depth', { limit: String(this.#limits.depth) }));
    const isObject = byte === openObject;
    const state = isObject ? 'first-key' : 'first-value';
    this.#frames.push({ isObject, depth, paths, state, key: '', keys: new Set(), values: new Map(), marks: new Map(), firstWaiting: this.#waiting.length });
  }

  #readKey(byte: number, at: number): number {
    const bytes = this.#keyBytes ?? [];
    if (this.#keyEscaped) this.#keyEscaped = false;
    else if (byte === backslash) this.#keyEscaped = true;
    else if (byte === quote) {
      this.#endKey(bytes);
      return at + 1;
    }
    bytes.push(byte);
    if (bytes.length > longestKey) this.#fail(unreadable('evidence-limit', 'rowBytes', { limit: String(longestKey) }));
    return at + 1;
  }

  #endKey(bytes: readonly number[]): void {
    this.#keyBytes = null;
    const frame = this.#frames.at(-1);
    const key = unescaped(Buffer.from(bytes).toString('utf8'));
    if (frame === undefined || key === null) {
      this.#malformed();
      return;
    }
    if (frame.keys.has(key)) this.#fail(unreadable('evidence-half-read', 'doubled-key', { place: this.#placeOf(frame, key), rows: this.#named() }));
    const most = frame.paths.some((steps) => steps[frame.depth] === '.*') ? this.#limits.members : this.#limits.columns;
    if (frame.keys.size >= most) this.#fail(unreadable('evidence-limit', 'columns', { limit: String(most) }));
    frame.keys.add(key);
    frame.key = key;
    frame.state = 'colon';
  }

  /** `$.data[*].object`, as findings name it. */
  #placeOf({ depth, paths: [steps = []] }: Frame, key: string): string {
    return `$${steps.slice(0, depth).join('')}.${key}`;
  }

  #beginValue(frame: Frame, byte: number, at: number): number {
    frame.state = 'end';
    const leading = this.#leading(frame);
    const leads = leading.length > 0;
    if (leading.some((steps) => steps[frame.depth] === '.*')) this.#member = frame.key;
    const isLast = (steps: readonly string[]): boolean => frame.depth === steps.length - 1;
    if (byte === openObject && leading.some(isLast)) {
      this.#value = new JsonValue('row');
      return at;
    }
    const isContainer = byte === openObject || byte === openList;
    const inner = isContainer ? leading.filter((steps) => !isLast(steps) && (steps[frame.depth + 1] === '[*]') === (byte === openList)) : [];
    if (inner.length > 0) {
      this.#open(byte, frame.depth + 1, inner);
      return at + 1;
    }
    if (leads && byte !== 0x6e) {
      this.#fail(
        unreadable('evidence-syntax', 'no-rows-place', {
          place: this.#places(),
          rows: this.#named(),
          found: `something else at ${this.#placeOf(frame, frame.key)}`,
        }),
      );
      return at;
    }
    if (!frame.isObject && !leads) this.#malformed();
    this.#value = new JsonValue(isContainer ? 'skipped' : 'scalar');
    return at;
  }

  /** The bytes of the value at hand; returns where it ends, or the end of the chunk. */
  #follow(value: JsonValue, chunk: Buffer, from: number): number {
    const { at, state } = value.take(chunk, from, this.#limits.depth - this.#frames.length);
    if (state === 'too-deep') this.#fail(unreadable('evidence-limit', 'depth', { limit: String(this.#limits.depth) }, this.#rows + 1));
    if (value.purpose !== 'skipped' && value.bytes > this.#limits.rowBytes) {
      this.#fail(unreadable('evidence-limit', 'rowBytes', { limit: String(this.#limits.rowBytes) }, this.#rows + 1));
    }
    if (state === 'ended') this.#endValue(value);
    return at;
  }

  #endValue(value: JsonValue): void {
    this.#value = null;
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    if (value.purpose === 'row') this.#addRow(value.text());
    else if (value.purpose === 'scalar') this.#addValue(frame, value.text().toString('utf8'));
    else if (this.#leading(frame).length === 0) this.#addObject(frame, value.text().toString('utf8'));
  }

  /** A list or object that nothing reads: what it says of pages counts, where its name says that it is about them. */
  #addObject(frame: Frame, text: string): void {
    const place = this.#placeOf(frame, frame.key);
    this.#addUnread(place);
    if (frame.key === 'error' && !/^\{\s*\}$|^\[\s*\]$/.test(text)) this.#fail(unreadable('evidence-syntax', 'error-answer', { place, rows: this.#named() }));
    if (!isAboutPages(frame.key) || !text.startsWith('{')) return;
    const scalars = Object.entries(parsedObject(text) ?? {}).filter(([, value]) => value === null || typeof value !== 'object');
    this.#hear(place, new Map(scalars.map(([key, value]) => [key, String(value)])));
  }

  /** The paths that go on through the value at hand. */
  #leading({ isObject, depth, key, paths }: Frame): Frame['paths'] {
    return paths.filter(({ [depth]: step }) => (isObject ? step === '.*' || step === `.${key}` : step === '[*]'));
  }

  #addUnread(place: string): void {
    if (this.#unread.size < this.#limits.columns) this.#unread.add(place);
  }

  #addRow(text: Buffer): void {
    this.#rows += 1;
    const values = new Map<string, string>();
    if (this.#place.keyAs !== null) values.set(this.#place.keyAs, JSON.stringify(this.#member));
    if (this.#beside.length === 0) {
      this.#emit({ text, values });
      return;
    }
    this.#waiting.push({ text, values });
    this.#waitingBytes += text.length;
    if (this.#waitingBytes > this.#limits.waitingBytes) {
      this.#fail(unreadable('evidence-limit', 'waitingBytes', { limit: String(this.#limits.waitingBytes) }, this.#rows));
    }
  }

  #addValue(frame: Frame, text: string): void {
    if (!isScalar(text)) {
      this.#malformed();
      return;
    }
    const wanted = this.#beside.filter(({ depth, key }) => depth === frame.depth && key === frame.key);
    for (const { column } of wanted) frame.values.set(column, text);
    if (wanted.length > 0 || this.#leading(frame).length > 0) return;
    this.#addUnread(this.#placeOf(frame, frame.key));
    frame.marks.set(frame.key, text.startsWith('"') ? (unescaped(text.slice(1, -1)) ?? '') : text);
  }

  #hear(at: string, marks: ReadonlyMap<string, string>): void {
    const refusal = this.#pages.hear(at, marks, this.#named());
    if (refusal !== null) this.#fail(refusal);
  }

  #close(frame: Frame): void {
    this.#frames.pop();
    this.#hear(`$${(frame.paths[0] ?? []).slice(0, frame.depth).join('')}`, frame.marks);
    const isPassed = ({ [frame.depth]: step = '' }: readonly string[]): boolean => step === '.*' || frame.keys.has(step.slice(1));
    if (frame.isObject && !frame.paths.some(isPassed)) {
      const found = [...frame.keys].slice(0, 10).join(', ');
      this.#fail(unreadable('evidence-syntax', 'no-rows-place', { place: this.#places(), rows: this.#named(), found: `the keys ${found}` }));
    }
    for (const row of this.#waiting.slice(frame.firstWaiting)) for (const [column, text] of frame.values) row.values.set(column, text);
    const isSettled = this.#beside.every(({ depth }) => depth >= frame.depth);
    if (isSettled) this.#flush();
  }

  #flush(): void {
    for (const row of this.#waiting) this.#emit(row);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  /** The row with the values around it in front, on one line. A name that the row has itself stands there twice, which is found later. */
  #emit({ text, values }: WaitingRow): void {
    const inFront = [...values].map(([column, value]) => `${JSON.stringify(column)}:${value}`).join(',');
    const isEmpty = /^\{\s*\}$/.test(text.subarray(0, 64).toString('latin1')) && text.length < 64;
    const head = inFront === '' ? '{' : `{${inFront}${isEmpty ? '' : ','}`;
    this.#sink(Buffer.concat([Buffer.from(head), withoutBreaks(text.subarray(1)), Buffer.from('\n')]));
  }
}
