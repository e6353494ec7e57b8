/** The order of findings in every output, and of texts. */
import { type Finding, severities } from './finding.ts';
import { Money, moneyOf } from './money.ts';

/** Severity worst first; then |amount| descending, none last; then code, args, place and samples, by code point. */
export function orderFindings<Found extends Omit<Finding, 'excerpt'>>(findings: readonly Found[]): Found[] {
  return findings
    .map((found) => ({ found, magnitude: found.amount === null ? new Money(-1) : moneyOf(found.amount).abs(), text: textOf(found) }))
    .sort(
      (a, b) =>
        severities.indexOf(b.found.severity) - severities.indexOf(a.found.severity) || b.magnitude.comparedTo(a.magnitude) || compareCodePoints(a.text, b.text),
    )
    .map(({ found }) => found);
}

function textOf({ code, args, source, samples }: Omit<Finding, 'excerpt'>): string {
  const words = Object.entries(args).sort(([a], [b]) => compareCodePoints(a, b));
  const place = source === null ? null : [source.file, String(source.line).padStart(12, '0'), String(source.column).padStart(12, '0')];
  return JSON.stringify([code, words, place, samples]);
}

/** Negative when `a` comes first. */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
