/** Exports one period in a form that other programs read: judged anew, as `reconcile` judges it, and written whole or not at all. */
import { createWriteStream, rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { makeOwnFolder } from '../host/own-folder.ts';
import type { Finding } from '../model/finding.ts';
import { whenStopped } from '../model/interruption.ts';
import { temporaryName } from '../model/temporary-names.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Exporter, ExportFile, ExportSource } from '../report/exports/export-source.ts';
import { scrubSecrets } from '../report/scrub-secrets.ts';
import { type PeriodTask, withFacts } from './period-facts.ts';
import { exportSource } from './export-source.ts';
import { judgePeriod, periodNamed, type RunOptions, validateLedger } from './reconcile.ts';

export interface Exported {
  /** Of the period that was exported; a file is written whatever it is. */
  readonly verdict: Verdict;
  /** Paths of what was written, below `out`; empty when the ledger could not be read. */
  readonly files: readonly string[];
  /** Why nothing was written. */
  readonly findings: readonly Finding[];
}

/** Writes each file of the exporter below `options.out`, in the place of an earlier one. */
export async function exportPeriod(options: RunOptions, exporter: Exporter): Promise<Exported> {
  const { ledger, findings } = await validateLedger(options.ledgerRoot, options.asOf);
  if (ledger === null) return { verdict: 'inconclusive', files: [], findings };
  const task: PeriodTask = { ledger, findings, period: periodNamed(ledger, options.periods[0] ?? ''), settings: { ...options, lineFiles: ['lines.parquet'] } };
  const lines = await makeOwnFolder(options.temporaryRoot, 'export');
  try {
    return await withFacts(task, lines.path, async (facts, database) => {
      const source = exportSource(task, facts, judgePeriod(task, facts), database);
      const files: string[] = [];
      for (const file of exporter.files) files.push(await writeExport(options.out, file, source));
      return { verdict: source.result.verdict, files, findings: [] };
    });
  } finally {
    await lines.remove();
  }
}

/** Writes one file below `out`, whole or not at all; returns its path. */
export async function writeExport(out: string, { name, content }: ExportFile, source: ExportSource): Promise<string> {
  const target = join(out, name(source.period.id));
  await mkdir(dirname(target), { recursive: true });
  const temporary = join(dirname(target), `${temporaryName(`.${basename(target)}`)}.tmp`);
  const forget = whenStopped(() => rmSync(temporary, { force: true }));
  try {
    await pipeline(Readable.from(scrubbed(content(source))), createWriteStream(temporary, { flags: 'wx' }));
    await rename(temporary, target);
    return target;
  } finally {
    await rm(temporary, { force: true });
    forget();
  }
}

/** Text of each piece without secrets; a piece is whole lines, so that none is cut in two. */
async function* scrubbed(pieces: ReturnType<ExportFile['content']>): AsyncIterable<string | Uint8Array> {
  for await (const piece of pieces) yield typeof piece === 'string' ? scrubSecrets(piece) : piece;
}
