/** `trueup close`: records the approved result of a period by digest. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ClosedPeriod, closePeriod } from '../period/close-period.ts';
import { findingDocuments } from '../report/render-document.ts';
import { renderFindings } from '../report/render-findings.ts';
import { verdictOfFindings } from '../policy/weigh-ledger.ts';
import { renderTerminal } from '../report/render-terminal.ts';
import {
  asOfOption,
  type CommandContext,
  evidenceRootOption,
  exitCodeFor,
  ledgerOption,
  type RunFlags,
  type Views,
  runSettings,
  reporting,
  say,
} from './run-flags.ts';

interface CloseFlags extends RunFlags {
  readonly approvedBy: string;
  readonly note?: string;
}

export function addCloseCommand(program: Command, context: CommandContext): void {
  reporting(
    program
      .command('close')
      .description('compute a frozen period once more and write close-<n>.yaml; only after pass, or warn with a note')
      .argument('<period>', 'id of the period')
      .requiredOption('--approved-by <login>', 'login of the person who approves the numbers')
      .option('--note <text>', 'why the result is accepted; required when it warns')
      .addOption(ledgerOption())
      .addOption(asOfOption())
      .addOption(evidenceRootOption()),
  ).action(async (period: string, flags: CloseFlags) => {
    const approval = { approvedBy: flags.approvedBy, note: flags.note ?? null };
    const closed = await closePeriod(resolve(flags.ledger), period, approval, {
      ...runSettings(flags, context),
      programSha256: context.programSha256(),
    });
    say(context, flags, viewsOf(period, closed, context.screen));
    context.finish(exitCodeFor(closed.findings, closed.written));
  });
}

function viewsOf(period: string, { written, result, findings, refusals }: ClosedPeriod, screen: CommandContext['screen']): Views {
  const verdict = result?.verdict ?? verdictOfFindings(findings);
  return {
    document: () => ({
      schema: 'trueup.close/1',
      period,
      written,
      refusals,
      verdict,
      result_digest: result?.digests.result ?? null,
      findings: findingDocuments(findings),
    }),
    text: () => {
      const judged = result === null ? renderFindings(findings, screen) : renderTerminal({ result, findings, before: null }, 'screen', screen);
      return `${judged}\n${written === null ? `${refusals.map((sentence) => `${sentence}.\n`).join('')}Nothing was written.\n` : `Wrote ${written}\n`}`;
    },
    brief: () => (written === null ? `${verdict}; nothing was written` : verdict),
  };
}
