/** `trueup usage pull`: brings a provider's or gateway's usage into the evidence of a period, with the proof that it is whole. */
import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { type Clock, defaultPatience } from '../capture/ask-host.ts';
import { sources } from '../capture/sources.ts';
import { type PulledPart, pullUsage } from '../period/pull-usage.ts';
import { showInTerminal } from '../report/terminal-style.ts';
import { type CommandContext, type SayFlags, day, evidenceRootOption, ledgerOption, reporting, say } from './run-flags.ts';

interface PullFlags extends SayFlags {
  readonly ledger: string;
  readonly period?: string;
  readonly from?: string;
  readonly to?: string;
  readonly baseUrl?: string;
  readonly only?: readonly string[];
  readonly evidenceRoot?: string;
}

export function addUsageCommand(program: Command, context: CommandContext, clock: Clock): void {
  const usage = program.command('usage').description('bring usage into the evidence of a period');
  reporting(
    usage
      .command('pull')
      .description('ask a host for the usage of the closed days of a period, day by day, and keep what is proved whole; the key comes from the environment')
      .addArgument(new Argument('<source>', 'whom to ask').choices(sources.map(({ name }) => name)))
      .addOption(ledgerOption())
      .option('--period <id>', 'id of the period (default: the latest that has begun and is not closed)')
      .option('--from <day>', 'the first day to ask for (default: the first of the period)', day)
      .option('--to <day>', 'the last day to ask for (default: the last of the period that is over)', day)
      .option('--base-url <url>', 'the host, where it is not that of the source')
      .option('--only <names...>', 'what of the source to ask for, such as log or balance (default: all of it)')
      .addOption(evidenceRootOption()),
  ).action(async (source: string, flags: PullFlags) => {
    const request = {
      source,
      period: flags.period ?? null,
      from: flags.from ?? null,
      to: flags.to ?? null,
      baseUrl: flags.baseUrl ?? null,
      only: flags.only ?? [],
      evidenceRoot: flags.evidenceRoot === undefined ? null : resolve(flags.evidenceRoot),
    };
    const surroundings = { environment: context.environment, patience: defaultPatience(clock) };
    // Days take their time, so that a person is told of each as it is done.
    const isHeard = flags.json === undefined && flags.quiet === undefined;
    const pulled = await pullUsage(resolve(flags.ledger), request, surroundings, (part) => void (isHeard && context.print(lineOf(part))));
    say(context, flags, {
      document: () => ({ schema: 'trueup.usage-pull/1', ...pulled }),
      text: () => `${[...pulled.notes, `What was asked and proved is in ${showInTerminal(pulled.record)}.`].join('\n')}\n`,
      brief: () => '',
    });
    context.finish(0);
  });
}

function lineOf({ state, entry }: PulledPart): string {
  const how = state === 'kept' ? ' (kept)' : '';
  if (!('day' in entry)) return `${entry.asked_at_utc.slice(0, 10)} ${entry.feed}: ${entry.balance} ${entry.currency}${how}\n`;
  const held = entry.control === null ? '' : `, ${entry.control.sum_of} ${entry.control.figure}`;
  return `${entry.day} ${entry.feed}: ${entry.rows} rows${held}${how}\n`;
}
