/** What to say about the verdict: the thresholds that decided it, and those that come next. */
import { type Finding, severities } from '../model/finding.ts';
import type { Decision } from '../model/judgement.ts';
import { formatMoney, Money, moneyOf, noAmount, sumMoney } from '../model/money.ts';
import { compareCodePoints } from '../model/order-findings.ts';
import { type Verdict, verdicts } from '../model/verdict.ts';

/** The verdict a severity alone leads to. */
export const verdictOf: Readonly<Record<Finding['severity'], Verdict>> = {
  info: 'pass',
  warn: 'warn',
  quarantine: 'warn',
  fail: 'fail',
  inconclusive: 'inconclusive',
};

/** Findings that only repeat a threshold's decision. */
const repeatsThreshold = /^(threshold-|linkage-low$|free-charges$)/;

/**
 * Everything breached, worst first, thresholds in the order in which they were weighed before findings by code; then total, counts and every built-in level that looks at anything, and the closest of the others at each level.
 * What decides by being there at all counts as a threshold of zero.
 */
export function chooseDecisions(weighed: readonly Decision[], findings: readonly Finding[]): Decision[] {
  const breached = [...weighed.filter(({ outcome }) => outcome !== 'pass'), ...deciding(findings)];
  // A built-in level that looks at nothing is no news.
  const open = weighed.filter(({ outcome, value, default: isDefault }) => outcome === 'pass' && !(isDefault && value === '0'));
  const always = open.filter(({ scope, default: isDefault }) => scope === 'total' || scope === 'counts' || isDefault);
  const closest = (['inconclusive', 'fail', 'warn'] as const).flatMap((level) => closestOf(open.filter((one) => one.level === level)));
  const next = [...new Set([...always, ...closest])];
  return [...breached.sort(compareGravity), ...order(next, compareDistance)];
}

function deciding(findings: readonly Finding[]): Decision[] {
  const grave = findings.filter(({ code, severity }) => severities.indexOf(severity) > 0 && !repeatsThreshold.test(code));
  const kinds = new Map(grave.map((found) => [`${found.severity} ${found.code}`, found]));
  const sorted = [...kinds.entries()].sort(([a], [b]) => compareCodePoints(a, b)).map(([, found]) => found);
  return sorted.map(({ code, severity }) => {
    const own = grave.filter((found) => found.code === code && found.severity === severity);
    const count = formatMoney(sumMoney(own.map((found) => new Money(found.count))));
    const outcome = verdictOf[severity];
    return {
      scope: `finding:${code}`,
      fact: 'finding',
      value: count,
      threshold: noAmount,
      rule: severity === 'quarantine' ? 'quarantined' : 'any',
      level: outcome === 'pass' ? 'warn' : outcome,
      outcome,
      distance: count,
      source: null,
      default: false,
      override: null,
    };
  });
}

/** Money is compared with money: counts have a place of their own. */
function closestOf(open: readonly Decision[]): Decision[] {
  const money = open.filter(({ fact }) => fact === 'unexplained_gross' || fact === 'step_amount');
  return order(money, compareDistance).slice(0, 1);
}

function order(list: readonly Decision[], compare: (a: Decision, b: Decision) => number): Decision[] {
  return [...list].sort((a, b) => compare(a, b) || compareCodePoints(a.scope, b.scope) || compareCodePoints(a.level, b.level));
}

function compareGravity(a: Decision, b: Decision): number {
  return verdicts.indexOf(b.outcome) - verdicts.indexOf(a.outcome);
}

function compareDistance(a: Decision, b: Decision): number {
  return moneyOf(a.distance).comparedTo(moneyOf(b.distance));
}
