/** Rows that sum up the others: told by their word and by their figures, which must be the sums. Pure. */
import { countColumns } from '../../model/evidence.ts';
import type { Claims } from './claimed-columns.ts';
import { bareNumber, isNegative, type StyleGuess } from './number-style.ts';
import { quoted, type SampleColumn, type SampleTable } from './sample-table.ts';
import type { DraftLine } from '../../model/format-draft.ts';
import { Money, sumMoney } from '../../model/money.ts';

export interface TotalRows {
  readonly line: DraftLine | null;
  /** Places of rows that are totals. */
  readonly rows: ReadonlySet<number>;
  readonly notes: readonly string[];
}

const totalWord = /^(?:grand |sub-?)?(?:totals?|sum|summe|gesamt|gesamtsumme)\b/i;
const none: TotalRows = { line: null, rows: new Set(), notes: [] };

export function totalRows(table: SampleTable, claims: Claims, style: StyleGuess): TotalRows {
  const label = labelOf(table, claims);
  if (label === null) return none;
  const { column, value, rows } = label;
  const [source, test] = [column.source, value === null ? { is: 'empty' } : { in: [value] }];
  const said = value === null ? `${quoted(source)} is empty` : `${quoted(source)} says ${quoted(value)}`;
  const line = (ground: string): DraftLine => ({ key: ['total_row'], value: { source, ...test }, ground });
  // Where the rows or their decimal sign are not all known, the run does the sum, and refuses what differs.
  const later = line(`a guess: there ${said}; a run holds its figures against the rows`);
  if (table.extent === 'first') return { ...none, line: later };
  if (style.decimal === null) return { line: later, rows: new Set(rows), notes: [] };
  const figures = [...countColumns, 'charged_amount' as const].flatMap((canonical) => claims.get(canonical) ?? []);
  if (!figures.some(({ values }) => rows.every((row) => values[row] !== null))) return none;
  const wrong = figures.filter((figure) => !sumsUp(figure, rows, style));
  if (wrong.length === 0) return { line: line(`there ${said}, and its figures are the sums of the rows above`), rows: new Set(rows), notes: [] };
  const names = wrong.map((figure) => quoted(figure.source)).join(', ');
  return { ...none, notes: [`Where ${said} the row looks like a total, and ${names} is not the sum of the rows above: a run will refuse it.`] };
}

interface Label {
  readonly column: SampleColumn;
  /** null: the total has no word of its own. */
  readonly value: string | null;
  readonly rows: readonly number[];
}

/** The last row says that it is a total, or has neither time, id nor model where every other row has a time. */
function labelOf({ columns, rows, last, extent }: SampleTable, claims: Claims): Label | null {
  const end = ({ source, values }: SampleColumn): string | null => (extent === 'all' ? (values[rows - 1] ?? null) : last?.get(source) || null);
  if (rows < 2 || (extent === 'first' && last === null)) return null;
  const worded = columns.find((column) => totalWord.test(end(column) ?? ''));
  const [time, ...times] = claims.get('timestamp_utc') ?? [];
  if (worded !== undefined) {
    const value = end(worded) ?? '';
    return { column: worded, value, rows: placesOf(worded, value) };
  }
  if (time === undefined || times.length > 0 || extent === 'first') return null;
  const empty = placesOf(time, null);
  const named = (['provider_request_id', 'request_id', 'model_billed', 'model_requested'] as const).flatMap((column) => claims.get(column) ?? []);
  const isBare = rows > 2 && empty.length === 1 && empty[0] === rows - 1 && named.every((column) => end(column) === null);
  return isBare ? { column: time, value: null, rows: empty } : null;
}

function placesOf({ values }: SampleColumn, text: string | null): number[] {
  return values.flatMap((value, index) => (value === text ? [index] : []));
}

/** Each total sums up the rows since the one before; one that states nothing contradicts nothing. */
function sumsUp({ values }: SampleColumn, totals: readonly number[], style: StyleGuess): boolean {
  return totals.every((row, index) => {
    const stated = values[row] ?? null;
    const above = values.slice(index === 0 ? 0 : (totals[index - 1] ?? 0) + 1, row).flatMap((value) => value ?? []);
    const amounts = above.map((value) => amountOf(value, style));
    if (stated === null || amounts.includes(null)) return stated === null;
    return amountOf(stated, style)?.equals(sumMoney(amounts.flatMap((amount) => amount ?? []))) ?? false;
  });
}

function amountOf(text: string, { decimal, thousands }: StyleGuess): Money | null {
  const digits = bareNumber(text)?.digits;
  if (digits === undefined || decimal === null) return null;
  const plain = (thousands === null ? digits : digits.replaceAll(thousands, '')).replace(decimal, '.');
  return /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(plain) ? new Money(`${isNegative(text) ? '-' : ''}${plain}`) : null;
}
