/** Observations as findings: what the engine saw, with the severity and words that policy gives it. */
import type { Finding } from '../model/finding.ts';
import { finding } from '../model/finding.ts';
import type { FindingCode } from '../model/finding-code.ts';
import type { Observation } from '../model/observation.ts';
import type { Source } from '../model/source.ts';
import type { Facts } from './facts.ts';
import { defaultSeverities } from './severities.ts';

export function observationsOf({ input }: Pick<Facts, 'input'>, code: FindingCode): readonly Observation[] {
  return input.observations.filter((seen) => seen.code === code);
}

export function observedAs(seen: Observation, words: Readonly<Record<string, string>>): Finding {
  const { code, count, amount, samples } = seen;
  return finding(code, defaultSeverities[code], { count, amount, samples, args: { ...seen.args, ...words }, source: sourceOf(seen) });
}

export function sourceOf({ row }: Observation): Source | null {
  return row === null ? null : { file: row.file, line: row.row, column: 0 };
}
