/** Reads the texts of single rows as they stand in their file, for findings and explanations. */
import type { EvidenceFile, Format, EvidenceLayer } from '../../model/evidence.ts';
import type { Database } from '../database.ts';
import { identifier, joinSql, sql } from '../sql.ts';
import { canonicalRows, filledColumns } from './canonical-rows.ts';
import { textOf } from './typed-column.ts';

/** The original texts of some data rows of a file, ascending by row. */
export async function originalTexts(
  database: Database,
  layer: EvidenceLayer,
  file: EvidenceFile,
  format: Format,
  rows: readonly number[],
): Promise<Readonly<Record<string, unknown>>[]> {
  if (rows.length === 0) return [];
  const columns = joinSql(filledColumns(layer, file, format).map(textOf));
  return database.rows(
    sql`select ${columns} from (select *, row_number() over () as ${identifier('data row')} from (${canonicalRows(layer, file, format, { reading: 'serial', originals: 'kept' })})) where ${identifier('data row')} in (${joinSql(rows)}) order by ${identifier('data row')}`,
  );
}
