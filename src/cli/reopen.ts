/** `trueup reopen`: takes a close or a freeze back, with a reason. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { reopenPeriod } from '../period/close-period.ts';
import { renderFindings } from '../report/render-findings.ts';
import { asOfOption, type CommandContext, exitCodeFor, ledgerOption, type RunFlags } from './run-flags.ts';

export function addReopenCommand(program: Command, context: CommandContext): void {
  program
    .command('reopen')
    .description('write reopen-<n>.yaml: the period is open again, may be frozen anew, and its old closes stay')
    .argument('<period>', 'id of the period')
    .requiredOption('--reason <text>', 'why')
    .addOption(ledgerOption())
    .addOption(asOfOption())
    .action(async (period: string, flags: RunFlags & { readonly reason: string }) => {
      const { written, findings } = await reopenPeriod(resolve(flags.ledger), period, flags.reason, flags.asOf ?? context.today());
      context.print(written === null ? `${renderFindings(findings, context.screen)}\nNothing was written.\n` : `Wrote ${written}\n`);
      context.finish(exitCodeFor(findings, written));
    });
}
