/** Which findings a ledger and its periods show: what a period's judgement only repeats of the ledger is said once, as gravely as it was judged. */
import { type Finding, severities } from '../../model/finding.ts';
import type { GateLedger, GatePeriod } from '../../model/gate.ts';
import { orderFindings } from '../../model/order-findings.ts';

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
