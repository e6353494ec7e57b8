/** A sample of requests, each through all layers. */
import { amountInStep } from '../../model/line.ts';
import type { RequestTrace, TraceRow } from '../../model/trace.ts';
import { escapeMarkdown, left, markdownTable, right } from '../escape-markdown.ts';

const mostTraces = 10;
const mostRows = 20;

export function traceSections(traces: readonly RequestTrace[]): string {
  return traces.slice(0, mostTraces).map(traceSection).join('\n\n');
}

function traceSection({ requestId, rows, lines }: RequestTrace): string {
  const rowTable = markdownTable(
    [
      left('Layer'),
      left('Time'),
      left('Model'),
      left('Status'),
      right('Attempt'),
      right('Input'),
      right('Output'),
      right('Charged'),
      left('Role'),
      left('Place'),
    ],
    rows.slice(0, mostRows).map(rowCells),
  );
  const lineTable = markdownTable(
    [left('Line'), left('Step'), right('Step amount'), right('Expected'), right('Valued'), right('Charged')],
    lines.slice(0, mostRows).map((line) => [line.line, line.step, amountInStep(line), line.expected, line.rounded_total, line.charged_amount].map(cell)),
  );
  const left_out = Math.max(0, rows.length - mostRows) + Math.max(0, lines.length - mostRows);
  const note = left_out > 0 ? `${left_out} more rows left out here; \`trueup explain\` shows all.` : '';
  const body = [rowTable, lineTable, note].filter((part) => part !== '').join('\n\n');
  return `<details><summary>${escapeMarkdown(requestId)}</summary>\n\n${body}\n\n</details>`;
}

function rowCells({ layer, file, row, values, roles }: TraceRow): string[] {
  return [
    layer,
    cell(values.timestamp_utc),
    cell(values.model_billed ?? values.model_requested),
    cell(values.status),
    cell(values.attempt),
    cell(values.input_tokens),
    cell(values.output_tokens),
    cell(values.charged_amount),
    roles.map(escapeMarkdown).join(' '),
    escapeMarkdown(`${file}, row ${row}`),
  ];
}

function cell(value: string | null): string {
  return value === null ? '' : escapeMarkdown(value);
}
