/** A complaint about one evidence file before it is tied to a layer and a place. */
import type { EvidenceLayer } from '../model/evidence.ts';
import { type Finding, finding, type FindingCode, type Severity } from '../model/finding.ts';

/** `problem` says which of the ways in which `code` can happen it was, as a stable word. */
export interface Problem {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly problem: string;
  /** Data row from 1; 0 = the header, or the file as a whole. */
  readonly row: number;
  readonly args: Readonly<Record<string, string>>;
}

/** What could not be read or judged: never green. */
export function unreadable(code: FindingCode, problem: string, args: Problem['args'] = {}, row = 0): Problem {
  return { code, severity: 'inconclusive', problem, row, args };
}

/** What can be read and still deserves a look. */
export function notable(code: FindingCode, problem: string, args: Problem['args'] = {}, row = 0): Problem {
  return { code, severity: 'warn', problem, row, args };
}

/** The finding of a problem with the file `name`; every value of `args` is text as it was found, bounded in length. */
export function findingOf(problem: Problem, layer: EvidenceLayer, name: string): Finding {
  const args = { layer, file: name, problem: problem.problem, ...problem.args };
  return finding(problem.code, problem.severity, {
    args: Object.fromEntries(Object.entries(args).map(([key, value]) => [key, bounded(value)])),
    source: { file: name, line: problem.row, column: 0 },
  });
}

const longestArgument = 1000;

function bounded(text: string): string {
  return text.length > longestArgument ? `${text.slice(0, longestArgument)}…` : text;
}

/** Names joined for a sentence, the first few and how many more there are. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown}, … (${names.length} in all)` : shown;
}
