/** `trueup schema`: the JSON Schemas that are published. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { ledgerSchemas } from '../ledger/file-kinds.ts';
import { outputJsonSchema } from '../model/command-document.ts';
import { pullJsonSchema } from '../model/pull.ts';
import { resultJsonSchema } from '../model/result.ts';
import { type CommandContext, type SayFlags, reporting, say } from './run-flags.ts';

export function addSchemaCommand(program: Command, context: CommandContext): void {
  reporting(
    program
      .command('schema')
      .description('write the JSON Schemas of the ledger files, of pull.json, of result.json and of what --json prints')
      .option('--out <folder>', 'where to write them', 'schema'),
  ).action(async (flags: SayFlags & { readonly out: string }) => {
    const { out } = flags;
    await mkdir(out, { recursive: true });
    const schemas = Object.entries(ledgerSchemas()).map(([kind, schema]) => [kind, `${JSON.stringify(schema, null, 2)}\n`] as const);
    const all = [...schemas, ['pull', pullJsonSchema()] as const, ['result', resultJsonSchema()] as const, ['output', outputJsonSchema()] as const];
    for (const [kind, text] of all) await writeFile(join(out, `${kind}.schema.json`), text);
    say(context, flags, {
      document: () => ({ schema: 'trueup.schema/1', written: all.map(([kind]) => `${kind}.schema.json`) }),
      text: () => `Wrote ${all.length} schemas to ${out}.\n`,
      brief: () => '',
    });
    context.finish(0);
  });
}
