/** `trueup init`: writes a complete commented ledger with placeholders for what only a person can know. */
import type { Command } from 'commander';
import { initLedger } from '../period/init-ledger.ts';
import { showInTerminal } from '../report/terminal-style.ts';
import { asOfOption, type CommandContext } from './run-flags.ts';

export function addInitCommand(program: Command, context: CommandContext): void {
  program
    .command('init')
    .description('write a complete commented ledger for the month that ended last, CODEOWNERS, .gitattributes and workflows; nothing is overwritten')
    .argument('[folder]', 'the folder of the ledger', '.')
    .addOption(asOfOption())
    .action(async (folder: string, flags: { readonly asOf?: string }) => {
      const { written, toAdd } = await initLedger(folder, flags.asOf ?? context.today(), context.environment);
      context.print(`Wrote:\n${written.map((name) => `  ${showInTerminal(name)}\n`).join('')}`);
      for (const { name, text } of toAdd) {
        const isWorkflow = name.includes('/workflows/');
        context.print(
          isWorkflow ? `\n${showInTerminal(name)} is there already and was left alone.\n` : `\n${showInTerminal(name)} is there already. Add to it:\n\n${text}`,
        );
      }
      context.print(
        '\n`trueup validate` lists every placeholder that only you can replace, line by line. docs/first-hour.md shows the way to the first closed period.\n',
      );
      context.finish(0);
    });
}
