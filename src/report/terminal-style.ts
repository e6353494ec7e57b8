/** Text for a terminal or a log: colour as a value, and foreign text that cannot act. */
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
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

/** What text is laid out for. */
export interface Screen {
  readonly colour: Colour;
  /** Columns; nothing but a single long word goes beyond them. */
  readonly width: number;
}

/** The narrowest screen that is laid out for, and what stands for one that is no screen: a pipe or a log, in which whoever searches wants whole lines. */
const [narrowest, endless] = [80, 100_000];

/** `columns` as the terminal or the variable COLUMNS says it; undefined = neither does. */
export function screenWidth(columns: number | undefined): number {
  return columns === undefined || !Number.isInteger(columns) || columns <= 0 ? endless : Math.max(narrowest, columns);
}

/** Text in lines of the screen's width, broken between words; every line but the first is set in by `hanging` columns. */
export function wrapText(text: string, width: number, hanging: number): string {
  const inner = Math.max(20, width - hanging);
  if (fitsAsItIs(text, inner)) return text;
  // The first line has the room of the others: what stands before it is part of the text.
  return wrapAnsi(text, inner, { hard: false, trim: true })
    .split('\n')
    .join(`\n${' '.repeat(hanging)}`);
}

/** What surely needs no breaking, known without measuring it: a UTF-16 unit is at most two columns wide. */
function fitsAsItIs(text: string, width: number): boolean {
  return text.length * 2 <= width && !text.includes('\u001b') && !/^\s|\s$|\s\s|[\n\r\t]/.test(text);
}

export interface Columns {
  /** Those whose cells end at one edge. */
  readonly right: readonly number[];
  /** The one whose cells are broken into lines where the row would be too wide. */
  readonly wrap: number;
  readonly width: number;
}

/** Rows as aligned columns within a width. */
export function fitColumns(rows: readonly (readonly string[])[], { right, wrap, width }: Columns): string {
  const widths = widthsOf(rows);
  const others = widths.reduce((sum, one, index) => sum + (index === wrap ? 0 : one + 2), 0);
  const room = Math.max(12, width - others - 2);
  const broken = rows.flatMap((row) => linesOf(row, wrap, room));
  return alignColumns(broken, right);
}

/** A row as the lines that its wrapped cell takes. */
function linesOf(row: readonly string[], wrap: number, room: number): string[][] {
  if (fitsAsItIs(row[wrap] ?? '', room)) return [[...row]];
  const [first = '', ...more] = wrapAnsi(row[wrap] ?? '', room, { hard: true, trim: true }).split('\n');
  return [row.map((cell, index) => (index === wrap ? first : cell)), ...more.map((line) => row.map((_, index) => (index === wrap ? `  ${line}` : '')))];
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) for (const [index, text] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, stringWidth(text));
  return widths;
}

/** Rows as aligned columns; `right` names the columns whose cells end at one edge. */
export function alignColumns(rows: readonly (readonly string[])[], right: readonly number[]): string {
  const widths = widthsOf(rows);
  return rows
    .map((row) =>
      row
        .map((text, index) => {
          const space = ' '.repeat((widths[index] ?? 0) - stringWidth(text));
          return right.includes(index) ? space + text : text + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
