/** What freeze needs of the engine: every row read once, its sums per file, and where something stands that must not be frozen. */
import { evidenceLayers, type EvidenceFile } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { FrozenSums } from '../model/lock.ts';
import type { Database } from './database.ts';
import { createTypes } from './reading/column-types.ts';
import { readFileTotals } from './reading/file-totals.ts';
import type { CheckNames } from './reading/check-names-hook.ts';
import { loadLayer } from './reading/load-layer.ts';
import { findSuspectRows, type Suspect, type Suspicions } from './reading/suspect-rows.ts';
import { sql } from './sql.ts';

export interface MeasureJob {
  readonly files: readonly EvidenceFile[];
  readonly currency: string;
  readonly checkNames: CheckNames;
  /** What to look for in a file, whose columns are known by then. */
  readonly suspicionsOf: (file: EvidenceFile) => Suspicions;
}
export interface MeasuredFile {
  readonly file: EvidenceFile;
  readonly sums: FrozenSums;
  readonly suspects: readonly Suspect[];
}
export interface Measured {
  readonly files: readonly MeasuredFile[];
  /** Rows that could not be read, and columns that do not fit. */
  readonly findings: readonly Finding[];
}

export async function measureEvidence(database: Database, job: MeasureJob): Promise<Measured> {
  for (const statement of createTypes) await database.run(statement);
  const files: MeasuredFile[] = [];
  const findings: Finding[] = [];
  for (const layer of evidenceLayers) {
    const own = job.files.filter((file) => file.layer === layer);
    if (own.length === 0) continue;
    const loaded = await loadLayer(database, layer, own, { checkNames: job.checkNames, onRows: () => undefined });
    findings.push(...loaded.findings);
    if (loaded.files.length === 0) continue;
    const sums = await readFileTotals(database, loaded, job.currency);
    for (const [index, { file }] of loaded.files.entries()) {
      const own = sums[index];
      if (own === undefined) continue;
      files.push({ file, sums: own, suspects: await findSuspectRows(database, file, job.suspicionsOf(file)) });
    }
    await database.run(sql`drop table ${layer}_rows`);
  }
  return { files, findings };
}
