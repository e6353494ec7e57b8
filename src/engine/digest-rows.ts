/** Digests of what was read: each layer's canonical rows, sorted by their own hash, so that files and order of rows do not matter. */
import { createHash } from 'node:crypto';
import { canonicalColumns } from '../model/evidence.ts';
import type { CanonicalColumn, Layer } from '../model/evidence.ts';
import type { Database } from './database.ts';
import type { Terms } from './terms.ts';
import { unitSeparator } from './reading/canonical-rows.ts';

/** The text of one value in a row's content; null is empty, which no value is. */
function content(column: CanonicalColumn): string {
  return column === 'charged_amount' ? `charged_amount, case when charged_amount is not null then 'e-' end, charged_decimals` : column;
}

/**
 * `sha256:` over the sorted hashes of the layer's rows. A row's hash is the first 128 bits of the SHA-256 of its canonical columns in
 * their order; the two halves are hashed column by column, so that the engine's chunk sizes do not matter.
 */
export async function digestRows(database: Database, layer: Layer, terms: Terms): Promise<string> {
  const filled = terms.filled[layer];
  const parts = canonicalColumns.map((column) => (filled.includes(column) ? content(column) : `''`));
  const defaults = filled.includes('kind') ? `* replace (coalesce(kind, 'charge') as kind)` : '*';
  const halves = [createHash('sha256'), createHash('sha256')];
  await database.columns(
    `with rows as (
  select ${defaults}
  from ${layer}_rows
  where not skipped
),
hashes as (
  select sha256(concat(${parts.join(`, ${unitSeparator}, `)}, ${unitSeparator}, case when tokens_flawed then 'flawed' end)) as hash
  from rows
)
select ('0x' || hash[1:16])::ubigint as high, ('0x' || hash[17:32])::ubigint as low
from hashes
order by high, low`,
    (column, bytes) => halves[column]?.update(bytes),
  );
  const digest = createHash('sha256');
  for (const half of halves) digest.update(half.digest());
  return `sha256:${digest.digest('hex')}`;
}
