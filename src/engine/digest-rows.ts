/** Digests of what was read: each layer's canonical rows in an order of their own, so that files and the order of rows do not matter. */
import { createHash } from 'node:crypto';
import type { Database } from './database.ts';
import { unitSeparator } from './reading/canonical-rows.ts';
import { decimalsColumn, defaultedColumns, isAmount, withDefault } from './reading/column-types.ts';
import type { LoadedLayer } from './reading/load-layer.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import { type CanonicalColumn, canonicalColumns, type EvidenceLayer } from '../model/evidence.ts';

/** The text of one value in a row's content; null is empty, which no value is. */
function content(column: CanonicalColumn): Sql {
  return isAmount(column) ? sql`${column}, case when ${column} is not null then 'e-' end, ${decimalsColumn(column)}` : sql`${column}`;
}

/**
 * `sha256:` over the layer's rows, each as the 128-bit fingerprint (MD5) of its canonical columns, sorted, and over the exact sums of its
 * counts and amounts. It names the rows whatever files they came in; what seals the files is their own SHA-256 in the manifest. The sums
 * keep a pair of rows with one fingerprint, which can be made on purpose, from moving any total unseen.
 */
export async function digestRows({ here: database }: Database, { layer, columns, totals }: LoadedLayer): Promise<string> {
  const digest = createHash('sha256');
  digest.update(await fingerprints(database, layer, columns));
  const { rows, first, last, counts, amounts, stated } = totals;
  const sums = [amounts, ...(stated.length === 0 ? [] : [stated])].map((list) => list.map(({ decimals, sum }) => [decimals, sum]));
  digest.update(JSON.stringify([rows, first, last, Object.entries(counts), ...sums]));
  return `sha256:${digest.digest('hex')}`;
}

async function fingerprints(database: Database, layer: EvidenceLayer, filled: readonly CanonicalColumn[]): Promise<Buffer> {
  const replaced = defaultedColumns.filter((column) => filled.includes(column)).map((column) => withDefault(column));
  const defaults = replaced.length === 0 ? sql`*` : sql`* replace (${joinSql(replaced)})`;
  const sorted = createHash('sha256');
  await database.rawBytes(
    sql`with rows as (
  select ${defaults}
  from ${layer}_rows
  where not skipped
)
select md5_number(concat(${joinSql(contentParts(filled))})) as fingerprint
from rows
order by fingerprint`,
    (bytes) => sorted.update(bytes),
  );
  return sorted.digest();
}

/** The last column that rows had when digests were first written; a later one counts only where it is filled, so that older digests stay. */
const lastOfFirst: CanonicalColumn = 'prompt_version';

/** Every column in its order, each followed by a separator; columns that no file fills are nothing but their separators, later ones nothing at all. */
function contentParts(filled: readonly CanonicalColumn[]): Sql[] {
  const parts: Sql[] = [];
  let separators = 0;
  const first = canonicalColumns.slice(0, canonicalColumns.indexOf(lastOfFirst) + 1);
  for (const column of first) {
    if (filled.includes(column)) {
      if (separators > 0) parts.push(separatorsOf(separators));
      parts.push(content(column));
      separators = 0;
    }
    separators += 1;
  }
  const later = canonicalColumns.slice(first.length).filter((column) => filled.includes(column));
  const named = later.flatMap((column) => [literal(column), separatorsOf(1), content(column), separatorsOf(1)]);
  return [...parts, separatorsOf(separators), sql`case when tokens_flawed then 'flawed' end`, ...named];
}

function separatorsOf(count: number): Sql {
  return sql`repeat(${unitSeparator}, ${count})`;
}
