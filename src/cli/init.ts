/** `trueup init`: writes a complete commented ledger with placeholders for what only a person can know. */
import { type Command, Option } from 'commander';
import { type PulledProvider, pulledProviders } from '../ledger/new/ledger-templates.ts';
import { initLedger, type NewLedger } from '../period/init-ledger.ts';
import { showInTerminal } from '../report/terminal-style.ts';
import { asOfOption, type CommandContext, type SayFlags, reporting, say } from './run-flags.ts';

export function addInitCommand(program: Command, context: CommandContext): void {
  reporting(
    program
      .command('init')
      .description('write a complete commented ledger for the month that ended last, CODEOWNERS, .gitattributes and workflows; nothing is overwritten')
      .argument('[folder]', 'the folder of the ledger', '.')
      .addOption(new Option('--from <provider>', 'write it for evidence that `trueup usage pull` brings, with no placeholder in it').choices(pulledProviders))
      .addOption(asOfOption()),
  ).action(async (folder: string, flags: SayFlags & { readonly asOf?: string; readonly from?: PulledProvider }) => {
    const made = await initLedger(folder, flags.asOf ?? context.today(), context.environment, flags.from ?? null);
    say(context, flags, {
      document: () => ({ schema: 'trueup.init/1', written: made.written, to_add: made.toAdd }),
      text: () => `${textOf(made)}${flags.from === undefined ? placeholdersLeft : nextOf(flags.from)}`,
      brief: () => '',
    });
    context.finish(0);
  });
}

function textOf({ written, toAdd }: NewLedger): string {
  const there = toAdd.map(({ name, text }) => {
    const isWorkflow = name.includes('/workflows/');
    return isWorkflow
      ? `\n${showInTerminal(name)} is there already and was left alone.\n`
      : `\n${showInTerminal(name)} is there already. Add to it:\n\n${text}`;
  });
  return `Wrote:\n${written.map((name) => `  ${showInTerminal(name)}\n`).join('')}${there.join('')}`;
}

const placeholdersLeft =
  '\n`trueup validate` lists every placeholder that only you can replace, line by line. docs/first-hour.md shows the way to the first closed period.\n';

function nextOf(provider: PulledProvider): string {
  return `\nNext: \`trueup usage pull ${provider}\` with the key in the environment, then \`trueup reconcile\`. docs/usage-pull.md says what such a month can show and what it lacks.\n`;
}
