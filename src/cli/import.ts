/** `trueup import`: a ledger from the runbook's JSON. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { importRunbook } from '../ledger/new/import/import-runbook.ts';
import { renderFindings } from '../report/render-findings.ts';
import { type CommandContext, exitCodeFor } from './run-flags.ts';

export function addImportCommand(program: Command, { print, finish, screen }: CommandContext): void {
  program
    .command('import')
    .description("turn the runbook's JSON into a ledger")
    .argument('<file>', 'JSON with reconciliation_period, pricing_snapshot, usage_rows and controls')
    .option('--out <folder>', 'a folder that does not exist yet or is empty', 'ledger')
    .action(async (file: string, { out }: { readonly out: string }) => {
      const { written, findings } = await importRunbook(resolve(file), resolve(out));
      const wrote = written.length === 0 ? 'Nothing was written.' : `Wrote to ${out}:\n${written.map((name) => `  ${name}`).join('\n')}`;
      print(`${wrote}\n\n${renderFindings(findings, screen)}`);
      finish(exitCodeFor(findings));
    });
}
