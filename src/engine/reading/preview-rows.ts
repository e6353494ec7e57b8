/** What a person is shown of a file before a run reads it: its first canonical rows, and the first raw ones of Parquet. */
import type { Database } from '../database.ts';
import { createTypes, decimalsColumn, isAmount } from './column-types.ts';
import { type LoadHooks, loadLayer } from './load-layer.ts';
import { identifier, joinSql, literal, sql } from '../sql.ts';
import type { CanonicalColumn, EvidenceFile } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';
import { formatInstant } from '../../model/instant.ts';
import { amountOfUnits } from '../../model/money.ts';

export interface RowPreview {
  readonly columns: readonly CanonicalColumn[];
  /** Amounts as plain decimals, times as UTC; null is null. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows of the whole file that count. */
  readonly count: number;
  readonly findings: readonly Finding[];
}

/** Reads the whole file as a run does. The database must hold nothing yet. */
export async function previewRows(database: Database, file: EvidenceFile, most: number, hooks: LoadHooks): Promise<RowPreview> {
  for (const statement of createTypes) await database.run(statement);
  const { layer } = file;
  const { columns, files, findings } = await loadLayer(database, layer, [file], hooks);
  if (files.length === 0) return { columns, rows: [], count: 0, findings };
  const wanted = columns.flatMap((column) => (isAmount(column) ? [column, decimalsColumn(column)] : [column]));
  const found = await database.rows(
    sql`select ${joinSql(wanted.map((column) => sql`${column}::varchar as ${column}`))} from ${layer}_rows where not skipped order by rowid limit ${most}`,
  );
  const [counted] = await database.rows(sql`select count(*) as rows from ${layer}_rows where not skipped`);
  const count = Number(counted?.['rows'] ?? 0);
  return { columns, rows: found.map((row) => columns.map((column) => wordOf(row, column))), count, findings };
}

function wordOf(row: Readonly<Record<string, unknown>>, column: CanonicalColumn): string | null {
  const value = row[column];
  if (value === null || value === undefined) return null;
  if (column === 'timestamp_utc') return formatInstant(BigInt(String(value)));
  return isAmount(column) ? amountOfUnits(value, Number(row[decimalsColumn(column)])) : String(value);
}

export interface ParquetSample {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly values: readonly (string | null)[] }[];
  /** Whether there are no more. */
  readonly isWhole: boolean;
}

export async function sampleParquet(database: Database, path: string, most: number): Promise<ParquetSample> {
  const described = await database.rows(sql`describe select * from read_parquet(${literal(path)})`);
  const columns = described.map((column) => ({ name: String(column['column_name']), type: String(column['column_type']) }));
  const texts = columns.map(({ name }, index) => sql`${identifier(name)}::varchar as ${identifier(`c${index}`)}`);
  const rows = await database.rows(sql`select ${joinSql(texts)} from read_parquet(${literal(path)}) limit ${most + 1}`);
  const values = (index: number): (string | null)[] => rows.slice(0, most).map((row) => (row[`c${index}`] ?? null) as string | null);
  return { columns: columns.map((column, index) => ({ ...column, values: values(index) })), isWhole: rows.length <= most };
}
