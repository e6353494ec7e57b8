/** What the commands that read rows share on the command line, and how their options become the settings of a run. */
import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { Progress } from '../engine/reconcile-rows.ts';
import { isDay, type Day } from '../model/instant.ts';
import type { RunSettings } from '../period/period-facts.ts';
import type { CommandContext } from './command-context.ts';

export interface RunFlags {
  readonly asOf?: string;
  readonly through?: string;
  readonly evidenceRoot?: string;
  readonly lines?: 'csv';
  readonly memory?: bigint;
}

/** One line that says what is going on; nothing in a pipe. */
export interface ProgressLine {
  readonly show: (period: string, progress: Progress) => void;
  readonly clear: () => void;
}

export const day = (text: string): Day => {
  if (!isDay(text)) throw new InvalidArgumentError('It must be a day, YYYY-MM-DD.');
  return text;
};

export const memory = (text: string): bigint => {
  const match = /^([1-9]\d{0,6})(MB|MiB|GB|GiB)$/.exec(text);
  const unit = { MB: 1_000_000n, MiB: 1_048_576n, GB: 1_000_000_000n, GiB: 1_073_741_824n }[match?.[2] ?? ''];
  if (!match || unit === undefined) throw new InvalidArgumentError('It must be a size such as 512MB or 2GB.');
  const bytes = BigInt(match[1] ?? '0') * unit;
  if (bytes < 64_000_000n) throw new InvalidArgumentError('The engine needs at least 64MB.');
  return bytes;
};

export function runSettings(flags: RunFlags, context: CommandContext, onProgress: ProgressLine['show']): RunSettings {
  return {
    evidenceRoot: flags.evidenceRoot === undefined ? null : resolve(flags.evidenceRoot),
    asOf: flags.asOf ?? context.today(),
    through: flags.through ?? null,
    lineFiles: flags.lines === 'csv' ? ['lines.parquet', 'lines.csv'] : ['lines.parquet'],
    toolVersion: context.toolVersion,
    temporaryRoot: context.temporaryRoot,
    memoryBytes: flags.memory ?? context.memoryBytes(),
    onProgress,
    onPlan: null,
  };
}
