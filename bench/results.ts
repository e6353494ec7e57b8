/** Keeps every measurement, newest last, and words the last of each size as tables with the ratios that count. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { floor, ourselves } from './contestants.ts';
import type { ActionTimes } from './time-action.ts';
import type { SmallTimes } from './time-small.ts';

/** Medians; seconds from spawn to exit, sizes in bytes. */
export interface Figures {
  readonly seconds: number;
  readonly least: number;
  readonly most: number;
  readonly peak: number;
  readonly disk: number;
}

export interface Measurement {
  readonly day: string;
  readonly requests: number;
  readonly rows: number;
  readonly bytes: number;
  readonly memory: string;
  readonly machine: string;
  readonly runs: number;
  readonly field: Readonly<Record<string, Figures>>;
}

/** Of the last run alone: what is short is mostly a start. */
export interface StartTimes {
  readonly action: ActionTimes;
  readonly small: SmallTimes;
}

/** Adds `measured` to `folder`/results.json and returns the page as Markdown. */
export async function renderResults(folder: string, measured: Measurement, { action, small }: StartTimes): Promise<string> {
  const file = join(folder, 'results.json');
  const known = await readFile(file, 'utf8').then(
    (text) => (JSON.parse(text) as { readonly measurements: readonly Measurement[] }).measurements,
    () => [],
  );
  const all = [...known, measured];
  await writeFile(file, `${JSON.stringify({ measurements: all, action, small }, null, 2)}\n`);
  return pageOf(all, { action, small });
}

function pageOf(all: readonly Measurement[], { action, small }: StartTimes): string {
  const kinds = [...new Set(all.map(kindOf))];
  const latest = kinds.map((kind) => all.findLast((one) => kindOf(one) === kind)).filter((one) => one !== undefined);
  return `# Benchmark

\`npm run bench\` writes this page: each contestant in turn, medians of the rounds, all in one go on the machine named. Ratios count; the seconds of another
machine differ. \`count(*)\` is the same engine counting the same files; *by hand* is what a specialist would write in SQL for this one month, polars and pandas
the same in their own words ([peers](peers)): the joins, duplicates, dated prices, one category for each charge and Parquet, but no hash, check, digest, cut or
finding. That all come to the same charges is checked in every run. *reconcile, sums* is the same month against a provider that tells one row an hour and model in
place of each charge.
${latest.map(tableOf).join('\n')}
The Action on the example ledger (four open periods), from spawn to exit: ${seconds(action.warm)} warm, ${seconds(action.cold)} on a new runner, where the engine comes from
the package registry first (Node ${action.node}). The command line: one month of it ${seconds(small.one)}, three ${seconds(small.three)}, a change that touches no ledger
${seconds(small.notApplicable)}.

## History

| day | requests | \`--memory\` | reconcile | ÷ \`count(*)\` | peak memory | temp disk | machine |
| --- | ---: | --- | ---: | ---: | ---: | ---: | --- |
${all.map(historyRow).join('\n')}
`;
}

function kindOf({ requests, memory }: Measurement): string {
  return `${requests} ${memory}`;
}

function tableOf(one: Measurement): string {
  const rows = Object.entries(one.field).map(([name, { seconds: own, least, most, peak, disk }]) => {
    const cells = [name, `${seconds(own)} (${least.toFixed(2)}–${most.toFixed(2)})`, ratio(own, one), gibibytes(peak), gibibytes(disk)];
    return `| ${cells.join(' | ')} |`;
  });
  return `
## ${one.requests.toLocaleString('en')} requests

${one.rows.toLocaleString('en')} rows, ${(one.bytes / 1e6).toFixed(0)} MB in three plain CSV files; \`--memory\` ${one.memory}; ${one.runs} rounds on ${one.day}; ${one.machine}.

| who | median (least–most) | ÷ \`count(*)\` | peak memory | temp disk |
| --- | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`;
}

function historyRow(one: Measurement): string {
  const own = one.field[ourselves];
  if (own === undefined) return '';
  const cells = [
    one.day,
    one.requests.toLocaleString('en'),
    one.memory,
    seconds(own.seconds),
    ratio(own.seconds, one),
    gibibytes(own.peak),
    gibibytes(own.disk),
  ];
  return `| ${[...cells, one.machine].join(' | ')} |`;
}

function ratio(own: number, { field }: Measurement): string {
  const least = field[floor]?.seconds;
  return least === undefined ? '' : `${(own / least).toFixed(1)} ×`;
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

function gibibytes(value: number): string {
  return value === 0 ? '' : `${(value / 2 ** 30).toFixed(2)} GiB`;
}
