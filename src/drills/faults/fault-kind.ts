/** What a kind of fault is: how it is made on some rows or files, and what must show it. */
import { parseDocument } from 'yaml';
import type { Signal } from './signal.ts';
import type { SourceRow, SourceTable } from './source-table.ts';
import type { EvidenceFile } from '../../model/evidence.ts';
import type { Instant } from '../../model/instant.ts';
import type { Contract, Mapping, Period } from '../../model/ledger.ts';
import type { Expectation } from '../../model/mapping-book.ts';
import type { PriceBook } from '../../model/price-book.ts';

/** Faults of one kind; more show no more. */
export const faultsPerKind = 3;

export interface FaultContext {
  readonly period: Period;
  readonly judgedEnd: Instant;
  readonly contract: Contract;
  readonly mappings: readonly Mapping[];
  readonly prices: PriceBook;
  /** Files of the layers whose text can be read row by row. */
  readonly tables: readonly SourceTable[];
  readonly files: readonly EvidenceFile[];
  readonly requests: readonly PlainRequest[];
  /** Ledger files by name: `periods/<id>/invoice.yaml`, `models.yaml`, snapshots, the lock. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A row and what stands in its place: several rows, or nothing. */
export interface RowEdit {
  readonly row: SourceRow;
  readonly text: string;
}
/** A whole evidence file, by its name; one that is not there yet is made from nothing; null = it is removed. */
export interface FileEdit {
  readonly name: string;
  readonly change: (bytes: Buffer) => Buffer | null;
}
export interface TextEdit {
  readonly name: string;
  readonly text: string;
}

export interface FaultPlan {
  readonly kind: string;
  readonly injected: number;
  readonly rows: readonly RowEdit[];
  readonly files: readonly FileEdit[];
  readonly texts: readonly TextEdit[];
  readonly signal: Signal;
  /** What of the result it may move besides what its signal watches; `everything` = it cannot share a run. */
  readonly disturbs: readonly string[] | 'everything';
  /** Requests that it touches: nobody else may. */
  readonly requests: readonly string[];
}
/** Why a fault cannot be made or cannot show, as the end of a sentence. */
export interface FaultNeed {
  readonly kind: string;
  readonly needs: string;
}

export interface FaultKind {
  readonly kind: string;
  readonly plan: (context: FaultContext, random: SeededRandom, taken: ReadonlySet<string>) => FaultPlan | FaultNeed;
}

export interface RowFault {
  readonly kind: string;
  readonly needs: string;
  readonly signal: Signal;
  readonly disturbs: readonly string[] | 'everything';
  /** null when this request does not lend itself to the fault. */
  readonly make: (request: PlainRequest, context: FaultContext, index: number) => readonly RowEdit[] | null;
}

/** A kind that is made on plain requests, each fault on one of its own. */
export function rowFault({ kind, needs, signal, disturbs, make }: RowFault): FaultKind {
  return {
    kind,
    plan: (context, random, taken) => {
      const free = context.requests.filter(({ requestId }) => !taken.has(requestId));
      const made: { request: PlainRequest; edits: readonly RowEdit[] }[] = [];
      for (const request of draw(random, free, Math.min(free.length, 400))) {
        const edits = make(request, context, made.length);
        if (edits !== null) made.push({ request, edits });
        if (made.length === faultsPerKind) break;
      }
      if (made.length === 0) return { kind, needs: context.requests.length === 0 ? 'plain requests whose rows can be read as CSV or JSON lines' : needs };
      const rows = made.flatMap(({ edits }) => edits);
      return { kind, injected: made.length, rows, files: [], texts: [], signal, disturbs, requests: made.map(({ request }) => request.requestId) };
    },
  };
}

/** What is made of a whole period at once: its edits and what shows them; the text says what it needs where it cannot be made. */
type WholeEdit = Pick<FaultPlan, 'signal'> & Partial<Pick<FaultPlan, 'injected' | 'rows' | 'files' | 'texts' | 'requests'>>;

/** A kind that has a run of its own. */
export function wholeFault(kind: string, make: (context: FaultContext, random: SeededRandom) => WholeEdit | string): FaultKind {
  return {
    kind,
    plan: (context, random) => {
      const made = make(context, random);
      if (typeof made === 'string') return { kind, needs: made };
      return { kind, injected: 1, rows: [], files: [], texts: [], requests: [], disturbs: 'everything', ...made };
    },
  };
}

/** A file of the ledger with values set at some paths, as the edit of it; every scalar is text, as the reader takes it. null when it is not at hand. */
export function textWith(
  { texts }: FaultContext,
  name: string,
  values: readonly (readonly [path: readonly (string | number)[], value: string])[],
): TextEdit | null {
  const text = texts.get(name);
  if (text === undefined) return null;
  const document = parseDocument(text, { schema: 'failsafe' });
  for (const [path, value] of values) document.setIn(path, value);
  return { name, text: document.toString() };
}

export interface PlainRequest {
  readonly requestId: string;
  readonly application: SourceRow;
  readonly gateway: SourceRow | null;
  readonly provider: SourceRow;
  readonly expected: Expectation & { readonly billableModel: string };
  /** Application and provider write the same counts. */
  readonly tokensAgree: boolean;
}

/** `below(n)` draws a whole number from 0 to n - 1 (Mulberry32). */
export function seededRandom(seed: number): { below: (limit: number) => number } {
  let state = seed >>> 0;
  return {
    below: (limit) => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
    },
  };
}
export type SeededRandom = ReturnType<typeof seededRandom>;

/** At most `count` different items, in drawn order. */
export function draw<Item>(random: SeededRandom, items: readonly Item[], count: number): Item[] {
  const left = [...items];
  const drawn: Item[] = [];
  while (drawn.length < count && left.length > 0) drawn.push(...left.splice(random.below(left.length), 1));
  return drawn;
}
