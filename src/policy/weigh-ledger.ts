/** The verdict of a ledger from its findings and its periods. Pure. */
import type { Finding, Source } from '../model/finding.ts';
import type { GatePeriod, GateVerdict } from '../model/gate.ts';
import type { Period, UnreadPeriod } from '../model/ledger.ts';
import type { RuleSetting } from '../model/policy.ts';
import { type Verdict, worstVerdict } from '../model/verdict.ts';
import { verdictOf } from './choose-decisions.ts';
import { settle } from './severities.ts';
import { drillsFolder, folderAround, folderOf, ledgerPath, periodsFolder } from '../model/layout.ts';

/** Findings of ledger files as the policy in force has them; what it ignores is left out. */
export function settledFindings(findings: readonly Finding[], rules: Readonly<Record<string, RuleSetting>>): Finding[] {
  return findings.flatMap((found) => {
    const settled = settle(found, Object.hasOwn(rules, found.code) ? rules[found.code] : undefined);
    return settled === null ? [] : [settled];
  });
}

/** Whether a finding of the ledger's files speaks of what these periods share, or of one of them. */
export function weighsOn(found: Finding, periods: readonly Period[]): boolean {
  const file = found.source?.file ?? '';
  return periods.length > 0 ? periods.some((period) => concerns(found, period)) : folderAround(file) === null;
}

/** That of the gravest finding. */
export function verdictOfFindings(findings: readonly Pick<Finding, 'severity'>[]): Verdict {
  return worstVerdict(findings.map(({ severity }) => verdictOf[severity]));
}

/** The worst of the findings and of the periods that decide; a period that cannot be read is inconclusive, whatever keeps it from being read. */
export function verdictOver(findings: readonly Finding[], periods: readonly GatePeriod[], unread: readonly UnreadPeriod[]): Verdict {
  const decided: Verdict[] = periods.filter(({ decides }) => decides).map(({ result }) => result.verdict);
  return worstVerdict([...unread.map(() => 'inconclusive' as const), verdictOfFindings(findings), ...decided]);
}

/** The worst of several ledgers; not applicable only when all of them are. */
export function worstGateVerdict(verdicts: readonly GateVerdict[]): GateVerdict {
  const applicable = verdicts.filter((verdict): verdict is Verdict => verdict !== 'not-applicable');
  return applicable.length === 0 ? 'not-applicable' : worstVerdict(applicable);
}

/**
 * Whether a finding of the ledger's files weighs on this period: not those in the folder of another period, nor those of a snapshot that it does not use;
 * of drills only the age of those that policy requires does.
 */
export function concerns(found: Finding, period: Period): boolean {
  const file = found.source?.file ?? '';
  if (file.startsWith(`${drillsFolder}/`)) return found.code === 'drill-stale';
  if (file.startsWith(`${folderOf('prices')}/`)) return isUsed(found, file, period);
  return !file.startsWith(`${periodsFolder}/`) || liesIn(found.source, period);
}

/** Whether the place is in the folder of the period. */
export function liesIn(source: Source | null, { folder }: Pick<Period, 'folder'>): boolean {
  return source !== null && source.file.startsWith(`${folder}/`);
}

/** A snapshot is found by its id, so that one whose id is doubtful may be any period's. Some findings on a snapshot name the period that uses it. */
function isUsed({ code, args }: Finding, file: string, period: Period): boolean {
  if (code === 'duplicate-id' || code === 'snapshot-id-path') return true;
  const named = args['period'];
  return period.prices.some(({ snapshot }) => file === ledgerPath('prices', snapshot)) && (named === undefined || named === period.id);
}
