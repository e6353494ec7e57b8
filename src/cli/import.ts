/** `trueup import`: a ledger from the runbook's JSON. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { importRunbook } from '../ledger/new/import/import-runbook.ts';
import { findingDocuments } from '../report/render-document.ts';
import { renderFindings } from '../report/render-findings.ts';
import { verdictOfFindings } from '../policy/weigh-ledger.ts';
import { briefOf, type CommandContext, type SayFlags, exitCodeFor, reporting, say } from './run-flags.ts';

export function addImportCommand(program: Command, context: CommandContext): void {
  reporting(
    program
      .command('import')
      .description("turn the runbook's JSON into a ledger")
      .argument('<file>', 'JSON with reconciliation_period, pricing_snapshot, usage_rows and controls')
      .option('--out <folder>', 'a folder that does not exist yet or is empty', 'ledger'),
  ).action(async (file: string, flags: SayFlags & { readonly out: string }) => {
    const { out } = flags;
    const { written, findings } = await importRunbook(resolve(file), resolve(out));
    const wrote = written.length === 0 ? 'Nothing was written.' : `Wrote to ${out}:\n${written.map((name) => `  ${name}`).join('\n')}`;
    say(context, flags, {
      document: () => ({ schema: 'trueup.import/1', verdict: verdictOfFindings(findings), written, findings: findingDocuments(findings) }),
      text: () => `${wrote}\n\n${renderFindings(findings, context.screen)}`,
      brief: () => briefOf(findings),
    });
    context.finish(exitCodeFor(findings));
  });
}
