// The engine counting the rows of the same files, as a user would ask it to: the floor of any work on them.
// Usage: node count.mjs <evidence folder>
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const [evidence = ''] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const started = performance.now();
let rows = 0;
for (const name of (await readdir(evidence)).sort()) {
  const reader = await connection.runAndReadAll(`select count(*)::integer as rows from read_csv('${join(evidence, name)}')`);
  rows += reader.getRows()[0][0];
}
process.stdout.write(`${JSON.stringify({ rows, seconds: (performance.now() - started) / 1000 })}\n`);
