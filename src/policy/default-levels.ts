/** The levels that hold for explained money where the policy names none: explained is bounded (SPEC §5). */
import { startOfDay } from '../model/instant.ts';
import type { Category, Policy, Threshold } from '../model/policy.ts';
import { Money } from '../model/money.ts';
import type { JudgeInput } from './facts.ts';

export const levelNames = ['fail', 'warn'] as const;
export type LevelName = (typeof levelNames)[number];

type Bounds = Readonly<Partial<Record<LevelName, { readonly percent?: string; readonly amount?: string }>>>;

const defaults: Readonly<Partial<Record<Category, Bounds>>> = {
  in_transit: { warn: { percent: '2' }, fail: { percent: '10' } },
  retry: { warn: { percent: '10' } },
  fallback: { warn: { percent: '10' } },
  price_timing: { warn: { percent: '5' } },
  rounding: { warn: { percent: '1' } },
  refund: { warn: { percent: '10' } },
  credit: { warn: { percent: '25' }, fail: { percent: '150' } },
  discount: { warn: { percent: '25' }, fail: { percent: '150' } },
  tax: { warn: { percent: '30' }, fail: { percent: '60' } },
  fx: { warn: { amount: '0' }, fail: { percent: '25' } },
  minimum: { warn: { amount: '0' }, fail: { percent: '25' } },
  other: { warn: { amount: '0' }, fail: { percent: '25' } },
  provider_counted: { warn: { percent: '2' }, fail: { percent: '10' } },
  free_charges: { warn: { percent: '1' } },
};

/** A threshold of a category: what the policy says, else what holds without it. */
export interface CategoryBound {
  readonly threshold: Pick<Threshold, 'amount' | 'percent'> & { readonly source: Threshold['source'] | null };
  readonly default: boolean;
}

/** The policy replaces what it names: a category whose `warn` alone is stated keeps its built-in `fail`. */
export function categoryBound(input: Pick<JudgeInput, 'ledger' | 'asOf'>, category: Category, name: LevelName): CategoryBound | null {
  const stated = namedIn(input.ledger.settings.policy, category)?.[name] ?? null;
  if (stated !== null) return { threshold: stated, default: false };
  const bounds = category === 'rounding' && isRoundingVerified(input) ? null : defaultBound(category, name);
  return bounds === null ? null : { threshold: { ...bounds, source: null }, default: true };
}

/** What holds where the policy states no such level; null = nothing does. */
export function defaultBound(category: Category, name: LevelName): Pick<Threshold, 'amount' | 'percent'> | null {
  const bounds = defaults[category]?.[name];
  if (bounds === undefined) return null;
  const moneyOf = (text: string | undefined): Money | null => (text === undefined ? null : new Money(text));
  return { amount: moneyOf(bounds.amount), percent: moneyOf(bounds.percent) };
}

function namedIn({ categories }: Policy, category: Category) {
  return Object.hasOwn(categories, category) ? categories[category] : undefined;
}

/** Whoever has shown how charges are rounded need not bound what the rule explains. */
function isRoundingVerified({ ledger, asOf }: Pick<JudgeInput, 'ledger' | 'asOf'>): boolean {
  return ledger.contract.items.some(
    ({ area, status, expiresOn }) =>
      area === 'billing-assumptions.rounding' && status === 'verified' && (expiresOn === null || startOfDay(expiresOn) >= startOfDay(asOf)),
  );
}
