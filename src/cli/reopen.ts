/** `trueup reopen`: takes a close or a freeze back, with a reason. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { reopenPeriod } from '../period/close-period.ts';
import { findingDocuments } from '../report/render-document.ts';
import { renderFindings } from '../report/render-findings.ts';
import { asOfOption, briefOf, type CommandContext, exitCodeFor, ledgerOption, type RunFlags, reporting, say } from './run-flags.ts';

export function addReopenCommand(program: Command, context: CommandContext): void {
  reporting(
    program
      .command('reopen')
      .description('write reopen-<n>.yaml: the period is open again, may be frozen anew, and its old closes stay')
      .argument('<period>', 'id of the period')
      .requiredOption('--reason <text>', 'why')
      .addOption(ledgerOption())
      .addOption(asOfOption()),
  ).action(async (period: string, flags: RunFlags & { readonly reason: string }) => {
    const { written, findings } = await reopenPeriod(resolve(flags.ledger), period, flags.reason, flags.asOf ?? context.today());
    say(context, flags, {
      document: () => ({ schema: 'trueup.reopen/1', period, written, findings: findingDocuments(findings) }),
      text: () => (written === null ? `${renderFindings(findings, context.screen)}\nNothing was written.\n` : `Wrote ${written}\n`),
      brief: () => (written === null ? `${briefOf(findings)}; nothing was written` : ''),
    });
    context.finish(exitCodeFor(findings, written));
  });
}
