/** What freeze, close, reopen and verify share on the command line. */
import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { isDay } from '../model/instant.ts';
import type { Finding } from '../model/finding.ts';
import { worstVerdict, type Verdict } from '../model/verdict.ts';
import type { RunSettings } from '../period/period-facts.ts';
import { verdictOf } from '../policy/choose-decisions.ts';
import type { CommandContext } from './command-context.ts';

export interface ControlFlags {
  readonly ledger: string;
  readonly asOf?: string;
  readonly evidenceRoot?: string;
}

const day = (text: string): string => {
  if (!isDay(text)) throw new InvalidArgumentError('It must be a day, YYYY-MM-DD.');
  return text;
};

export const ledgerOption = (): Option => new Option('--ledger <folder>', 'the folder that holds trueup.yaml').default('.');
export const asOfOption = (): Option => new Option('--as-of <day>', 'the UTC date of the run (default: today)').argParser(day);
export const evidenceRootOption = (): Option =>
  new Option('--evidence-root <folder>', 'folder that holds <period>/ with the evidence, when it is not in the ledger');

export function settingsOf({ asOf, evidenceRoot }: ControlFlags, context: CommandContext): RunSettings {
  return {
    evidenceRoot: evidenceRoot === undefined ? null : resolve(evidenceRoot),
    asOf: asOf ?? context.today(),
    through: null,
    lineFiles: ['lines.parquet'],
    toolVersion: context.toolVersion,
    temporaryRoot: context.temporaryRoot,
    memoryBytes: context.memoryBytes(),
    onProgress: () => undefined,
    onPlan: null,
  };
}

const exitCodes: Readonly<Record<Verdict, number>> = { pass: 0, warn: 0, fail: 1, inconclusive: 2 };

/** The exit code of the gravest finding. */
export function exitCodeOf(findings: readonly Pick<Finding, 'severity'>[]): number {
  return exitCodes[worstVerdict(findings.map(({ severity }) => verdictOf[severity]))];
}
