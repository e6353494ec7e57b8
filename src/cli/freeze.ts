/** `trueup freeze`: pins the evidence of a period by hash. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { freezePeriod } from '../period/freeze-period.ts';
import { findingDocuments } from '../report/render-document.ts';
import { renderFindings } from '../report/render-findings.ts';
import {
  asOfOption,
  briefOf,
  type CommandContext,
  evidenceRootOption,
  exitCodeFor,
  ledgerOption,
  type RunFlags,
  runSettings,
  reporting,
  say,
} from './run-flags.ts';

export function addFreezeCommand(program: Command, context: CommandContext): void {
  reporting(
    program
      .command('freeze')
      .description('write evidence.lock: hashes, rows and sums of the evidence, which may not change from then on')
      .argument('<period>', 'id of the period')
      .addOption(ledgerOption())
      .addOption(asOfOption())
      .addOption(evidenceRootOption()),
  ).action(async (period: string, flags: RunFlags) => {
    const { written, files, findings } = await freezePeriod(resolve(flags.ledger), period, runSettings(flags, context));
    say(context, flags, {
      document: () => ({ schema: 'trueup.freeze/1', period, written, files, findings: findingDocuments(findings) }),
      text: () => (written === null ? `${renderFindings(findings, context.screen)}\nNothing was written.\n` : `Froze ${files} files. Wrote ${written}\n`),
      brief: () => (written === null ? `${briefOf(findings)}; nothing was written` : ''),
    });
    context.finish(exitCodeFor(findings, written));
  });
}
