/** What may stand next on a command line: subcommands, options, choices and ids of periods, from the registered commands themselves. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Argument, Command, Option } from 'commander';

/** What the words before the last one have settled. */
interface Place {
  readonly command: Command;
  /** Whose value the last word is; null = of none. */
  readonly option: Option | null;
  /** How many arguments of the command stand there already. */
  readonly given: number;
  /** After `--`, where nothing is an option. */
  readonly isEnded: boolean;
  readonly ledger: string;
}

/** The last of the words is the one to be completed, and may be empty. No answer = the shell may offer files. */
export function completeWords(program: Command, words: readonly string[]): string[] {
  const last = words.at(-1) ?? '';
  const place = words.slice(0, -1).reduce(after, { command: program, option: null, given: 0, isEnded: false, ledger: '.' });
  return candidatesAt(place, last).filter((candidate) => candidate.startsWith(last));
}

function after(place: Place, word: string): Place {
  const { command, option, isEnded } = place;
  if (option !== null) return { ...place, option: null, ledger: option.long === '--ledger' ? word : place.ledger };
  if (isEnded) return { ...place, given: place.given + 1 };
  if (word === '--') return { ...place, isEnded: true };
  if (word.startsWith('-')) {
    const named = command.options.find(({ long, short }) => long === word || short === word);
    return { ...place, option: named !== undefined && (named.required || named.optional) ? named : null };
  }
  const below = command.commands.find((one) => one.name() === word);
  return below === undefined ? { ...place, given: place.given + 1 } : { ...place, command: below, given: 0 };
}

function candidatesAt({ command, option, given, isEnded, ledger }: Place, last: string): readonly string[] {
  if (option !== null) return option.argChoices ?? [];
  const help = command.createHelp();
  if (last.startsWith('-') && !isEnded) return help.visibleOptions(command).flatMap(({ long }) => long ?? []);
  const below = given === 0 && !isEnded ? help.visibleCommands(command).map((one) => one.name()) : [];
  const argument = argumentAt(command.registeredArguments, given);
  return [...below, ...(argument === undefined ? [] : valuesOf(argument, ledger))];
}

function argumentAt(list: readonly Argument[], given: number): Argument | undefined {
  return list[given] ?? (list.at(-1)?.variadic === true ? list.at(-1) : undefined);
}

function valuesOf(argument: Argument, ledger: string): readonly string[] {
  return argument.argChoices ?? (argument.name() === 'period' ? periodsIn(ledger) : []);
}

/** Names that mean something to a shell are no ids. */
function periodsIn(ledger: string): string[] {
  try {
    const entries = readdirSync(join(ledger, 'periods'), { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() && /^[\w.-]+$/.test(entry.name) ? [entry.name] : [])).toSorted();
  } catch {
    return [];
  }
}
