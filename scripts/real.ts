/**
 * `npm run real -- [--data <folder>] [--keep <folder>] [--days <n>]`: a month of real requests from the public traces, with seeded anomalies,
 * reconciled by the same pipeline as everything else and held against what was injected. Exits 0 when the data folder is not there.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { differencesOf } from './generate/compare-injected.ts';
import { type RealMonth, realPeriod, writeRealMonth } from './generate/real-month.ts';
import { priceMaps } from './generate/real-shop.ts';
import { traceSources } from './generate/traces.ts';
import { toolVersion } from '../src/model/tool-version.ts';
import { type LedgerRun, reconcileLedger } from '../src/period/reconcile.ts';
import { renderTerminal } from '../src/report/render-terminal.ts';
import { screenWidth } from '../src/report/terminal-style.ts';

const { values } = parseArgs({ options: { data: { type: 'string' }, keep: { type: 'string' }, days: { type: 'string' } } });
const data = path.resolve(values.data ?? '../shared/data');
const missing = neededFiles().filter((name) => !existsSync(path.join(data, name)));
if (missing.length > 0) process.stdout.write(`Nothing to do: ${data} lacks ${missing.join(', ')}.\n`);
else process.exitCode = await main();

function neededFiles(): string[] {
  return [...traceSources.map(({ file }) => file), ...priceMaps.map(({ file }) => `price-maps/litellm-via-tokencost/${file}`)];
}

async function main(): Promise<number> {
  const days = Number(values.days ?? '30');
  if (!Number.isInteger(days) || days < 1 || days > 30) {
    process.stderr.write('real: --days takes a whole number from 1 to 30.\n');
    return 64;
  }
  const folder = values.keep === undefined ? await mkdtemp(path.join(tmpdir(), 'trueup-real-')) : path.resolve(values.keep);
  try {
    const written = await timed('ledger written', async () => writeRealMonth(data, folder, days));
    const run = await timed('reconciled', async () => reconcile(folder));
    return report(written, run);
  } finally {
    if (values.keep === undefined) await rm(folder, { recursive: true, force: true });
    else process.stdout.write(`The ledger is in ${folder}.\n`);
  }
}

async function reconcile(folder: string): Promise<LedgerRun> {
  return reconcileLedger({
    ledgerRoot: folder,
    evidenceRoot: null,
    out: path.join(folder, '.trueup'),
    periods: [realPeriod.id],
    asOf: '2025-07-15',
    through: null,
    lineFiles: ['lines.parquet'],
    toolVersion,
    temporaryRoot: tmpdir(),
    memoryBytes: (BigInt(totalmem()) * 6n) / 10n,
    onProgress: () => undefined,
    onPlan: null,
  });
}

/** Prints the terminal view and how the bridge compares with the injected amounts; 0 when they are equal to the digit. */
function report({ calls, tally }: RealMonth, { periods }: LedgerRun): number {
  const [run] = periods;
  if (run === undefined) {
    process.stderr.write('real: the generated ledger could not be read.\n');
    return 2;
  }
  process.stdout.write(
    `${renderTerminal({ result: run.result, findings: run.judgement.findings, before: null }, 'all', { colour: 'plain', width: screenWidth(undefined) })}\n`,
  );
  const countRows = (rows: readonly { readonly step: string; readonly count: number }[]) => rows.map((row) => ({ ...row, amount: '0' }));
  const different = [
    ...differencesOf(tally.bridge(), run.judgement.bridge),
    ...differencesOf(countRows(tally.countBridge()), countRows(run.judgement.countBridge)),
  ];
  for (const { step, injected, computed } of different) process.stdout.write(`${step}: injected ${injected}, computed ${computed}\n`);
  const equal = 'Every step and every count equals what was injected, to the digit.';
  process.stdout.write(`${calls} real requests. ${different.length === 0 ? equal : `${different.length} differ from what was injected.`}\n`);
  return different.length === 0 ? 0 : 1;
}

async function timed<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
  const started = performance.now();
  const value = await work();
  process.stdout.write(`${what} in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  return value;
}
