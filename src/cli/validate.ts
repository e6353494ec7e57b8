/** `trueup validate`: checks every file of the ledger, and what stands around it for placeholders. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { findSharedPlaceholders } from '../ledger/shared-placeholders.ts';
import { validateLedger } from '../period/reconcile.ts';
import { renderFindings } from '../report/render-findings.ts';
import { asOfOption, type CommandContext, exitCodeFor, ledgerOption } from './run-flags.ts';

export function addValidateCommand(program: Command, { print, finish, today, screen }: CommandContext): void {
  program
    .command('validate')
    .description('check every file of the ledger, and owners and workflows for placeholders; no engine, no evidence, no network')
    .addOption(ledgerOption())
    .addOption(asOfOption())
    .action(async (options: { readonly ledger: string; readonly asOf?: string }) => {
      const ledger = resolve(options.ledger);
      const findings = [...(await validateLedger(ledger, options.asOf ?? today())).findings, ...(await findSharedPlaceholders(ledger))];
      print(renderFindings(findings, screen));
      finish(exitCodeFor(findings));
    });
}
