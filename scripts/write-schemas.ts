/** Writes the JSON Schemas of ledger files to schema/: `tsx scripts/write-schemas.ts`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { ledgerSchemas } from '../src/ledger/ledger-schemas.ts';

const folder = new URL('../schema/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [kind, schema] of Object.entries(ledgerSchemas())) {
  await writeFile(new URL(`${kind}.schema.json`, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
