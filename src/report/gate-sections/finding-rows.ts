/** Findings as rows of the report's own table, and as kinds where nothing else may be said. */
import { type Finding, severities, type Severity } from '../../model/finding.ts';
import { moneyOf, zero } from '../../model/money.ts';
import type { RowBlock } from '../fit-budget.ts';
import { type GateView, leftOut, mostRows, tableRows, tiers } from './gate-view.ts';
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
  return tableRows(shown, {
    table: findingTable,
    weight: ({ severity, amount }) => ({ tier: tierOf[severity], magnitude: amount === null ? zero : moneyOf(amount).abs() }),
    beyond: findings.length - shown.length,
    leftOut: leftOut('finding', where),
  });
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
