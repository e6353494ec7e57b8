/** The bridge: from expected cost to the last total, with its running total, as a table and as a chart. */
import { formatMoney, moneyOf, zero } from '../../model/money.ts';
import type { Result, ResultBridgeRow } from '../../model/result.ts';
import { left, markdownTable, right } from '../escape-markdown.ts';
import { signed } from '../show-money.ts';
import { isSubtotal } from '../../model/bridge.ts';

/** Rows that are zero are left out; every `=` stays. What exceptions cover has a column where they cover anything. */
export function bridgeTable({ bridge, period }: Pick<Result, 'bridge' | 'period'>): string {
  let running = zero;
  const isExcepted = bridge.some(({ excepted }) => excepted !== '0');
  const rows = bridge.flatMap((row) => {
    const isSum = isSubtotal(row.step);
    if (!isSum) running = running.plus(moneyOf(row.amount));
    if (!isSum && row.step !== 'expected' && row.increase === '0' && row.decrease === '0') return [];
    const cells = isSum
      ? sumRow(row)
      : [
          row.step,
          row.step === 'expected' ? row.amount : signed(row.amount),
          formatMoney(running),
          row.step === 'expected' ? '' : signed(row.increase),
          row.decrease,
          String(row.count),
        ];
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

/** A Mermaid flow, from the top down: what is expected, the steps that hold money, the sum that they lead to, and so on. Labels hold step names and digits only. */
export function bridgeChart({ bridge }: Pick<Result, 'bridge'>): string {
  if (bridge.length === 0) return '';
  const nodes: string[] = [];
  let steps: string[] = [];
  for (const row of bridge) {
    if (isSubtotal(row.step)) {
      if (steps.length > 0) nodes.push(`n${nodes.length}["${steps.join('<br/>')}"]`);
      nodes.push(`n${nodes.length}(["= ${row.step}<br/>${row.amount}"])`);
      steps = [];
    } else if (row.step === 'expected') nodes.push(`n${nodes.length}(["expected<br/>${row.amount}"])`);
    else if (row.amount !== '0') steps.push(`${row.step} ${signed(row.amount)}`);
  }
  const links = nodes.slice(1).map((_, index) => `  n${index} --> n${index + 1}`);
  return ['```mermaid', 'flowchart TB', ...nodes.map((node) => `  ${node}`), ...links, '```'].join('\n');
}
