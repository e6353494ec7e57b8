/** `trueup close`: records the approved result of a period by digest. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { closePeriod } from '../period/close-period.ts';
import { renderFindings } from '../report/render-findings.ts';
import { renderTerminal } from '../report/render-terminal.ts';
import { asOfOption, type CommandContext, evidenceRootOption, exitCodeFor, ledgerOption, type RunFlags, runSettings } from './run-flags.ts';

interface CloseFlags extends RunFlags {
  readonly approvedBy: string;
  readonly note?: string;
}

export function addCloseCommand(program: Command, context: CommandContext): void {
  program
    .command('close')
    .description('compute a frozen period once more and write close-<n>.yaml; only after pass, or warn with a note')
    .argument('<period>', 'id of the period')
    .requiredOption('--approved-by <login>', 'login of the person who approves the numbers')
    .option('--note <text>', 'why the result is accepted; required when it warns')
    .addOption(ledgerOption())
    .addOption(asOfOption())
    .addOption(evidenceRootOption())
    .action(async (period: string, flags: CloseFlags) => {
      const approval = { approvedBy: flags.approvedBy, note: flags.note ?? null };
      const { written, result, findings, refusals } = await closePeriod(resolve(flags.ledger), period, approval, {
        ...runSettings(flags, context),
        programSha256: context.programSha256(),
      });
      context.print(result === null ? renderFindings(findings, context.screen) : renderTerminal({ result, findings, before: null }, 'screen', context.screen));
      context.print(written === null ? `\n${refusals.map((sentence) => `${sentence}.\n`).join('')}Nothing was written.\n` : `\nWrote ${written}\n`);
      context.finish(exitCodeFor(findings, written));
    });
}
