/** The column names of a Parquet file as they stand in it: the engine's reader gives the second of two equal ones another name. */
import type { EvidenceFile } from '../../model/evidence.ts';
import type { Database } from '../database.ts';
import { literal, sql } from '../sql.ts';

export async function parquetNames(database: Database, file: EvidenceFile): Promise<string[]> {
  const schema = await database.rows(sql`select name, coalesce(num_children, 0) as children from parquet_schema(${literal(file.path)})`);
  const names: string[] = [];
  // Depth first, the root in front: what stands below a column is passed over with it.
  let at = 1;
  while (at < schema.length) {
    names.push(String(schema[at]?.['name']));
    for (let left = 1; left > 0; at += 1) left += Number(schema[at]?.['children'] ?? 0) - 1;
  }
  return names;
}
