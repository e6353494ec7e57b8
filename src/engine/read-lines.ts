/** Reads the lines of a small period whole, for drills. */
import type { Database } from './database.ts';
import { joinSql, sql } from './sql.ts';
import { type Line, lineColumns } from '../model/line.ts';

/** The first lines in the order of the line file, at most `limit`; needs the view `line_rows`. */
export async function readFirstLines(database: Database, limit: number): Promise<readonly Line[]> {
  const columns = joinSql(lineColumns.map((name) => sql`${name}::varchar as ${name}`));
  return (await database.rows(sql`select ${columns} from line_rows limit ${limit}`)) as unknown as Line[];
}
