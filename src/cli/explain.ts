/** `trueup explain`: one request in every layer. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { explainRequest } from '../period/reconcile.ts';
import { renderExplanation } from '../report/render-explanation.ts';
import { asOfOption, type CommandContext, evidenceRootOption, ledgerOption, memoryOption, type ProgressLine, type RunFlags, runSettings } from './run-flags.ts';

export function addExplainCommand(program: Command, context: CommandContext, progress: ProgressLine): void {
  program
    .command('explain')
    .description('show one request in every layer: rows, price, formula, rounding, step and why')
    .argument('<period>', 'id of the period')
    .argument('<request_id>', 'id of the request')
    .addOption(ledgerOption())
    .addOption(asOfOption())
    .addOption(evidenceRootOption())
    .addOption(memoryOption())
    .action(async (period: string, requestId: string, flags: RunFlags) => {
      const settings = runSettings(flags, context, progress.show);
      const explanation = await explainRequest({ ...settings, ledgerRoot: resolve(flags.ledger), out: '', periods: [period] }, requestId);
      context.print(renderExplanation(explanation, context.screen));
      context.finish(explanation.trace === null || explanation.trace.rows.length === 0 ? 2 : 0);
    });
}
