/** What strangers wrote into evidence is shown, and does nothing where it is shown. */
import { expect } from 'vitest';

/** Everything but what a reader sees as a character, a blank or a line end; nothing of it may come through from a row. */
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/u;
/** A line that the runner of a workflow takes for a command. */
const command = /^\s*::|##\[/m;
/** The only markup that the report writes itself; in a diagram, `<br/>` as well. */
const ownTags = /<\/?(code|details|summary)>|<br\/>/g;
/** A mention, a link or a picture. */
const active = /@|\]\(|!\[|https?:\/\//;

/** The report is Markdown that GitHub renders: beside its own tags it holds no tag, no mention and no link, and no row breaks its table. */
export function expectInertReport(report: string): void {
  expect(report).not.toMatch(unseen);
  expect(report).not.toMatch(command);
  expect(report.replace(ownTags, '')).not.toMatch(/<[a-z!/]/i);
  expect(report).not.toMatch(active);
  for (const table of tablesOf(report)) expect(new Set(table.map(columnsOf)).size, table.join('\n')).toBe(1);
}

/** The terminal: no escape sequence, no change of direction, no workflow command, and no word that fills the screen. */
export function expectInertTerminal(text: string): void {
  expect(text).not.toMatch(unseen);
  expect(text).not.toMatch(command);
  expect(text).not.toMatch(/\S{2000}/u);
}

/** Runs of lines that start with a bar. */
function tablesOf(report: string): string[][] {
  const tables: string[][] = [[]];
  for (const line of report.split('\n')) {
    if (line.startsWith('|')) tables.at(-1)?.push(line);
    else if (tables.at(-1)?.length !== 0) tables.push([]);
  }
  return tables.filter((lines) => lines.length > 0);
}

function columnsOf(line: string): number {
  return line.split('|').length;
}
