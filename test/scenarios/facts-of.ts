/** What a test compares of a finding: code, severity and sentence always, everything else where the expectation names it. */
import type { Finding } from '../../src/model/finding.ts';
import { showInTerminal } from '../../src/report/terminal-style.ts';
import { remedyOf, sentenceOf } from '../../src/report/wording.ts';
import type { ExpectedFinding } from './expected.ts';

/** The findings in their order, each with the facts that the expectation at its place names. */
export function factsOf(findings: readonly Finding[], expected: readonly Partial<ExpectedFinding>[]): ExpectedFinding[] {
  return findings.map((found, index) => namedFacts(found, expected[index] ?? {}));
}

function namedFacts(found: Finding, named: Partial<ExpectedFinding>): ExpectedFinding {
  const { code, severity, source, amount, count, args, samples } = found;
  return {
    code,
    severity,
    says: saidOf(found),
    ...(named.at === undefined ? {} : { at: `${source?.file}:${source?.line}:${source?.column}` }),
    ...(named.amount === undefined ? {} : { amount: amount ?? 'none' }),
    ...(named.count === undefined ? {} : { count }),
    ...(named.args === undefined ? {} : { args: Object.fromEntries(Object.keys(named.args).map((key) => [key, args[key] ?? 'absent'])) }),
    ...(named.samples === undefined ? {} : { samples }),
  };
}

/** Sentence and remedy, as an annotation and a log of a workflow show them. */
export function saidOf(found: Finding): string {
  return `${sentenceOf(found, showInTerminal)}. ${remedyOf(found, showInTerminal)}`;
}
