/** Describes the rows of a file that could not be read: one finding for each cause, with its first rows in file order. */
import type { Database } from '../database.ts';
import { controlCharacter, brokenPart, filledColumns, foreignPart, malformedJson, unknownClass, unreadQuantity } from './canonical-rows.ts';
import { originalTexts } from './original-texts.ts';
import { textOf } from './typed-column.ts';
import { sql } from '../sql.ts';
import { type CanonicalColumn, canonicalColumns, type EvidenceFile, type Format, type EvidenceLayer } from '../../model/evidence.ts';
import { finding, type Finding } from '../../model/finding.ts';

/** At most this many rows of one cause are named; all are counted. */
const namedRows = 5;
const longestValue = 200;

export interface FlawedFile {
  readonly layer: EvidenceLayer;
  readonly file: EvidenceFile;
  readonly format: Format;
  /** Of `<layer>_rows`: the rowid of the file's first row, and its number among the files. */
  readonly firstRow: number;
  readonly index: number;
}

/** By the first row of each cause. */
export async function describeFlaws(database: Database, flawed: FlawedFile): Promise<Finding[]> {
  const { layer, file, format, firstRow, index } = flawed;
  const causes = await database.rows(sql`select flaw, count(*) as count, min(rowid - ${firstRow} + 1, ${namedRows}) as rows
from ${layer}_rows
where file = ${index} and flaw > 0
group by flaw
order by min(rowid)`);
  const filled = filledColumns(layer, file, format);
  const first = causes.map((cause) => numbersOf(cause['rows'])[0] ?? 0);
  const texts =
    filled.length === 0
      ? []
      : await originalTexts(
          database,
          layer,
          file,
          format,
          first.toSorted((a, b) => a - b),
        );
  return causes.map((cause, position) => {
    const rows = numbersOf(cause['rows']);
    const row = first[position] ?? 0;
    const text = texts[first.toSorted((a, b) => a - b).indexOf(row)] ?? {};
    return flawFinding(flawed, { flaw: Number(cause['flaw']), count: Number(cause['count']), rows, text });
  });
}

interface Cause {
  readonly flaw: number;
  readonly count: number;
  /** The first data rows, from 1. */
  readonly rows: readonly number[];
  /** The original texts of the first row. */
  readonly text: Readonly<Record<string, unknown>>;
}

function flawFinding({ layer, file, format }: FlawedFile, { flaw, count, rows, text }: Cause): Finding {
  const column = canonicalColumns[flaw - 1];
  const value = column === undefined ? null : valueOf(text, column);
  const what = column === undefined ? { column: flaw === malformedJson ? nestedNames(format) : '' } : { column };
  return finding('evidence-row', 'inconclusive', {
    count,
    args: { layer, ...what, problem: problemOf(format, flaw, column, value), value: (value ?? '').slice(0, longestValue), rows: nameRows(rows, count) },
    source: { file: file.name, line: rows[0] ?? 0, column: 0 },
  });
}

/** The text of a column in a row of `originalTexts`. */
function valueOf(text: Readonly<Record<string, unknown>>, column: CanonicalColumn): string | null {
  const value = text[textOf(column).slice(1, -1)];
  return typeof value === 'string' ? value : null;
}

function problemOf(format: Format, flaw: number, column: CanonicalColumn | undefined, value: string | null): string {
  if (flaw === malformedJson) return 'row-malformed-json';
  if (flaw === controlCharacter) return 'row-control-character';
  if (flaw === unknownClass) return 'row-unknown-class';
  if (flaw === unreadQuantity) return 'row-unread-quantity';
  if (flaw === brokenPart) return 'row-broken-part';
  if (flaw === foreignPart) return 'row-foreign-part';
  if (value === null) return 'row-empty';
  return column?.endsWith('_amount') === true && format.numbers === undefined ? amountProblem(value) : 'row-unreadable';
}

function amountProblem(value: string): string {
  const number = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(value);
  if (number === null) return 'row-unreadable';
  const decimals = (number[2] ?? '').replace(/0+$/, '').length - Number(number[3] ?? '0');
  return decimals > 18 ? 'row-too-many-decimals' : 'row-too-large';
}

function nestedNames(format: Format): string {
  const sources = [...Object.values(format.columns), ...Object.values(format.added ?? {})].flat().filter(({ path }) => path !== null);
  return [...new Set(sources.map(({ column }) => column))].join(', ');
}

function numbersOf(list: unknown): number[] {
  return Array.isArray(list) ? list.map(Number) : [];
}

/** `row 7`; `rows 1, 2, 5`; `rows 1, 2, 3, 4, 5, … (30 in all)`. */
export function nameRows(rows: readonly number[], count: number): string {
  const shown = rows.join(', ');
  if (count === 1) return `row ${shown}`;
  return count > rows.length ? `rows ${shown}, … (${count} in all)` : `rows ${shown}`;
}
