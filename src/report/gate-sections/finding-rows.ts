/** Which findings a ledger and its periods show, what a period only repeats once, and their rows: of the report's own table, or kinds where nothing else may be said. */
import { type Finding, severities, type Severity } from '../../model/finding.ts';
import { moneyOf, zero } from '../../model/money.ts';
import type { RowBlock } from '../fit-budget.ts';
import { type GateView, leftOut, mostRows, tableRows, tiers } from './gate-view.ts';
import { type FindingPlaces, findingTable } from '../sections/findings.ts';
import { wording } from '../wording.ts';
import type { GateLedger, GatePeriod } from '../../model/gate.ts';
import { orderFindings } from '../../model/order-findings.ts';

const tierOf: Readonly<Record<Severity, number>> = {
  inconclusive: tiers.grave,
  fail: tiers.grave,
  quarantine: tiers.notable,
  warn: tiers.notable,
  info: tiers.rest,
};

interface RowPlaces extends FindingPlaces {
  /** Says who has them all. */
  readonly where: string;
}

/** The table of `findings`, which come in their order. */
export function findingRows(findings: readonly Finding[], { medium }: GateView, places: RowPlaces): RowBlock {
  const shown = findings.slice(0, mostRows[medium].findings);
  return tableRows(shown, {
    table: (some) => findingTable(some, places),
    weight: ({ severity, amount }) => ({ tier: tierOf[severity], magnitude: amount === null ? zero : moneyOf(amount).abs() }),
    beyond: findings.length - shown.length,
    leftOut: leftOut('finding', places.where),
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
    rows: shown.map(({ code, severity }) => ({ text: () => `- ${severity}: ${wording[code].title}`, tier: tierOf[severity], magnitude: zero })),
    foot: '',
    beyond: ordered.length - shown.length,
    leftOut: leftOut('kind', null),
  };
}

export interface SortedFindings {
  /** Of the ledger's own files and history. */
  readonly ledger: readonly Finding[];
  /** Of each period, without those of the ledger; gravest and dearest first. */
  readonly periods: ReadonlyMap<GatePeriod, readonly Finding[]>;
}

export function sortFindings({ findings, periods }: GateLedger): SortedFindings {
  const judged = new Map<string, Finding>();
  const own = new Set(findings.map(keyOf));
  const kept = new Map<GatePeriod, readonly Finding[]>();
  for (const period of periods) {
    const rest: Finding[] = [];
    for (const found of period.findings) {
      const key = keyOf(found);
      if (!own.has(key)) rest.push(found);
      else judged.set(key, graver(judged.get(key), found));
    }
    kept.set(period, orderFindings(rest));
  }
  const ignored = new Set(periods.flatMap((period) => period.ignored.map(({ code }) => code)));
  const ledger = findings.flatMap((found) => judged.get(keyOf(found)) ?? (ignored.has(found.code) ? [] : [found]));
  return { ledger: orderFindings(ledger), periods: kept };
}

/** What tells findings apart, however gravely each was judged. */
function keyOf({ code, args, source }: Finding): string {
  return JSON.stringify([code, Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1)), source]);
}

function graver(a: Finding | undefined, b: Finding): Finding {
  return a !== undefined && severities.indexOf(a.severity) >= severities.indexOf(b.severity) ? a : b;
}
