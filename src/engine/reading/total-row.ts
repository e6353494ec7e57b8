/** Holds the total rows of a file against the rows above them: a sum that differs, or that is not there, tells of rows that are missing or twice. */
import type { Database, Row } from '../database.ts';
import { canonicalRows, filledColumns } from './canonical-rows.ts';
import { type AmountColumn, type CountColumn, isAmount, isCount } from './column-types.ts';
import { readTwice } from './read-twice.ts';
import { amountText } from './typed-column.ts';
import { identifier, joinSql, sql, type Sql } from '../sql.ts';
import type { EvidenceFile, Format, EvidenceLayer } from '../../model/evidence.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { decimalsOf, formatMoney, Money } from '../../model/money.ts';

interface TotalTask {
  readonly layer: EvidenceLayer;
  readonly file: EvidenceFile;
  readonly format: Format;
}

/** A total is printed to the cent at least; what it rounds away is less than half of its last digit. */
const fewestDecimals = 2;

/** Each total row sums up the rows since the one before it, those that the filter leaves out included. */
export async function checkTotals(database: Database, task: TotalTask): Promise<Finding[]> {
  const { layer, file, format } = task;
  if (format.totalRow === undefined) return [];
  const filled = filledColumns(layer, file, format);
  const columns = filled.filter((column): column is CountColumn | AmountColumn => isCount(column) || isAmount(column));
  const sections = await readTwice(file, (reading) => database.rows(sectionQuery(task, columns, reading)));
  if (sections.every(({ row }) => row === null)) return [totalFinding(task, { problem: 'no-total-row', rows: 'the last row' }, 0)];
  return sections.flatMap((section) => (section['row'] === null ? [leftOver(task, section)] : columns.flatMap((column) => difference(task, section, column))));
}

/** A row for each stretch up to a total row, and for what follows the last: `row`, `rows`, and of every column `total:` and `sum:`. */
function sectionQuery({ layer, file, format }: TotalTask, columns: readonly (CountColumn | AmountColumn)[], reading: 'parallel' | 'serial'): Sql {
  const figure = (column: CountColumn | AmountColumn): Sql => (isAmount(column) ? sql`try_cast(${amountText(column)} as decimal(38, 18))` : sql`${column}`);
  const figures = columns.flatMap((column) => [
    sql`sum(${figure(column)}) filter (not is_total)::varchar as ${identifier(`sum:${column}`)}`,
    sql`any_value(${isAmount(column) ? amountText(column) : column}) filter (is_total)::varchar as ${identifier(`total:${column}`)}`,
  ]);
  return sql`with numbered as (
  select *, row_number() over () as ${identifier('data row')}
  from (${canonicalRows(layer, file, format, { reading, roles: 'kept' })})
),
sectioned as (
  select *, coalesce(sum(is_total::integer) over (order by ${identifier('data row')} rows between unbounded preceding and 1 preceding), 0) as section
  from numbered
  where not is_repeat
)
select section, max(${identifier('data row')}) filter (is_total) as row, count(*) filter (not is_total) as rows, ${joinSql(figures)}
from sectioned
group by section
order by section`;
}

/** Rows behind the last total row are in no total. */
function leftOver(task: TotalTask, section: Row): Finding {
  return totalFinding(task, { problem: 'no-total-row', rows: `the last ${String(section['rows'])} rows` }, 0);
}

function difference(task: TotalTask, section: Row, column: CountColumn | AmountColumn): Finding[] {
  const stated = section[`total:${column}`];
  if (stated === null || stated === undefined) return [];
  const [total, sum] = [new Money(String(stated)), new Money(String(section[`sum:${column}`] ?? '0'))];
  const allowed = isCount(column) ? new Money(0) : new Money(`5e-${Math.max(decimalsOf(total), fewestDecimals) + 1}`);
  const isEqual = sum.equals(total) || (decimalsOf(sum) > decimalsOf(total) && sum.minus(total).abs().lessThanOrEqualTo(allowed));
  if (isEqual) return [];
  const row = Number(section['row']);
  return [totalFinding(task, { problem: 'total-differs', rows: `row ${row}`, place: column, found: formatMoney(total), read: formatMoney(sum) }, row)];
}

function totalFinding({ layer, file }: TotalTask, args: Readonly<Record<'problem' | 'rows', string>> & Readonly<Record<string, string>>, row: number): Finding {
  return finding('evidence-half-read', 'inconclusive', { args: { layer, ...args }, source: { file: file.name, line: row, column: 0 } });
}
