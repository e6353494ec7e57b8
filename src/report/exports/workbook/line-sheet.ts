/** The sheet of lines, over which every total of the workbook is a formula: each line, or the lines of each cell where a sheet has no room for all of them. */
import { type RowStep, rowSteps } from '../../../model/bridge.ts';
import { tokenClasses } from '../../../model/evidence.ts';
import type { Line, LineColumn } from '../../../model/line.ts';
import { formatMoney, type Money, moneyOf, amountOf, zero } from '../../../model/money.ts';
import { type Cell, columnName, type Sheet } from './xlsx-file.ts';

/** A sheet that somebody opens. */
export const mostLines = 200_000;

const texts = [
  'line',
  'request_id',
  'provider_request_id',
  'day',
  'service',
  'cost_center',
  'key_ref',
  'role',
  'status',
  'step',
  'model_expected',
  'model_billed',
  'snapshot',
] as const satisfies readonly LineColumn[];
const counts = tokenClasses.map((name) => `${name}_quantity` as const);
const amounts = ['subtotal', 'rounded_total', 'charged_amount'] as const satisfies readonly LineColumn[];

/** What a text reads where there is none, as in the cuts. */
const missing: Readonly<Partial<Record<LineColumn, string>>> = { model_expected: '(unmapped)' };

type TextColumn = (typeof texts)[number] | FurtherColumn;
export type SheetColumn = FurtherColumn | (typeof texts | typeof counts | typeof amounts)[number] | RowStep | 'charged';

/** A text that has a column only in months that a cut goes by. */
type FurtherColumn = 'account_ref';

/** What a month has columns for beside those of every month. */
export interface OwnColumns {
  /** Those that can occur. */
  readonly steps: readonly RowStep[];
  readonly further: readonly FurtherColumn[];
}

/** Every column of the sheet but the last, which is what the line adds to what was charged. */
interface Columns {
  readonly texts: readonly TextColumn[];
  /** What lines of one cell are summed by; ids and what differs by line are left out. */
  readonly keys: readonly TextColumn[];
  readonly all: readonly Exclude<SheetColumn, 'charged'>[];
  readonly amounts: readonly ((typeof amounts)[number] | RowStep)[];
  readonly steps: number;
}

function columnsWith({ steps, further }: OwnColumns): Columns {
  const own = [...amounts, ...steps];
  const ownTexts = [...texts, ...further];
  return { texts: ownTexts, keys: [...keys, ...further], all: [...ownTexts, ...counts, ...own], amounts: own, steps: steps.length };
}

export interface LineSheet {
  readonly sheet: Sheet;
  /** `Lines!$D$2:$D$5741`: the cells of a column. */
  readonly range: (column: SheetColumn) => string;
  /** What its rows are. */
  readonly rows: 'lines' | 'cells';
  readonly count: number;
}

/** `lines` are read twice: counted, then written. */
export async function lineSheet(lines: () => AsyncIterable<readonly Line[]>, own: OwnColumns): Promise<LineSheet> {
  const columns = columnsWith(own);
  let count = 0;
  for await (const batch of lines()) count += batch.length;
  const cells = count > mostLines ? await cellsOf(lines(), columns) : null;
  const last = (cells?.length ?? count) + 1;
  const letters = new Map<SheetColumn, string>([...columns.all, 'charged' as const].map((column, index) => [column, columnName(index)]));
  const widths = [...columns.texts.map(() => 22), ...counts.map(() => 12), ...columns.amounts.map(() => 16), 16];
  return {
    sheet: { name: 'Lines', widths, frozen: 1, rows: cells === null ? lineRows(lines(), columns) : cellRows(cells, columns) },
    range: (column) => `Lines!$${letters.get(column) ?? ''}$2:$${letters.get(column) ?? ''}$${Math.max(2, last)}`,
    rows: cells === null ? 'lines' : 'cells',
    count,
  };
}

function headOf({ all }: Columns): readonly Cell[] {
  return [...all, 'charged by the bridge'].map((text) => ({ text, style: 'head' }));
}

async function* lineRows(lines: AsyncIterable<readonly Line[]>, columns: Columns): AsyncIterable<readonly Cell[]> {
  yield headOf(columns);
  let row = 1;
  for await (const batch of lines) {
    for (const line of batch) {
      row += 1;
      yield rowOf((column) => line[column], row, columns);
    }
  }
}

function rowOf(value: (column: LineColumn) => string | null, row: number, columns: Columns): Cell[] {
  return [
    ...columns.texts.map((column): Cell => ({ text: value(column) ?? missing[column] ?? '(none)' })),
    ...counts.map((column): Cell => numberCell(value(column), 'count')),
    ...columns.amounts.map((column): Cell => numberCell(value(column), 'money')),
    { formula: `SUM(${columnName(columns.all.length - columns.steps)}${row}:${columnName(columns.all.length - 1)}${row})`, style: 'money' },
  ];
}

function numberCell(value: string | null, style: 'count' | 'money'): Cell {
  return value === null || value === '' ? null : { number: formatMoney(moneyOf(amountOf(value))), style };
}

const keys = ['line', 'day', 'service', 'cost_center', 'key_ref', 'role', 'status', 'step', 'model_expected', 'model_billed', 'snapshot'] as const;

interface SheetCell {
  readonly texts: Readonly<Partial<Record<LineColumn, string | null>>>;
  readonly sums: Map<LineColumn, Money>;
}

async function cellsOf(lines: AsyncIterable<readonly Line[]>, columns: Columns): Promise<SheetCell[]> {
  const cells = new Map<string, SheetCell>();
  for await (const batch of lines) {
    for (const line of batch) {
      const key = JSON.stringify(columns.keys.map((column) => line[column]));
      const cell = cells.get(key) ?? { texts: Object.fromEntries(columns.keys.map((column) => [column, line[column]])), sums: new Map<LineColumn, Money>() };
      for (const column of [...counts, ...columns.amounts]) {
        const value = line[column];
        if (value !== null) cell.sums.set(column, (cell.sums.get(column) ?? zero).plus(value));
      }
      cells.set(key, cell);
    }
  }
  return [...cells.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
}

function* cellRows(cells: readonly SheetCell[], columns: Columns): Iterable<readonly Cell[]> {
  yield headOf(columns);
  for (const [index, cell] of cells.entries()) {
    yield rowOf((column) => cell.texts[column] ?? (cell.sums.has(column) ? formatMoney(cell.sums.get(column) ?? zero) : null), index + 2, columns);
  }
}

export function isRowStep(step: string): step is RowStep {
  return (rowSteps as readonly string[]).includes(step);
}
