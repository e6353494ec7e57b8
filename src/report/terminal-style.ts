/** Text for a terminal or a log: colour as a value, and foreign text that cannot act. */
import { stripVTControlCharacters } from 'node:util';
import { visibleText } from './escape-markdown.ts';

export type Colour = 'ansi' | 'plain';
export type Tint = 'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim';

const codes: Readonly<Record<Tint, number>> = { red: 31, green: 32, yellow: 33, cyan: 36, bold: 1, dim: 2 };
const longestValue = 200;

/** `text` in a tint, or as it is. */
export function tint(text: string, as: Tint, colour: Colour): string {
  return colour === 'plain' || text === '' ? text : `\u001b[${codes[as]}m${text}\u001b[0m`;
}

/** Foreign text on one line, without control characters and without the runner's commands (`::`, `##[`), at most 200 code points. */
export function showInTerminal(text: string): string {
  return disarm(visibleText(text, longestValue));
}

/** A source line: as `showInTerminal`, but blanks stay in their places so that a caret still points. */
export function showSourceLine(text: string): string {
  return disarm(visibleText(text.replace(/\t/g, ' '), longestValue));
}

/** A figure space between the signs: the width changes by nothing that a caret would notice before them. */
function disarm(text: string): string {
  return text.replace(/:(?=:)/g, ':\u2009').replace(/##(?=\[)/g, '##\u2009');
}

/** The length of `text` on a screen, colour codes aside. */
export function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** Rows as aligned columns; `right` names the columns whose cells end at one edge. */
export function alignColumns(rows: readonly (readonly string[])[], right: readonly number[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [index, text] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(text));
  return rows
    .map((row) =>
      row
        .map((text, index) => {
          const space = ' '.repeat((widths[index] ?? 0) - widthOf(text));
          return right.includes(index) ? space + text : text + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
