/** What the rows of each layer say of their own completeness: rows, span and sum of every file, the days that have rows, and holes in ids that are counted up. */
import type { Database } from './database.ts';
import type { LoadedFile, LoadedLayer } from './reading/load-layer.ts';
import { joinSql, sql, type Sql } from './sql.ts';
import type { Terms } from './terms.ts';
import type { FileCompleteness, LayerCompleteness } from '../model/completeness.ts';
import type { EvidenceLayer } from '../model/evidence.ts';
import { amountOfUnits } from '../model/money.ts';

const idColumns = ['request_id', 'provider_request_id', 'response_id'] as const;

/** Needs the finished relations of the period's run. */
export async function readCompleteness(database: Database, terms: Terms, loaded: readonly LoadedLayer[]): Promise<LayerCompleteness[]> {
  const layers: LayerCompleteness[] = [];
  for (const { layer, files } of loaded) {
    const days = await database.rows(
      sql`select distinct timestamp_utc // 86400000000 as day from ${layer} where timestamp_utc >= ${terms.start} and timestamp_utc < ${terms.end} order by day`,
    );
    const ids = terms.filled[layer].flatMap((column) => idColumns.filter((id) => id === column));
    const counted: LayerCompleteness['ids'][number][] = [];
    for (const column of ids) counted.push(...(await readCounted(database, layer, column)));
    layers.push({ layer, days: days.map(({ day }) => Number(day)), ids: counted, files: await readFiles(database, terms, layer, files) });
  }
  return layers;
}

async function readFiles(database: Database, terms: Terms, layer: EvidenceLayer, files: readonly LoadedFile[]): Promise<FileCompleteness[]> {
  if (files.length === 0) return [];
  const number = sql`case ${joinSql(
    files.map(({ firstRow, rows }, index) => sql`when seq < ${firstRow + rows} then ${index}`),
    ' ',
  )} end`;
  const rows = await database.rows(
    sql`select ${number} as file, min(timestamp_utc) as first, max(timestamp_utc) as last, sum(charged)::hugeint as amount from ${layer} group by 1`,
  );
  return files.map(({ file, rows: read, filtered }, index) => {
    const own = rows.find((row) => Number(row['file']) === index);
    const instant = (value: unknown): bigint | null => (value === null || value === undefined ? null : BigInt(String(value)));
    return {
      name: file.name,
      rows: read,
      filtered,
      first: instant(own?.['first']),
      last: instant(own?.['last']),
      amount: own?.['amount'] === null || own?.['amount'] === undefined ? null : amountOfUnits(own['amount'], terms.scale),
    };
  });
}

/** Nothing where an id is no plain whole number, or where fewer than half of the range is there: such ids are not counted up. */
async function readCounted(database: Database, layer: EvidenceLayer, column: (typeof idColumns)[number]): Promise<LayerCompleteness['ids'][number][]> {
  const id: Sql = sql`${column}`;
  const [row] = await database.rows(sql`select
  count(distinct ${id})::bigint as ids,
  bool_and(regexp_full_match(${id}, '[1-9][0-9]{0,17}')) as whole,
  min(try_cast(${id} as bigint)) as lowest,
  max(try_cast(${id} as bigint)) as highest
from ${layer}`);
  if (row?.['whole'] !== true) return [];
  const [ids, lowest, highest] = [row['ids'], row['lowest'], row['highest']].map((value) => BigInt(String(value)));
  if (ids === undefined || lowest === undefined || highest === undefined) return [];
  const range = highest - lowest + 1n;
  return ids < 2n || ids * 2n < range ? [] : [{ column, lowest, highest, missing: range - ids }];
}
