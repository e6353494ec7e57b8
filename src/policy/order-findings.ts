/** The order of findings in every output. */
import type { Finding } from '../model/finding.ts';
import { severities } from '../model/finding.ts';
import { Money } from '../model/money.ts';
import { compareCodePoints } from './build-cuts.ts';

/** Severity worst first; then |amount| descending, none last; then code, args, place and samples, by code point. */
export function orderFindings(findings: readonly Finding[]): Finding[] {
  return findings
    .map((found) => ({ found, magnitude: found.amount === null ? new Money(-1) : new Money(found.amount).abs(), text: textOf(found) }))
    .sort(
      (a, b) =>
        severities.indexOf(b.found.severity) - severities.indexOf(a.found.severity) ||
        b.magnitude.comparedTo(a.magnitude) ||
        compareCodePoints(a.text, b.text),
    )
    .map(({ found }) => found);
}

function textOf({ code, args, source, samples }: Finding): string {
  const words = Object.entries(args).sort(([a], [b]) => compareCodePoints(a, b));
  const place = source === null ? null : [source.file, String(source.line).padStart(12, '0'), String(source.column).padStart(12, '0')];
  return JSON.stringify([code, words, place, samples]);
}
