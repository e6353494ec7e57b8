/** CSV of any delimiter as a table: finds the header behind lines that are none, and rows that say it again. Pure. */
import { listed, longestValue, type SampleColumn, type SampleTable } from './sample-table.ts';
import type { Sample } from './read-sample.ts';
import { claimsOf } from './column-names.ts';
import { defaultLimits } from '../evidence-limits.ts';
import { readCsvField } from '../../model/csv.ts';
import type { DraftLine } from '../../model/format-draft.ts';
import { UserError } from '../../model/user-error.ts';

const delimiters = [',', ';', '\t', '|'] as const;
/** Lines that may stand before a header. */
const mostPreamble = 30;
/** Rows that are held against the header, and how many of a hundred must have as many cells. */
const heldRows = 50;
const leastAlike = 80;

interface Header {
  readonly delimiter: string;
  readonly skipLines: number;
  readonly names: readonly string[];
}

/** Throws a `UserError` where no header can be told. */
export function csvTable({ head, tail }: Sample): SampleTable {
  const header = headerOf(head);
  const { names, delimiter, skipLines } = header;
  const records = recordsOf(behindLines(head, skipLines), delimiter).slice(1);
  const isHeader = (cells: readonly string[]): boolean => names.every((name, index) => cells[index] === name);
  const kept = records.filter((cells) => cells.length === names.length && !isHeader(cells));
  const repeated = records.findIndex(isHeader);
  const uneven = records.filter((cells) => cells.length !== names.length).length;
  const usable = names.flatMap((name, index): [string, number][] => (isUsable(name) ? [[name, index]] : []));
  const lines: DraftLine[] = [
    ...(delimiter === ',' ? [] : [delimiterLine(header)]),
    ...(skipLines === 0 ? [] : [{ key: ['file', 'skip_lines'], value: String(skipLines), ground: `the header ${listed(names)} stands behind them` }]),
    ...(repeated < 0 ? [] : [{ key: ['file', 'repeated_header'], value: 'skip', ground: `the header stands again in row ${repeated + 1}` }]),
  ];
  const last = tail === '' ? undefined : lastOf(tail, header);
  return {
    columns: usable.map(([name, index]): SampleColumn => ({ source: name, values: kept.map((cells) => cells[index] || null), typed: 'text' })),
    rows: kept.length,
    extent: tail === '' ? 'all' : 'first',
    last: last === undefined ? null : new Map(usable.map(([name, index]) => [name, last[index] ?? ''])),
    layout: lines,
    notes: [
      ...(uneven === 0 ? [] : [`${uneven} rows have another number of cells than the header; a run refuses such a file.`]),
      ...(usable.length === names.length ? [] : [`${names.length - usable.length} names of the header cannot be written in a format; they were passed over.`]),
    ],
  };
}

function delimiterLine({ delimiter, names }: Header): DraftLine {
  return {
    key: ['file', 'delimiter'],
    value: delimiter === '\t' ? 'tab' : delimiter,
    ground: `it splits the header into ${names.length} names, and the rows alike`,
  };
}

/** What a format can name; a doubled name is left to be found. */
function isUsable(name: string): boolean {
  return name !== '' && name.length <= 4096 && !/\p{Cc}/u.test(name) && name.indexOf(':$') <= 0;
}

function lastOf(tail: string, { delimiter, names }: Header): readonly string[] | undefined {
  const line = tail.split(/\r?\n/).findLast((text) => text.trim() !== '');
  const [cells] = line === undefined ? [] : recordsOf(`${line}\n`, delimiter);
  return cells?.length === names.length ? cells : undefined;
}

function headerOf(text: string): Header {
  const found = delimiters.flatMap((delimiter) => headerBy(text, delimiter) ?? []);
  const [best, second] = found.toSorted((a, b) => b.names.length - a.names.length || known(b) - known(a));
  if (best === undefined) {
    throw new UserError(
      'No header of two or more names was found.',
      `Give the file a header in one of its first ${mostPreamble} lines, with names that are no numbers.`,
    );
  }
  if (best.names.length > defaultLimits.columns)
    throw new UserError(`The file has more than ${defaultLimits.columns} columns.`, 'Export it with the columns that are needed.');
  if (second !== undefined && second.names.length === best.names.length && known(second) === known(best)) {
    const marks = [best, second].map(({ delimiter }) => JSON.stringify(delimiter)).join(' and ');
    throw new UserError(`Both ${marks} split the file evenly.`, 'Write the format by hand; docs/formats.md explains its keys.');
  }
  return best;
}

function known({ names }: Header): number {
  return names.filter((name) => claimsOf(name).length > 0).length;
}

/** The first line whose cells are names and whose followers have as many cells. */
function headerBy(text: string, delimiter: string): Header | null {
  for (let skipLines = 0; skipLines <= mostPreamble; skipLines += 1) {
    const rest = behindLines(text, skipLines);
    if (rest === '') return null;
    // A run takes the first line for the header, and an empty one is a line.
    if (/^\r?\n/.test(rest)) continue;
    const [names = [], ...rows] = recordsOf(rest, delimiter, heldRows);
    const alike = rows.filter((cells) => cells.length === names.length).length;
    const isHeader = names.length > 1 && names.every((name) => name.trim() !== '' && !looksLikeValue(name));
    const isAlone = rows.length === 0 && behindLines(rest, 1).trim() !== '';
    if (isHeader && !isAlone && alike * 100 >= rows.length * leastAlike) return { delimiter, skipLines, names };
  }
  return null;
}

function looksLikeValue(cell: string): boolean {
  return cell.length <= longestValue && /^[\s\d.,:+\-/%$€£]*\d[\s\d.,:+\-/%$€£TZ]*$/.test(cell);
}

function behindLines(text: string, count: number): string {
  let at = 0;
  for (let line = 0; line < count; line += 1) {
    const end = text.indexOf('\n', at);
    if (end < 0) return '';
    at = end + 1;
  }
  return text.slice(at);
}

/** Records until one that is not whole or not CSV; empty lines are none. */
function recordsOf(text: string, delimiter: string, most = Number.POSITIVE_INFINITY): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  let at = 0;
  while (at < text.length && records.length <= most) {
    const field = readCsvField(text, at, delimiter);
    if (field === null) break;
    cells.push(field.value);
    const sign = text[field.end];
    if (sign !== undefined && sign !== delimiter && sign !== '\n' && sign !== '\r') break;
    at = field.end + (text.startsWith('\r\n', field.end) ? 2 : 1);
    if (sign === delimiter) continue;
    if (cells.length > 1 || cells[0] !== '') records.push(cells);
    cells = [];
  }
  return records;
}
