/** Keeps the last measurement of every size and words them as a table with the ratios that count. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ActionTimes } from './time-action.ts';

export interface Measurement {
  readonly requests: number;
  readonly rows: number;
  readonly bytes: number;
  readonly memory: string;
  readonly machine: string;
  readonly wcSeconds: number;
  readonly countSeconds: number;
  readonly reconcileSeconds: number;
  readonly peakBytes: number;
  readonly diskBytes: number;
}

/** Stores `measured` in `folder`/results.json beside the other sizes and returns the whole table as Markdown. */
export async function renderResults(folder: string, measured: Measurement, action: ActionTimes): Promise<string> {
  const file = join(folder, 'results.json');
  const known = await readFile(file, 'utf8').then(
    (text) => (JSON.parse(text) as { readonly sizes: readonly Measurement[] }).sizes,
    () => [],
  );
  const all = [...known.filter(({ requests }) => requests !== measured.requests), measured].sort((a, b) => a.requests - b.requests);
  await writeFile(file, `${JSON.stringify({ sizes: all, action }, null, 2)}\n`);
  return `# Benchmark

\`npm run bench\` writes this page: the best of some runs, all in one go on the machine named. Ratios count; the seconds of another machine differ.

| requests | rows | evidence | \`--memory\` | \`wc -l\` | \`count(*)\` | \`reconcile\` | ÷ \`count(*)\` | peak memory | temp disk |
| ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |
${all.map(tableRow).join('\n')}
${growth(all)}
The Action on the example ledger (three open periods), from spawn to exit: ${seconds(action.warm)} warm, ${seconds(action.cold)} on a new runner, where the engine comes from
the package registry first (Node ${action.node}).

Machine: ${measured.machine}. Evidence: three plain CSV files, generated with seed 1. \`count(*)\` is the same engine counting the same files.
`;
}

function tableRow(one: Measurement): string {
  const cells = [
    one.requests.toLocaleString('en'),
    one.rows.toLocaleString('en'),
    `${(one.bytes / 1e6).toFixed(0)} MB`,
    one.memory,
    seconds(one.wcSeconds),
    seconds(one.countSeconds),
    seconds(one.reconcileSeconds),
    `${(one.reconcileSeconds / one.countSeconds).toFixed(1)} ×`,
    gibibytes(one.peakBytes),
    gibibytes(one.diskBytes),
  ];
  return `| ${cells.join(' | ')} |`;
}

function growth(all: readonly Measurement[]): string {
  const million = all.find(({ requests }) => requests === 1_000_000);
  const ten = all.find(({ requests }) => requests === 10_000_000);
  if (million === undefined || ten === undefined) return '';
  return `\nTen times the requests take ${(ten.reconcileSeconds / million.reconcileSeconds).toFixed(1)} times as long.\n`;
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

function gibibytes(value: number): string {
  return `${(value / 2 ** 30).toFixed(2)} GiB`;
}
