/** What is charged against what the policy says may be: from a share of a budget on it is said, and above it, it may fail. */
import { type Finding, finding } from '../model/finding.ts';
import type { JudgedCut } from '../model/judgement.ts';
import { divideHalfEven, formatMoney, type Money, moneyOf, noAmount, sumMoney } from '../model/money.ts';
import type { Budget } from '../model/policy.ts';
import type { Facts } from './facts.ts';

export function budgetThresholds(facts: Facts): readonly Finding[] {
  if (facts.bridge.length === 0) return [];
  return facts.input.ledger.settings.policy.budget.flatMap((budget) => {
    const charged = chargedIn(budget, facts);
    return charged === null ? [unheld(budget)] : weighBudget(budget, charged);
  });
}

/** Nothing can be held against a budget of keys where no row names any: that is not nothing spent, and no softer than what the budget asks for. */
function unheld(budget: Budget): Finding {
  return finding('budget-without-keys', budget.over, { args: { budget: formatMoney(budget.amount), scope: scopeText(budget) }, source: budget.source });
}

function weighBudget(budget: Budget, charged: Money): readonly Finding[] {
  const { amount, warnPercent, over, source } = budget;
  const isOver = charged.greaterThan(amount);
  if (!isOver && charged.times(100).lessThan(amount.times(warnPercent))) return [];
  const percent = divideHalfEven(charged.times(100), amount, 1) ?? amount;
  const args = {
    budget: formatMoney(amount),
    scope: scopeText(budget),
    percent: formatMoney(percent),
    ...(isOver ? { problem: 'over' } : { limit: formatMoney(warnPercent) }),
  };
  return [finding('budget-threshold', isOver ? over : 'warn', { amount: formatMoney(charged), args, source })];
}

function chargedIn({ services, models, keys }: Budget, { bridge, cuts }: Facts): Money | null {
  if (keys.length > 0) return cuts.by_key.length === 0 ? null : sumOf(cuts.by_key, keys);
  if (services.length > 0) return sumOf(cuts.by_service, services);
  return models.length > 0 ? sumOf(cuts.by_model, models) : moneyOf(bridge.find(({ step }) => step === 'provider_charged')?.amount ?? noAmount);
}

function sumOf(cut: readonly JudgedCut[], keys: readonly string[]): Money {
  return sumMoney(cut.filter(({ key }) => keys.includes(key)).map(({ totals }) => moneyOf(totals.provider_charged ?? noAmount)));
}

function scopeText({ services, models, keys }: Budget): string {
  if (keys.length > 0) return `keys ${keys.join(', ')}`;
  if (services.length > 0) return `services ${services.join(', ')}`;
  return models.length > 0 ? `models ${models.join(', ')}` : 'everything';
}
