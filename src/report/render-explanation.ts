/** One request through all layers, for a terminal: its rows, its prices, its formula and why its money stands where it stands. */
import type { Explanation } from '../model/trace.ts';
import { renderFindings } from './render-findings.ts';
import type { Colour } from './terminal-style.ts';
import { alignColumns, showInTerminal, tint } from './terminal-style.ts';

/** Ends with a newline. */
export function renderExplanation(explanation: Explanation, colour: Colour): string {
  const head = tint(`Request ${showInTerminal(explanation.requestId)}`, 'bold', colour);
  const { trace } = explanation;
  if (trace === null) return `${head}\n\n${renderFindings(explanation.findings, colour)}`;
  const rows = trace.rows.map(({ layer, file, row, values, roles }) => [
    layer,
    showInTerminal(`${file}:${row}`),
    values.timestamp_utc ?? '',
    values.status ?? '',
    showInTerminal(roles.join(' ')),
  ]);
  const lines = trace.lines.map((line) => [line.line, line.step, line.step_amount, line.expected_cost].map((text) => showInTerminal(text ?? '')));
  return `${[head, alignColumns(rows, []), alignColumns(lines, [2, 3])].filter((part) => part !== '').join('\n\n')}\n`;
}
