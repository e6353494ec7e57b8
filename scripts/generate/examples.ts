/** Writes examples/cometapi: `npx tsx scripts/generate/examples.ts [folder]`. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exampleLedger } from './example-ledger.ts';

const folder = process.argv[2] ?? 'examples/cometapi';
for (const [name, content] of exampleLedger()) {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}
