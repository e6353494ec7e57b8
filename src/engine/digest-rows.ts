/** Digests of what was read: each layer's canonical rows in an order of their own, so that files and the order of rows do not matter. */
import { createHash } from 'node:crypto';
import { canonicalColumns } from '../model/evidence.ts';
import type { CanonicalColumn, Layer } from '../model/evidence.ts';
import type { Database } from './database.ts';
import { unitSeparator } from './reading/canonical-rows.ts';
import type { LoadedLayer } from './reading/load-layer.ts';

/** The text of one value in a row's content; null is empty, which no value is. */
function content(column: CanonicalColumn): string {
  return column === 'charged_amount' ? `charged_amount, case when charged_amount is not null then 'e-' end, charged_decimals` : column;
}

/**
 * `sha256:` over the layer's rows, each as the 128-bit fingerprint (MD5) of its canonical columns, sorted, and over the exact sums of its
 * counts and amounts. It names the rows whatever files they came in; what seals the files is their own SHA-256 in the manifest. The sums
 * keep a pair of rows with one fingerprint, which can be made on purpose, from moving any total unseen.
 */
export async function digestRows(database: Database, { layer, columns, totals }: LoadedLayer): Promise<string> {
  const digest = createHash('sha256');
  digest.update(await fingerprints(database, layer, columns));
  const { rows, first, last, counts, amounts } = totals;
  digest.update(JSON.stringify([rows, first, last, Object.entries(counts), amounts.map(({ decimals, sum }) => [decimals, sum])]));
  return `sha256:${digest.digest('hex')}`;
}

async function fingerprints(database: Database, layer: Layer, filled: readonly CanonicalColumn[]): Promise<Buffer> {
  const defaults = filled.includes('kind') ? `* replace (coalesce(kind, 'charge') as kind)` : '*';
  const sorted = createHash('sha256');
  await database.rawBytes(
    `with rows as (
  select ${defaults}
  from ${layer}_rows
  where not skipped
)
select md5_number(concat(${contentParts(filled).join(', ')})) as fingerprint
from rows
order by fingerprint`,
    (bytes) => sorted.update(bytes),
  );
  return sorted.digest();
}

/** Every canonical column in its order, each followed by a separator; columns that no file fills are nothing but their separators. */
function contentParts(filled: readonly CanonicalColumn[]): string[] {
  const parts: string[] = [];
  let separators = 0;
  for (const column of canonicalColumns) {
    if (filled.includes(column)) {
      if (separators > 0) parts.push(separatorsOf(separators));
      parts.push(content(column));
      separators = 0;
    }
    separators += 1;
  }
  return [...parts, separatorsOf(separators), `case when tokens_flawed then 'flawed' end`];
}

function separatorsOf(count: number): string {
  return `repeat(${unitSeparator}, ${count})`;
}
