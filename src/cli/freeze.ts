/** `trueup freeze`: pins the evidence of a period by hash. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { freezePeriod } from '../period/freeze-period.ts';
import { renderFindings } from '../report/render-findings.ts';
import { asOfOption, type CommandContext, evidenceRootOption, exitCodeFor, ledgerOption, type RunFlags, runSettings } from './run-flags.ts';

export function addFreezeCommand(program: Command, context: CommandContext): void {
  program
    .command('freeze')
    .description('write evidence.lock: hashes, rows and sums of the evidence, which may not change from then on')
    .argument('<period>', 'id of the period')
    .addOption(ledgerOption())
    .addOption(asOfOption())
    .addOption(evidenceRootOption())
    .action(async (period: string, flags: RunFlags) => {
      const { written, files, findings } = await freezePeriod(resolve(flags.ledger), period, runSettings(flags, context));
      if (written === null) context.print(`${renderFindings(findings, context.screen)}\nNothing was written.\n`);
      else context.print(`Froze ${files} files. Wrote ${written}\n`);
      context.finish(exitCodeFor(findings, written));
    });
}
