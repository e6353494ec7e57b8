/** Findings about sums of the provider that stand beside its calls: where the two differ, and what of them nobody could compare (SPEC §9, second witness). */
import { type Finding, type Severity } from '../model/finding.ts';
import { Money, sumMoney, zero } from '../model/money.ts';
import type { Threshold } from '../model/policy.ts';
import type { Observation } from '../model/reconciliation.ts';
import { countOf } from './build-bridge.ts';
import { type Facts, observationsOf, observedAs } from './facts.ts';
import { baseOf } from './sum-totals.ts';
import { weighThreshold } from './weigh-threshold.ts';

/**
 * A difference of money is as grave as what it is to the total: all of them together, without signs. One of counts goes by the level of counts; tokens go by the
 * percent of the total where no amount was compared, and where amounts agree they are no more than a warning. No difference is silent.
 */
export function bucketMismatch(facts: Facts): readonly Finding[] {
  // Where sums are cut otherwise, or stated twice, they differ for that.
  if ((['bucket-straddles', 'bucket-restated'] as const).some((code) => observationsOf(facts, code).length > 0)) return [];
  const seen = observationsOf(facts, 'bucket-mismatch');
  const money = sumMoney(seen.map(({ amount }) => new Money(amount ?? 0)));
  const found = seen.map((one) => ({ ...observedAs(one, {}), severity: gravityOf(one, money, facts) }));
  const isOfTokens = ({ args }: Finding): boolean => (args['measure'] ?? '').endsWith('_tokens');
  return [...found.filter((one) => !isOfTokens(one)), ...together(found.filter(isOfTokens))];
}

/** Token classes are mostly of the same calls: one finding, each figure in the order of the classes. */
function together(found: readonly Finding[]): readonly Finding[] {
  const gravest = found.find(({ severity }) => severity === 'fail') ?? found[0];
  const [first] = found;
  if (gravest === undefined || first === undefined) return [];
  const listed = (name: string): Record<string, string> => ({ [name]: found.map(({ args }) => args[name] ?? '').join(', ') });
  const words = Object.assign({}, ...['measure', 'missing', 'extra', 'stated_sum'].map(listed)) as Record<string, string>;
  return [{ ...first, severity: gravest.severity, count: Math.max(...found.map(({ count }) => count)), args: { ...first.args, ...words } }];
}

function gravityOf(seen: Observation, money: Money, facts: Facts): Severity {
  const { policy } = facts.input.ledger.settings;
  if (seen.amount !== null) {
    if (money.lessThanOrEqualTo(policy.ignoreBelow)) return 'info';
    return exceeds(money, baseOf([facts.bridge]), policy.total.fail, policy.ignoreBelow) ? 'fail' : 'warn';
  }
  const differing = new Money(seen.args['missing'] ?? 0).plus(seen.args['extra'] ?? 0);
  if (seen.args['measure'] === 'requests') {
    return exceeds(differing, new Money(countOf(facts.countBridge, 'requests')), policy.counts.fail, zero) ? 'fail' : 'warn';
  }
  const { fail } = policy.total;
  const share = fail === null || isMoneyCompared(facts) ? null : { ...fail, amount: null };
  return exceeds(differing, new Money(seen.args['stated_sum'] ?? 0), share, zero) ? 'fail' : 'warn';
}

function exceeds(value: Money, base: Money, threshold: Threshold | null, ignoreBelow: Money): boolean {
  if (threshold === null) return false;
  const common = { scope: 'total', fact: 'unexplained_gross', level: 'fail', require: 'any', default: false, override: null } as const;
  return weighThreshold({ ...common, value, base, unit: new Money(1), threshold, ignoreBelow })?.outcome === 'fail';
}

/** Whether every cell in which an amount is stated has it from both sides. */
function isMoneyCompared(facts: Facts): boolean {
  return observationsOf(facts, 'bucket-uncompared').every(({ args }) => !(args['measures'] ?? '').includes('charged_amount'));
}

/** A witness of whom nothing could be asked has witnessed nothing; one that was silent about some cells is at best a warning about those. */
export function bucketUncompared(facts: Facts): readonly Finding[] {
  return observationsOf(facts, 'bucket-uncompared').map((seen) => {
    if (String(seen.count) === seen.args['cells']) return observedAs(seen, { problem: 'nothing' });
    if (seen.count > 0) return { ...observedAs(seen, { problem: 'cells' }), severity: 'warn' };
    return { ...observedAs(seen, { problem: 'measures' }), count: Number(seen.args['cells']), severity: 'info' };
  });
}
