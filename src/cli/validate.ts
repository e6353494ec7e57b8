/** `trueup validate`: checks every file of the ledger, and what stands around it for placeholders. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { findSharedPlaceholders } from '../ledger/shared-placeholders.ts';
import { verdictOfFindings } from '../policy/weigh-ledger.ts';
import { validateLedger } from '../period/reconcile.ts';
import { findingDocuments } from '../report/render-document.ts';
import { renderFindings } from '../report/render-findings.ts';
import { asOfOption, briefOf, type CommandContext, type RunFlags, exitCodeFor, ledgerOption, reporting, say } from './run-flags.ts';

export function addValidateCommand(program: Command, context: CommandContext): void {
  const { finish, today, screen } = context;
  reporting(
    program
      .command('validate')
      .description('check every file of the ledger, and owners and workflows for placeholders; no engine, no evidence, no network')
      .addOption(ledgerOption())
      .addOption(asOfOption()),
  ).action(async (options: RunFlags) => {
    const ledger = resolve(options.ledger);
    const findings = [...(await validateLedger(ledger, options.asOf ?? today())).findings, ...(await findSharedPlaceholders(ledger))];
    say(context, options, {
      document: () => ({ schema: 'trueup.validate/1', verdict: verdictOfFindings(findings), findings: findingDocuments(findings) }),
      text: () => renderFindings(findings, screen),
      brief: () => briefOf(findings),
    });
    finish(exitCodeFor(findings));
  });
}
