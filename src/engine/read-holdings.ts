/** Which accounts, environments, keys and models the rows of each layer name, for a period of which too little was compared. */
import { layers, type CanonicalColumn, type Layer } from '../model/evidence.ts';
import type { Observation } from '../model/reconciliation.ts';
import type { Database } from './database.ts';
import { sql } from './sql.ts';
import type { Terms } from './terms.ts';

/** So many values of a layer are named, the most frequent first. */
const shownValues = 5;

const holdings = {
  accounts: { application: 'account_ref', gateway: 'account_ref', provider: 'account_ref' },
  environments: { application: 'environment', gateway: 'environment', provider: 'environment' },
  keys: { application: 'key_ref', gateway: 'key_ref', provider: 'key_ref' },
  models: { application: 'model_requested', gateway: 'model_requested', provider: 'model_billed' },
} as const satisfies Record<string, Record<Layer, CanonicalColumn>>;

/** One observation, `coverage-low`: each word names the layers that hold such values, with the number of their rows. */
export async function readHoldings(database: Database, terms: Terms, count: number): Promise<Observation> {
  const args: Record<string, string> = {};
  for (const [word, columns] of Object.entries(holdings)) {
    const held: string[] = [];
    for (const layer of layers) {
      if (terms.filled[layer].includes(columns[layer])) held.push(await valuesOf(database, layer, columns[layer]));
    }
    if (held.length > 0) args[word] = held.join('; ');
  }
  return { code: 'coverage-low', count, amount: null, args, samples: [], row: null };
}

async function valuesOf(database: Database, layer: Layer, column: CanonicalColumn): Promise<string> {
  const rows = await database.rows(sql`select coalesce(${column}, '(none)') as value, count(*) as count
from ${layer}
group by 1
order by count desc, value
limit ${shownValues + 1}`);
  const named = rows.slice(0, shownValues).map((row) => `${String(row['value']).slice(0, 100)} (${String(row['count'])})`);
  return `${layer} ${[...named, ...(rows.length > shownValues ? ['more'] : [])].join(', ') || '(no rows)'}`;
}
