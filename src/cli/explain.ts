/** `trueup explain`: one request in every layer. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { explainRequest } from '../period/reconcile.ts';
import { explanationDocument } from '../report/explanation-document.ts';
import { showInTerminal } from '../report/terminal-style.ts';
import { renderExplanation } from '../report/render-explanation.ts';
import {
  asOfOption,
  type CommandContext,
  evidenceRootOption,
  ledgerOption,
  memoryOption,
  type ProgressLine,
  type RunFlags,
  runSettings,
  reporting,
  say,
} from './run-flags.ts';

export function addExplainCommand(program: Command, context: CommandContext, progress: ProgressLine): void {
  reporting(
    program
      .command('explain')
      .description('show one request in every layer: rows, price, formula, rounding, step and why')
      .argument('<period>', 'id of the period')
      .argument('<request_id>', 'id of the request')
      .addOption(ledgerOption())
      .addOption(asOfOption())
      .addOption(evidenceRootOption())
      .addOption(memoryOption()),
  ).action(async (period: string, requestId: string, flags: RunFlags) => {
    const settings = runSettings(flags, context, progress.show);
    const explanation = await explainRequest({ ...settings, ledgerRoot: resolve(flags.ledger), out: '', periods: [period] }, requestId);
    progress.clear();
    const document = explanationDocument(explanation);
    say(context, flags, {
      document: () => document,
      text: (all) => renderExplanation(explanation, context.screen, all ? Infinity : undefined),
      brief: () => (document.found ? '' : `${showInTerminal(requestId)}: not found`),
    });
    context.finish(document.found ? 0 : 2);
  });
}
