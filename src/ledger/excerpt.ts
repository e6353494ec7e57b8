/** The line a finding speaks of, with a caret under the place, safe to print on a terminal. */
import type { Source } from '../model/finding.ts';

const width = 120;
// Control characters and bidirectional overrides could change what a terminal shows.
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Two lines: the source line (cut to a window around the column) and the caret. `lineStarts` holds the offset of every line; null when the line does not exist. */
export function excerptOf(text: string, lineStarts: readonly number[], source: Source): string | null {
  const from = lineStarts[source.line - 1];
  if (from === undefined) return null;
  const line = text.slice(from, lineStarts[source.line] ?? text.length).replace(/\r?\n$/, '');
  const start = source.column - 1 > width - 20 ? source.column - 1 - 20 : 0;
  const shown = line
    .slice(start, start + width)
    .replaceAll('\t', ' ')
    .replaceAll(unprintable, '\ufffd');
  return `${shown}\n${' '.repeat(Math.max(source.column - 1 - start, 0))}^`;
}

/** The offset of every line of a text, the first at 0. */
export function lineStartsOf(text: string): number[] {
  return [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)];
}
