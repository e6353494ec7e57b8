/** What exports and the page of a period are made of: its judgement, what stands around it, and its lines while the database is open. */
import type { Database } from '../engine/database.ts';
import { streamLines } from '../engine/write-lines.ts';
import type { Judgement } from '../model/judgement.ts';
import type { Line } from '../model/line.ts';
import type { ManifestFile, Result } from '../model/result.ts';
import type { Ledger } from '../model/ledger.ts';
import type { ExportSource } from '../report/exports/export-source.ts';
import { closedBefore, monthBefore } from './month-before.ts';
import type { PeriodFacts, PeriodTask } from './period-facts.ts';

interface Judged {
  readonly judgement: Judgement;
  readonly result: Result;
}

export function exportSource({ ledger, period }: PeriodTask, facts: PeriodFacts, { judgement, result }: Judged, database: Database): ExportSource {
  const isWritten = Object.keys(facts.lineRows).length > 0;
  return {
    result,
    findings: judgement.findings,
    ignored: judgement.ignored,
    ledger,
    period,
    inputs: manifestInputs(ledger, facts),
    before: monthBefore(ledger, period.id, []),
    earlier: closedBefore(ledger, period),
    lines: () => (isWritten ? streamLines(database) : noLines()),
  };
}

async function* noLines(): AsyncIterable<readonly Line[]> {
  // There are none.
}

/** Every ledger and evidence file that went in, for the manifest and the report. */
export function manifestInputs(ledger: Ledger, { files, pull, outcome }: PeriodFacts): ManifestFile[] {
  const rows = new Map(outcome?.loaded.flatMap((layer) => layer.files.map((loaded) => [loaded.file.name, loaded.rows] as const)) ?? []);
  return [
    ...ledger.files.map(({ name, bytes, sha256 }) => ({ name, role: 'ledger' as const, bytes, sha256, rows: null })),
    ...files.map(({ name, layer, bytes, sha256 }) => ({ name, role: layer, bytes, sha256, rows: rows.get(name) ?? null })),
    ...(pull === null ? [] : [{ ...pull, role: 'pull' as const, rows: null }]),
  ];
}
