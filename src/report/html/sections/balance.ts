/** The statement of a prepaid balance, exact to the digit: it is held against a console or a receipt. */
import type { Result } from '../../../model/result.ts';
import { balanceLines } from '../../sections/balance.ts';
import { type Html, nothing } from '../html-text.ts';
import { dataTable, numberColumn, row, sumRow, textColumn, wordColumn } from '../page-parts.ts';

export function balanceStatement(result: Result): Html {
  const lines = balanceLines(result);
  if (lines.length === 0) return nothing;
  const rows = lines.map(({ kind, label, amount, currency }) => (kind === 'closing' ? sumRow : row)(label, amount, currency ?? result.period.currency));
  return dataTable('What is left of the prepaid balance', [textColumn('Balance'), numberColumn('Amount'), wordColumn('Currency')], rows);
}
