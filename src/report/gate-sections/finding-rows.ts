/** Findings as rows of the report's own table, and as kinds where nothing else may be said. */
import { type Finding, severities, type Severity } from '../../model/finding.ts';
import { moneyOf, zero } from '../../model/money.ts';
import type { Row, RowBlock } from '../fit-budget.ts';
import { type GateView, headOf, leftOut, mostRows, rowOf, tiers } from './gate-view.ts';
import { findingTable } from '../sections/findings.ts';
import { wording } from '../wording.ts';

const tierOf: Readonly<Record<Severity, number>> = {
  inconclusive: tiers.grave,
  fail: tiers.grave,
  quarantine: tiers.notable,
  warn: tiers.notable,
  info: tiers.rest,
};

/** The table of `findings`, which come in their order; `where` says who has them all. */
export function findingRows(findings: readonly Finding[], { medium }: GateView, where: string): RowBlock {
  const shown = findings.slice(0, mostRows[medium].findings);
  return {
    kind: 'rows',
    head: headOf(findingTable(shown.slice(0, 1))),
    rows: shown.map((found): Row => ({
      text: () => rowOf(findingTable([found])),
      tier: tierOf[found.severity],
      magnitude: found.amount === null ? zero : moneyOf(found.amount).abs(),
    })),
    foot: '',
    beyond: findings.length - shown.length,
    leftOut: leftOut('finding', where),
  };
}

/** Severity and title of each kind, gravest first: no count, amount, id or name. */
export function findingKinds(findings: readonly Finding[], { medium }: GateView): RowBlock {
  const kinds = new Map(findings.map(({ code, severity }) => [`${severity} ${code}`, { code, severity }]));
  const ordered = [...kinds.values()].sort((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity) || (a.code < b.code ? -1 : 1));
  const shown = ordered.slice(0, mostRows[medium].kinds);
  return {
    kind: 'rows',
    head: '',
    rows: shown.map(({ code, severity }) => ({ text: () => `- ${severity}: ${wording[code].title} (\`${code}\`)`, tier: tierOf[severity], magnitude: zero })),
    foot: '',
    beyond: ordered.length - shown.length,
    leftOut: leftOut('kind', null),
  };
}

/** `2 fail, 1 warn`. */
export function countBySeverity(findings: readonly Finding[]): string {
  return [...severities]
    .reverse()
    .map((severity) => [severity, findings.filter((found) => found.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ');
}
