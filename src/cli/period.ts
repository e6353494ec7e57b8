/** `trueup period new`: writes the next period after its predecessor's pattern. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { newPeriod } from '../period/new-period.ts';
import { showInTerminal } from '../report/terminal-style.ts';
import { asOfOption, type CommandContext, type SayFlags, ledgerOption, reporting, say } from './run-flags.ts';

interface PeriodFlags extends SayFlags {
  readonly ledger: string;
  readonly after?: string;
  readonly asOf?: string;
}

const placeholdersLeft = 'Check whether the prices still hold; `trueup validate` lists every placeholder that only you can replace, line by line.\n';

export function addPeriodCommand(program: Command, context: CommandContext): void {
  const period = program.command('period').description('write the next period');
  reporting(
    period
      .command('new')
      .description("write the next period after its predecessor's pattern, with placeholders for what must be said anew; nothing is overwritten")
      .argument('[id]', 'id of the period (default: the month that ended last, or the one after the latest period)')
      .addOption(ledgerOption())
      .option('--after <period>', 'id of the period whose pattern it takes (default: the latest)')
      .addOption(asOfOption()),
  ).action(async (id: string | undefined, flags: PeriodFlags) => {
    const request = { id: id ?? null, after: flags.after ?? null, asOf: flags.asOf ?? context.today() };
    const { id: made, after, written, notes } = await newPeriod(resolve(flags.ledger), request);
    const lines = [...written.map((name) => `  ${showInTerminal(name)}`), '', ...notes, `It has the pattern of ${after}.`];
    say(context, flags, {
      document: () => ({ schema: 'trueup.period-new/1', period: made, after, written, notes }),
      text: () => `Wrote:\n${lines.join('\n')}\n${placeholdersLeft}`,
      brief: () => '',
    });
    context.finish(0);
  });
}
