/** The columns of a sample, whatever held it, and what of its layout has to be said in a format. */
import type { DraftLine } from '../../model/format-draft.ts';

export interface SampleColumn {
  /** As a format names it: a column, or `column:$.path`. */
  readonly source: string;
  /** In the order of the rows; empty is null. */
  readonly values: readonly (string | null)[];
  /** JSON and Parquet tell numbers from text, so that their decimal sign is known. */
  readonly typed: 'text' | 'number' | 'float';
}

export interface SampleTable {
  readonly columns: readonly SampleColumn[];
  readonly rows: number;
  /** Rows that were looked at in words: "all 200 rows", "the first 200 rows". */
  readonly extent: 'all' | 'first';
  /** Of CSV whose end was cut off: the last row, by source. */
  readonly last: ReadonlyMap<string, string> | null;
  /** The lines `file` and `records`. */
  readonly layout: readonly DraftLine[];
  readonly notes: readonly string[];
}

/** Longer text is no number and no time. */
export const longestValue = 60;
const longestQuote = 60;
/** Whatever does not show, and what ends a line. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** A name or value of the file inside a ground: short, on one line, nothing in it that acts. */
export function quoted(text: string): string {
  const visible = text.slice(0, longestQuote * 2).replaceAll(invisible, '\ufffd');
  const signs = [...visible];
  return signs.length > longestQuote ? `${signs.slice(0, longestQuote).join('')}…` : visible;
}

/** Names joined for a sentence. */
export function listed(names: readonly string[]): string {
  return names.slice(0, 5).map(quoted).join(', ') + (names.length > 5 ? ', …' : '');
}
