/** What every command gets from the entry, what commands share on the command line, and how their options become the settings of a run. */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Day, isDay } from '../model/instant.ts';
import type { Finding } from '../model/finding.ts';
import { exitCodeOf } from '../model/verdict.ts';
import { type RunSettings, usualRun } from '../period/period-facts.ts';
import { verdictOfFindings } from '../policy/weigh-ledger.ts';
import type { CommandDocument } from '../model/command-document.ts';
import { renderDocument } from '../report/render-document.ts';
import { countBySeverity } from '../report/sections/findings.ts';
import type { Screen } from '../report/terminal-style.ts';

export interface LedgerFlags {
  readonly ledger: string;
}

export interface RunFlags extends LedgerFlags, SayFlags {
  readonly asOf?: string;
  readonly through?: string;
  readonly evidenceRoot?: string;
  readonly lines?: 'parquet' | 'csv';
  readonly memory?: bigint;
}

/** How much of what it found a command says, and to whom. */
export interface SayFlags {
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** What a command has to say, once for each who may read it. */
export interface Views {
  /** For a program. */
  readonly document: () => CommandDocument;
  /** For a person, with a newline at its end; `all`: nothing is left out. */
  readonly text: (all: boolean) => string;
  /** In one line without a newline; empty = success has nothing to say. */
  readonly brief: () => string;
}

/** One line that says what is going on; nothing in a pipe. */
export interface ProgressLine {
  readonly show: RunSettings['onProgress'];
  readonly clear: () => void;
}

/** A command that reports: it says the same to people and to programs, through `say`. */
export function reporting(command: Command): Command {
  return command
    .addOption(new Option('--json', 'print one JSON document, and nothing else').conflicts(['quiet', 'verbose', 'render']))
    .addOption(new Option('--quiet', 'print the verdict in one line, or nothing').conflicts('verbose'))
    .addOption(new Option('--verbose', 'leave nothing out of what is printed'));
}

/** The one place where a command prints what it found. */
export function say({ print }: Pick<CommandContext, 'print'>, { json, quiet, verbose }: SayFlags, { document, text, brief }: Views): void {
  if (json) print(renderDocument(document()));
  else if (!quiet) print(text(verbose === true));
  else if (brief() !== '') print(`${brief()}\n`);
}

/** The verdict of findings in one line; empty without any. */
export function briefOf(findings: readonly Finding[]): string {
  return findings.length === 0 ? '' : `${verdictOfFindings(findings)}: ${countBySeverity(findings)}`;
}

export const ledgerOption = (): Option => new Option('--ledger <folder>', 'the folder that holds trueup.yaml').default('.');
export const asOfOption = (): Option => new Option('--as-of <day>', 'the UTC date of the run (default: today)').argParser(day);
export const evidenceRootOption = (): Option =>
  new Option('--evidence-root <folder>', 'folder that holds <period>/ with the evidence, when it is not in the ledger');
export const memoryOption = (): Option =>
  new Option('--memory <size>', 'memory limit of the engine, such as 1GB (default: 60% of the machine)').argParser(memory);

export const day = (text: string): Day => {
  if (!isDay(text)) throw new InvalidArgumentError('It must be a day, YYYY-MM-DD.');
  return text;
};

const memory = (text: string): bigint => {
  const match = /^([1-9]\d{0,6})(MB|MiB|GB|GiB)$/.exec(text);
  const unit = { MB: 1_000_000n, MiB: 1_048_576n, GB: 1_000_000_000n, GiB: 1_073_741_824n }[match?.[2] ?? ''];
  if (!match || unit === undefined) throw new InvalidArgumentError('It must be a size such as 512MB or 2GB.');
  const bytes = BigInt(match[1] ?? '0') * unit;
  if (bytes < 64_000_000n) throw new InvalidArgumentError('The engine needs at least 64MB.');
  return bytes;
};

export function runSettings(flags: RunFlags, context: CommandContext, onProgress: ProgressLine['show'] = () => undefined): RunSettings {
  return {
    ...usualRun,
    evidenceRoot: flags.evidenceRoot === undefined ? null : resolve(flags.evidenceRoot),
    asOf: flags.asOf ?? context.today(),
    through: flags.through ?? null,
    lineFiles: flags.lines === undefined ? usualRun.lineFiles : flags.lines === 'csv' ? ['lines.parquet', 'lines.csv'] : ['lines.parquet'],
    toolVersion: context.toolVersion,
    temporaryRoot: context.temporaryRoot,
    memoryBytes: flags.memory ?? context.memoryBytes(),
    onProgress,
  };
}

/** The exit code of the gravest finding; `written`: null = nothing was, which is never a success. */
export function exitCodeFor(findings: readonly Pick<Finding, 'severity'>[], written: string | null | undefined = undefined): number {
  const code = exitCodeOf(verdictOfFindings(findings));
  return written === null ? Math.max(1, code) : written === undefined ? code : 0;
}

export interface CommandContext {
  /** Writes to standard output. */
  readonly print: (text: string) => void;
  /** Sets the exit code: 0 pass or warn, 1 fail, 2 inconclusive. */
  readonly finish: (code: number) => void;
  readonly today: () => Day;
  readonly screen: Screen;
  readonly toolVersion: string;
  /** SHA-256 of the file of the program that runs, lower-case hex. */
  readonly programSha256: () => string;
  /** Existing folder for temporary files. */
  readonly temporaryRoot: string;
  /** Memory limit of the engine in bytes, unless the command line names one. */
  readonly memoryBytes: () => bigint;
  /** The environment, for what is handed to git; nothing else reads it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}
