/** The bridge: from expected cost to the last total, with its running total, as a table and as a chart. */
import { Money, formatMoney, zero } from '../../model/money.ts';
import type { Result, ResultBridgeRow } from '../../model/result.ts';
import { left, markdownTable, right } from '../markdown-table.ts';
import { signed } from '../show-money.ts';

const subtotals: readonly string[] = ['provider_at_snapshot', 'provider_charged', 'invoice_usage', 'invoice_total'];

/** Rows that are zero are left out; every `=` stays. What exceptions cover has a column where they cover anything. */
export function bridgeTable({ bridge, period }: Pick<Result, 'bridge' | 'period'>): string {
  let running = zero;
  const isExcepted = bridge.some(({ excepted }) => excepted !== '0');
  const rows = bridge.flatMap((row) => {
    const isSum = subtotals.includes(row.step);
    if (!isSum) running = running.plus(new Money(row.amount));
    if (!isSum && row.step !== 'expected' && row.increase === '0' && row.decrease === '0') return [];
    const cells = isSum
      ? sumRow(row)
      : [row.step, row.step === 'expected' ? row.amount : signed(row.amount), formatMoney(running), signed(row.increase), row.decrease, String(row.count)];
    return [isExcepted ? [...cells, row.excepted === '0' ? '' : signed(row.excepted)] : cells];
  });
  const columns = [
    left('Step'),
    right(`Amount (${period.currency.replace(/[^A-Z]/g, '')})`),
    right('Running total'),
    right('Up'),
    right('Down'),
    right('Count'),
    ...(isExcepted ? [right('Excepted')] : []),
  ];
  return markdownTable(columns, rows);
}

function sumRow({ step, amount }: ResultBridgeRow): string[] {
  return [`**= ${step}**`, '', `**${amount}**`, '', '', ''];
}

/** A Mermaid flow: each step that holds money leads to the sum that it is part of. Labels hold step names and digits only. */
export function bridgeChart({ bridge }: Pick<Result, 'bridge'>): string {
  if (bridge.length === 0) return '';
  const lines: string[] = [];
  let waiting: string[] = [];
  for (const [index, row] of bridge.entries()) {
    if (subtotals.includes(row.step)) {
      lines.push(`  n${index}(["= ${row.step}<br/>${row.amount}"])`, ...waiting.map((node) => `  ${node} --> n${index}`));
      waiting = [`n${index}`];
    } else if (row.amount !== '0' || row.step === 'expected') {
      lines.push(`  n${index}["${row.step}<br/>${row.step === 'expected' ? row.amount : signed(row.amount)}"]`);
      waiting.push(`n${index}`);
    }
  }
  return ['```mermaid', 'flowchart LR', ...lines, '```'].join('\n');
}
