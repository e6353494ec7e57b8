/** One threshold against one value: the exact limit, the outcome, and how far it is from turning. */
import type { Decision } from '../model/judgement.ts';
import { Money, formatMoney, zero } from '../model/money.ts';
import type { Threshold } from '../model/policy.ts';

interface Weighing {
  readonly scope: string;
  readonly fact: Decision['fact'];
  readonly level: Decision['level'];
  readonly value: Money;
  /** What the percent is taken of; not negative. */
  readonly base: Money;
  /** What one unit of the currency that amounts are stated in is in that of `value`. */
  readonly unit: Money;
  readonly threshold: Pick<Threshold, 'amount' | 'percent'> & { readonly source: Decision['source'] };
  /** A built-in level, which no file states. */
  readonly default: boolean;
  readonly require: 'any' | 'both';
  /** Below or at this nothing is breached; zero for counts. */
  readonly ignoreBelow: Money;
  readonly override: string | null;
}

/**
 * Weighs `value` against the limit; null when the threshold names neither amount nor percent.
 * Every condition of a breach has the form `value > bound` (percent: value × 100 > percent × base), so one exact limit decides:
 * the lower bound for `any`, the higher for `both`, and never below `ignoreBelow`.
 */
export function weighThreshold({ unit, ...stated }: Weighing): Decision | null {
  const amount = stated.threshold.amount?.times(unit) ?? null;
  const weighing = { ...stated, threshold: { ...stated.threshold, amount }, ignoreBelow: stated.ignoreBelow.times(unit) };
  const { threshold, base, require, ignoreBelow } = weighing;
  const bounds: Money[] = [];
  if (threshold.amount !== null) bounds.push(threshold.amount);
  if (threshold.percent !== null) bounds.push(threshold.percent.times(base).times('0.01'));
  if (bounds.length === 0) return null;
  const limit = Money.max(ignoreBelow, require === 'any' ? Money.min(...bounds) : Money.max(...bounds));
  return decisionAt({ ...weighing, limit, rule: ruleText(weighing), source: threshold.source });
}

interface LimitedValue extends Pick<Weighing, 'scope' | 'fact' | 'value' | 'default' | 'override'> {
  readonly level: Decision['level'];
  readonly limit: Money;
  readonly rule: string;
  readonly source: Decision['source'];
}

/** Facts that are counted: their limits are whole, since `count > 27.6` says the same as `count > 27`. */
const countedFacts: readonly Decision['fact'][] = ['unexplained_counts', 'unlinked_charges', 'unlinked_requests', 'uncompared_charges'];

/** The decision at a known limit. */
export function decisionAt({ scope, fact, level, value, override, limit: exact, rule, source, default: isDefault }: LimitedValue): Decision {
  const limit = countedFacts.includes(fact) ? exact.floor() : exact;
  const breached = value.greaterThan(limit);
  return {
    scope,
    fact,
    value: formatMoney(value),
    threshold: formatMoney(limit),
    rule,
    level,
    outcome: breached ? level : 'pass',
    distance: formatMoney(breached ? value.minus(limit) : limit.minus(value)),
    source,
    default: isDefault,
    override,
  };
}

function ruleText({ threshold, base, require, ignoreBelow }: Omit<Weighing, 'unit'>): string {
  const bounds = [
    ...(threshold.percent === null ? [] : [`${formatMoney(threshold.percent)}% of ${formatMoney(base)}`]),
    ...(threshold.amount === null ? [] : [formatMoney(threshold.amount)]),
  ];
  const words = bounds.join(require === 'any' ? ' or ' : ' and ');
  return ignoreBelow.greaterThan(zero) ? `${words}, and above ${formatMoney(ignoreBelow)}` : words;
}
