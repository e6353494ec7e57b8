/** What is charged against what the policy says may be: from a share of a budget on it is said, and above it, it may fail. */
import { type Finding, finding } from '../model/finding.ts';
import type { JudgedCut } from '../model/judgement.ts';
import { divideHalfEven, formatMoney, type Money, moneyOf, noAmount, sumMoney } from '../model/money.ts';
import type { Budget } from '../model/policy.ts';
import type { Facts } from './facts.ts';
import { sumTotals } from './sum-totals.ts';

export function budgetThresholds(facts: Facts): readonly Finding[] {
  if (facts.bridge.length === 0) return [];
  return facts.input.ledger.settings.policy.budget.flatMap((budget) => weighBudget(budget, chargedIn(budget, facts)));
}

function weighBudget({ amount, warnPercent, over, services, models, source }: Budget, charged: Money): readonly Finding[] {
  const isOver = charged.greaterThan(amount);
  if (!isOver && charged.times(100).lessThan(amount.times(warnPercent))) return [];
  const percent = divideHalfEven(charged.times(100), amount, 1) ?? amount;
  const args = {
    budget: formatMoney(amount),
    scope: scopeText(services, models),
    percent: formatMoney(percent),
    ...(isOver ? { problem: 'over' } : { limit: formatMoney(warnPercent) }),
  };
  return [finding('budget-threshold', isOver ? over : 'warn', { amount: formatMoney(charged), args, source })];
}

function chargedIn({ services, models }: Budget, { bridge, cuts }: Facts): Money {
  if (services.length > 0) return sumOf(cuts.by_service, services);
  return models.length > 0 ? sumOf(cuts.by_model, models) : moneyOf(sumTotals(bridge, null).provider_charged ?? noAmount);
}

function sumOf(cut: readonly JudgedCut[], keys: readonly string[]): Money {
  return sumMoney(cut.filter(({ key }) => keys.includes(key)).map(({ totals }) => moneyOf(totals.provider_charged ?? noAmount)));
}

function scopeText(services: readonly string[], models: readonly string[]): string {
  if (services.length > 0) return `services ${services.join(', ')}`;
  return models.length > 0 ? `models ${models.join(', ')}` : 'everything';
}
