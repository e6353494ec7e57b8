/** The categories: each judges a whole step, or money that rests on one word alone, against the whole (SPEC §5). */
import type { Step } from '../model/bridge.ts';
import { invoiceSteps } from '../model/exception.ts';
import type { BridgeRow, Decision } from '../model/judgement.ts';
import { type Money, moneyOf, sumMoney } from '../model/money.ts';
import { categories, type Category } from '../model/policy.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { categoryBound, levelNames } from './default-levels.ts';
import type { Figures } from './facts.ts';
import { baseOf, grossOf, netOf } from './sum-totals.ts';
import { weighThreshold } from './weigh-threshold.ts';

/** In the order of the steps, fail before warn. A step of the invoice is judged where there is an invoice. */
export function weighCategories({ input, bridge }: Figures, reconciliation: Reconciliation): Decision[] {
  const { ignoreBelow } = input.ledger.settings.policy;
  const base = baseOf([bridge]);
  return categories.flatMap((category) =>
    levelNames.flatMap((level) => {
      const bound = categoryBound(input, category, level);
      const value = valueOf(category, bridge, reconciliation);
      if (bound === null || value === null) return [];
      const common = { scope: `category:${category}`, fact: 'step_amount', level, value, base, ignoreBelow, require: 'any', override: null } as const;
      const decision = weighThreshold({ ...common, ...bound });
      return decision === null ? [] : [decision];
    }),
  );
}

/** What no exception covers of it, its ups and its downs added; of rounding the net, since it goes both ways by its nature. */
function valueOf(category: Category, bridge: readonly BridgeRow[], { providerCounted, freeCharges }: Reconciliation): Money | null {
  if (category === 'provider_counted') return moneyOf(providerCounted.expected).abs();
  if (category === 'free_charges') return moneyOf(freeCharges.cost).abs();
  const rows = bridge.filter(({ step, kind }) => step === category && kind === 'step');
  if (rows.length === 0 && (invoiceSteps as readonly Step[]).includes(category)) return null;
  return sumMoney(rows.map(({ left }) => (category === 'rounding' ? netOf(left).abs() : grossOf(left))));
}
