/** `trueup init`: writes a complete commented ledger with placeholders for what only a person can know. */
import { type Command, Option } from 'commander';
import { type PulledProvider, pulledProviders } from '../ledger/new/ledger-templates.ts';
import { initLedger } from '../period/init-ledger.ts';
import { showInTerminal } from '../report/terminal-style.ts';
import { asOfOption, type CommandContext } from './run-flags.ts';

export function addInitCommand(program: Command, context: CommandContext): void {
  program
    .command('init')
    .description('write a complete commented ledger for the month that ended last, CODEOWNERS, .gitattributes and workflows; nothing is overwritten')
    .argument('[folder]', 'the folder of the ledger', '.')
    .addOption(new Option('--from <provider>', 'write it for evidence that `trueup usage pull` brings, with no placeholder in it').choices(pulledProviders))
    .addOption(asOfOption())
    .action(async (folder: string, flags: { readonly asOf?: string; readonly from?: PulledProvider }) => {
      const { written, toAdd } = await initLedger(folder, flags.asOf ?? context.today(), context.environment, flags.from ?? null);
      context.print(`Wrote:\n${written.map((name) => `  ${showInTerminal(name)}\n`).join('')}`);
      for (const { name, text } of toAdd) {
        const isWorkflow = name.includes('/workflows/');
        context.print(
          isWorkflow ? `\n${showInTerminal(name)} is there already and was left alone.\n` : `\n${showInTerminal(name)} is there already. Add to it:\n\n${text}`,
        );
      }
      context.print(flags.from === undefined ? placeholdersLeft : nextOf(flags.from));
      context.finish(0);
    });
}

const placeholdersLeft =
  '\n`trueup validate` lists every placeholder that only you can replace, line by line. docs/first-hour.md shows the way to the first closed period.\n';

function nextOf(provider: PulledProvider): string {
  return `\nNext: \`trueup usage pull ${provider}\` with the key in the environment, then \`trueup reconcile\`. docs/usage-pull.md says what such a month can show and what it lacks.\n`;
}
