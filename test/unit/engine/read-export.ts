/** Reads exports through a format written in YAML, as a run would: found, checked, copied where that is needed, loaded. Rows come back as text. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../../src/engine/database.ts';
import { createTypes, decimalsColumn, isAmount } from '../../../src/engine/reading/column-types.ts';
import { loadLayer } from '../../../src/engine/reading/load-layer.ts';
import { joinSql, sql } from '../../../src/engine/sql.ts';
import { namesChecked } from '../../../src/evidence/check-names.ts';
import { builtInFormats } from '../../../src/evidence/formats/built-in-formats.ts';
import { checkShape } from '../../../src/ledger/file-reader.ts';
import { formatSchema, parseFormat } from '../../../src/ledger/kinds/format.ts';
import { readYaml } from '../../../src/ledger/yaml-document.ts';
import type { CanonicalColumn, Format, Layer } from '../../../src/model/evidence.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { formatInstant } from '../../../src/model/instant.ts';
import { amountOfUnits } from '../../../src/model/money.ts';
import { collect, evidenceFolder, layerEvidence } from '../evidence/evidence-folder.ts';

/** Of each row that is read, what it has: canonical column → text; amounts as plain decimals, times as UTC. */
export type ReadRows = readonly Readonly<Partial<Record<CanonicalColumn, string>>>[];

export interface ReadExport {
  readonly rows: ReadRows;
  readonly findings: readonly Finding[];
  /** Rows that the filter, a total or a repeated header leaves out. */
  readonly filtered: number;
}

/** What is wrong with the text of a format file, as `path: what it should be`; a format that is right comes back parsed. */
export function formatOf(yaml: string): Format | readonly string[] {
  const { document, findings } = readYaml('formats/own.yaml', yaml);
  if (document === null) return findings.map(({ code }) => code);
  const { value, findings: wrong } = checkShape(formatSchema, document);
  return value === null ? wrong.map(({ args }) => `${args['key'] ?? ''}: ${args['expected'] ?? ''}`) : parseFormat(value);
}

export async function readExport(
  files: Readonly<Record<string, string | Uint8Array>>,
  format: string | Format,
  layer: Layer = 'provider',
): Promise<ReadExport> {
  const parsed = typeof format === 'string' ? formatOf(format) : format;
  if (!('columns' in parsed)) throw new Error(`the format is wrong: ${parsed.join('; ')}`);
  const named = Object.fromEntries(Object.entries(files).map(([name, content]) => [`periods/2026-05/evidence/${name}`, content]));
  const root = evidenceFolder(named);
  const folder = join(root, 'tmp');
  mkdirSync(folder);
  const patterns = Object.keys(files).map((name) => `evidence/${name}`);
  const evidence = await collect(root, [layerEvidence(layer, patterns, parsed.name)], {
    formats: [...builtInFormats.filter(({ name }) => name !== parsed.name), parsed],
    copyFolder: () => Promise.resolve(folder),
  });
  if (evidence.findings.some(({ severity }) => severity === 'inconclusive')) return { rows: [], findings: evidence.findings, filtered: 0 };
  const options = { file: ':memory:', temporaryFolder: folder, readable: [], folders: [root], memoryLimit: null, maxTemporaryBytes: 1_000_000n };
  const database = await openDatabase({ ...options, threads: 1, onPlan: null });
  try {
    for (const statement of createTypes) await database.run(statement);
    const loaded = await loadLayer(database, layer, evidence.files, { checkNames: namesChecked, onRows: () => undefined });
    const findings = [...evidence.findings, ...loaded.findings];
    if (loaded.files.length === 0) return { rows: [], findings, filtered: 0 };
    const columns = loaded.columns.flatMap((column) => (isAmount(column) ? [column, decimalsColumn(column)] : [column]));
    const rows = await database.rows(
      sql`select ${joinSql(columns.map((column) => sql`${column}::varchar as ${column}`))} from ${layer}_rows where not skipped order by rowid`,
    );
    return { rows: rows.map((row) => wordsOf(row, loaded.columns)), findings, filtered: loaded.files.reduce((sum, file) => sum + file.filtered, 0) };
  } finally {
    database.close();
  }
}

function wordsOf(row: Readonly<Record<string, unknown>>, columns: readonly CanonicalColumn[]): ReadRows[number] {
  const texts = columns.flatMap((column): (readonly [CanonicalColumn, string])[] => {
    const value = row[column];
    if (value === null || value === undefined) return [];
    const text = String(value);
    if (column === 'timestamp_utc') return [[column, formatInstant(BigInt(text))]];
    if (isAmount(column)) return [[column, amountOfUnits(text, Number(row[decimalsColumn(column)]))]];
    return [[column, text]];
  });
  return Object.fromEntries(texts);
}
