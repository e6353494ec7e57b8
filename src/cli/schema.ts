/** `trueup schema`: the JSON Schemas that are published. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ledgerSchemas } from '../ledger/file-kinds.ts';
import { pullJsonSchema } from '../model/pull.ts';
import { resultJsonSchema } from '../model/result.ts';
import type { CommandContext } from './run-flags.ts';

export function addSchemaCommand(program: Command, { print, finish }: CommandContext): void {
  program
    .command('schema')
    .description('write the JSON Schemas of the ledger files, of pull.json and of result.json')
    .option('--out <folder>', 'where to write them', 'schema')
    .action(async ({ out }: { readonly out: string }) => {
      await mkdir(out, { recursive: true });
      const schemas = Object.entries(ledgerSchemas()).map(([kind, schema]) => [kind, `${JSON.stringify(schema, null, 2)}\n`] as const);
      const all = [...schemas, ['pull', pullJsonSchema()] as const, ['result', resultJsonSchema()] as const];
      for (const [kind, text] of all) await writeFile(join(out, `${kind}.schema.json`), text);
      print(`Wrote ${all.length} schemas to ${out}.\n`);
      finish(0);
    });
}
