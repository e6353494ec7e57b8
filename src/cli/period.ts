/** `trueup period new`: writes the next period after its predecessor's pattern. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { newPeriod } from '../period/new-period.ts';
import { showInTerminal } from '../report/terminal-style.ts';
import { asOfOption, type CommandContext, ledgerOption } from './run-flags.ts';

interface PeriodFlags {
  readonly ledger: string;
  readonly after?: string;
  readonly asOf?: string;
}

export function addPeriodCommand(program: Command, context: CommandContext): void {
  const period = program.command('period').description('write the next period');
  period
    .command('new')
    .description("write the next period after its predecessor's pattern, with placeholders for what must be said anew; nothing is overwritten")
    .argument('[id]', 'id of the period (default: the month that ended last, or the one after the latest period)')
    .addOption(ledgerOption())
    .option('--after <period>', 'id of the period whose pattern it takes (default: the latest)')
    .addOption(asOfOption())
    .action(async (id: string | undefined, flags: PeriodFlags) => {
      const request = { id: id ?? null, after: flags.after ?? null, asOf: flags.asOf ?? context.today() };
      const { after, written, notes } = await newPeriod(resolve(flags.ledger), request);
      const lines = [...written.map((name) => `  ${showInTerminal(name)}`), '', ...notes, `It has the pattern of ${after}.`];
      context.print(`Wrote:\n${lines.join('\n')}\n`);
      context.print('Check whether the prices still hold; `trueup validate` lists every placeholder that only you can replace, line by line.\n');
      context.finish(0);
    });
}
