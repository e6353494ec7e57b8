/** Keeps a document within a number of bytes: what is fixed stays, rows go by what they weigh, and every cut is said. */
import type { Money } from '../model/money.ts';
import { scrubSecrets } from './scrub-secrets.ts';

/** One line (or one unit of lines) that may be left out. */
export interface Row {
  /** Called once, and only while there is room. Escaped; no empty lines inside a table. */
  readonly text: () => string;
  /** 0 is kept first. */
  readonly tier: number;
  /** Within a tier the larger is kept first. */
  readonly magnitude: Money;
}

/** Always written, as it is. */
export interface FixedBlock {
  readonly kind: 'fixed';
  readonly text: string;
}
export interface RowBlock {
  readonly kind: 'rows';
  /** Written when a row is: heading and head of the table, each with its line end. */
  readonly head: string;
  readonly rows: readonly Row[];
  /** Written after the last row. */
  readonly foot: string;
  /** How many rows there are beyond `rows`, which nobody asked to see. */
  readonly beyond: number;
  /** The sentence that says how many were left out, and where they are. */
  readonly leftOut: (count: number) => string;
}
export type Block = FixedBlock | RowBlock;

interface Candidate {
  readonly row: Row;
  readonly block: number;
  readonly index: number;
}

/** A row that is more than this part of the whole budget is passed over by itself; any other that finds no room ends its list, so that no cheaper row takes its place. */
const largestPart = 8;

/** UTF-8 bytes. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The heaviest rows, still in their order. */
export function heaviest(rows: readonly Row[], most: number): readonly Row[] {
  if (rows.length <= most) return rows;
  const kept = new Set(rows.toSorted((a, b) => a.tier - b.tier || b.magnitude.comparedTo(a.magnitude)).slice(0, most));
  return rows.filter((row) => kept.has(row));
}

/** The bytes of `blocks` with every row left out: no cut makes them fewer. */
export function leastBytes(blocks: readonly Block[]): number {
  return bytesOf(document(blocks.map(emptiest)));
}

/** The document in at most `budget` bytes; when even the least does not fit, the least. Ends with a newline. */
export function fitBudget(blocks: readonly Block[], budget: number): string {
  const kept: Map<number, string>[] = blocks.map(() => new Map());
  const full = new Set<number>();
  let room = budget - leastBytes(blocks);
  for (const { row, block, index } of byWeight(blocks)) {
    if (full.has(block)) continue;
    const text = scrubSecrets(row.text());
    const opening = kept[block]?.size === 0 ? frameBytes(blocks[block]) : 0;
    const cost = bytesOf(text) + 1 + opening;
    if (cost > room) {
      if (cost <= budget / largestPart) full.add(block);
      continue;
    }
    kept[block]?.set(index, text);
    room -= cost;
  }
  return scrubSecrets(document(blocks.map((block, index) => textOf(block, kept[index] ?? new Map()))));
}

/** Blocks are paragraphs. */
function document(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Heaviest first; equals in the order of the document. */
function byWeight(blocks: readonly Block[]): Candidate[] {
  const all = blocks.flatMap((block, at) => (block.kind === 'fixed' ? [] : block.rows.map((row, index) => ({ row, block: at, index }))));
  return all.sort((a, b) => a.row.tier - b.row.tier || b.row.magnitude.comparedTo(a.row.magnitude) || a.block - b.block || a.index - b.index);
}

/** The longest that is said of what was left out: every row, or a count of as many digits. */
function longestNote(block: RowBlock): string {
  const all = block.rows.length + block.beyond;
  return all === 0 ? '' : block.leftOut(all);
}

function emptiest(block: Block): string {
  return block.kind === 'fixed' ? scrubSecrets(block.text) : scrubSecrets(longestNote(block));
}

/** What a block costs beside its rows as soon as it has one: head, foot, and the empty line before the note, which is already counted. */
function frameBytes(block: Block | undefined): number {
  return block === undefined || block.kind === 'fixed' ? 0 : bytesOf(block.head) + bytesOf(block.foot) + 4;
}

function textOf(block: Block, kept: ReadonlyMap<number, string>): string {
  if (block.kind === 'fixed') return block.text;
  const left = block.rows.length + block.beyond - kept.size;
  const note = left === 0 ? '' : block.leftOut(left);
  if (kept.size === 0) return note;
  const rows = [...kept].sort(([a], [b]) => a - b).map(([, text]) => text);
  return `${block.head}${rows.join('\n')}${note === '' ? '' : `\n\n${note}`}${block.foot}`;
}
