/** Every threshold of the policy, weighed: linkage, coverage, total, services, models, categories and counts (SPEC §5). */
import { balanceKey, balanceSteps, invoiceKey, mixedKey } from '../model/bridge.ts';
import { invoiceSteps } from '../model/exception.ts';
import type { BridgeRow, Decision, JudgedCut } from '../model/judgement.ts';
import { formatMoney, Money, moneyOf, sumMoney, zero } from '../model/money.ts';
import { categories, type Category, type Level, type Override, type Policy, type Threshold, type UnstatedSetting } from '../model/policy.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { countOf, unexplainedCounts } from './build-bridge.ts';
import type { Figures, JudgeInput } from './facts.ts';
import { baseOf, grossOf, grossOfRows, grossUnexplained, judgedUnit, netOf, openRows } from './sum-totals.ts';
import { decisionAt, weighThreshold } from './weigh-threshold.ts';
import { startOfDay } from '../model/instant.ts';

/** All decisions in a fixed order: linkage, coverage, total, services, models, categories, counts; fail before warn. Empty without figures. */
export function weighLevels(figures: Figures): Decision[] {
  const { reconciliation } = figures.input;
  if (reconciliation === null) return [];
  return [
    ...weighLinkage(figures, reconciliation),
    ...weighCoverage(figures, reconciliation),
    ...weighTotal(figures),
    ...weighServices(figures),
    ...weighModels(figures),
    ...weighCategories(figures, reconciliation),
    ...weighCounts(figures),
  ];
}

/** A level's threshold of one scope: what it says, or what an override puts in its place. */
interface Bound {
  readonly threshold: Threshold;
  readonly require: 'any' | 'both';
  readonly override: string | null;
}

function boundOf(level: Level, name: LevelName): Bound | null {
  const threshold = level[name];
  return threshold === null ? null : { threshold, require: 'any', override: null };
}

/** Overrides by services and models at once cannot be weighed: no cut crosses the two. `refuseCrossedOverrides` says so. */
export function isCrossed(override: Override): boolean {
  return override.services.length > 0 && override.models.length > 0;
}

/** Among the overrides that name `key` and set this threshold, the later wins (all have one filter). */
function overrideOf(policy: Policy, filter: 'services' | 'models', key: string, name: LevelName): Bound | null {
  const found = policy.overrides.findLast((override) => !isCrossed(override) && override[filter].includes(key) && override.level[name] !== null);
  const threshold = found?.level[name] ?? null;
  if (found === undefined || threshold === null) return null;
  return { threshold, require: found.require, override: `${filter} ${found[filter].join(', ')}` };
}

interface Measured {
  readonly gross: Money;
  /** In the currency of `gross`, as every amount of a threshold must be: `unit` is what one unit of the period's currency is in it. */
  readonly base: Money;
  readonly unit: Money;
}

/**
 * The total judges what no override has taken out of the same threshold: services first; without any, models
 * (the two cuts overlap and cannot both be taken out).
 */
function weighTotal(figures: Figures): Decision[] {
  const { input, bridge, cuts } = figures;
  const { policy } = input.ledger.settings;
  return levelNames.flatMap((name) => {
    const bound = boundOf(policy.total, name);
    if (bound === null) return [];
    const isTakenOut = (filter: 'services' | 'models') => (cut: JudgedCut) => overrideOf(policy, filter, cut.key, name) !== null;
    const [cut, filter] = cuts.by_service.some(isTakenOut('services')) ? [cuts.by_service, 'services' as const] : [cuts.by_model, 'models' as const];
    const takenOut = cut.filter(isTakenOut(filter));
    if (takenOut.length === 0) return weighScope('total', name, measure(figures, { bridge }), bound, policy);
    const override = `without ${takenOut.map(({ key }) => key).join(', ')}`;
    return weighScope('total', name, restOf(figures, cut, takenOut), { ...bound, override }, policy);
  });
}

/** The keys that are left, each with what of the invoice is its own; rows of the invoice that no key has stay whole. */
function restOf(figures: Figures, cut: readonly JudgedCut[], takenOut: readonly JudgedCut[]): Measured {
  const { bridge, conversion } = figures;
  const unit = judgedUnit(bridge, conversion);
  const kept = cut.filter((one) => !takenOut.includes(one));
  const keyed = new Set(cut.flatMap((one) => one.bridge.map(({ step }) => step)));
  const ofNoKey = openRows(bridge).filter(({ step }) => !keyed.has(step));
  const own = kept.map((one) => measure(figures, one)).map((measured) => (measured.unit.equals(unit) ? measured.gross : measured.gross.times(unit)));
  const gross = sumMoney([...own, grossOfRows(ofNoKey, bridge, conversion)]);
  return { gross, base: baseOf(kept.map((one) => one.bridge)).times(unit), unit };
}

function weighServices(figures: Figures): Decision[] {
  const { input, cuts } = figures;
  const { policy } = input.ledger.settings;
  return cuts.by_service.flatMap((cut) =>
    levelNames.flatMap((name) => weighScope(`service:${cut.key}`, name, measure(figures, cut), overrideOf(policy, 'services', cut.key, name), policy)),
  );
}

/** What no model was granted is no difference of a model: the total and the categories judge it. */
function weighModels(figures: Figures): Decision[] {
  const { input, cuts } = figures;
  const { policy } = input.ledger.settings;
  // What cannot be told apart by model stands whole under one key, which is no model.
  const isModel = (key: string): boolean => key !== invoiceKey && (key !== mixedKey || input.reconciliation?.buckets === undefined);
  const models = cuts.by_model.filter(({ key }) => isModel(key));
  return models.flatMap((cut) =>
    levelNames.flatMap((name) => {
      // What the balance differs by is no model's: total and categories judge it.
      const bound = overrideOf(policy, 'models', cut.key, name) ?? (cut.key === balanceKey ? null : boundOf(policy.model, name));
      return weighScope(`model:${cut.key}`, name, measure(figures, cut), bound, policy);
    }),
  );
}

function measure({ conversion }: Figures, { bridge }: Pick<JudgedCut, 'bridge'>): Measured {
  const unit = judgedUnit(bridge, conversion);
  return { gross: grossUnexplained(bridge, conversion), base: baseOf([bridge]).times(unit), unit };
}

function weighScope(scope: string, level: LevelName, { gross, base, unit }: Measured, bound: Bound | null, policy: Policy): Decision[] {
  if (bound === null) return [];
  const { ignoreBelow } = policy;
  return present(weighThreshold({ scope, fact: 'unexplained_gross', level, value: gross, base, unit, ignoreBelow, default: false, ...bound }));
}

function weighCounts({ input, countBridge }: Figures): Decision[] {
  const { policy } = input.ledger.settings;
  const value = new Money(unexplainedCounts(countBridge));
  const base = new Money(countOf(countBridge, input.reconciliation?.buckets === undefined ? 'requests' : 'units'));
  return levelNames.flatMap((level) => {
    const bound = boundOf(policy.counts, level);
    if (bound === null) return [];
    return present(
      weighThreshold({ scope: 'counts', fact: 'unexplained_counts', level, value, base, unit: new Money(1), ignoreBelow: zero, default: false, ...bound }),
    );
  });
}

function present(decision: Decision | null): Decision[] {
  return decision === null ? [] : [decision];
}

/** In the order of the steps, fail before warn. A step of the balance or the invoice is judged where there is one. */
function weighCategories({ input, bridge, conversion }: Figures, reconciliation: Reconciliation): Decision[] {
  const { ignoreBelow } = input.ledger.settings.policy;
  const whole = baseOf([bridge]);
  return categories.flatMap((category) => {
    // Each in the currency of its own rows.
    const unit = bridge.some(({ step, currency }) => step === category && currency === conversion?.to) ? judgedUnit(bridge, conversion) : new Money(1);
    const base = whole.times(unit);
    return levelNames.flatMap((level) => {
      const bound = categoryBound(input, category, level);
      const value = valueOf(category, bridge, reconciliation);
      if (bound === null || value === null) return [];
      const common = { scope: `category:${category}`, fact: 'step_amount', level, value, base, unit, ignoreBelow, require: 'any', override: null } as const;
      const decision = weighThreshold({ ...common, ...bound });
      return decision === null ? [] : [decision];
    });
  });
}

/** What no exception covers of it, its ups and its downs added; of rounding the net, since it goes both ways by its nature. */
function valueOf(category: Category, bridge: readonly BridgeRow[], { providerCounted, freeCharges }: Reconciliation): Money | null {
  if (category === 'provider_counted') return moneyOf(providerCounted.expected).abs();
  if (category === 'free_charges') return moneyOf(freeCharges.cost).abs();
  const rows = bridge.filter(({ step, kind }) => step === category && kind === 'step');
  if (rows.length === 0 && [...balanceSteps, ...invoiceSteps].some((step) => step === category)) return null;
  return sumMoney(rows.map(({ left }) => (category === 'rounding' ? netOf(left).abs() : grossOf(left))));
}

/**
 * Too many unlinked charges, or counted requests without a charge, make the join doubtful. Requests that no charge is expected for
 * (not billable, still in transit) are no sign of a wrong join and are left out.
 */
function weighLinkage({ input, countBridge }: Figures, { counts, buckets }: Reconciliation): Decision[] {
  const { minLinked } = input.ledger.settings.policy;
  const least = { scope: 'linkage', setting: 'min_linked', least: minLinked } as const;
  // Sums name no request: what can be missing is a bucket for attempts of ours.
  if (buckets !== undefined) return [shareOf(input, { ...least, fact: 'unlinked_requests', all: buckets.units, met: buckets.unitsWithRow })];
  const excused = Math.abs(countOf(countBridge, 'not_billable')) + Math.abs(countOf(countBridge, 'in_transit'));
  const requests = counts.application.requests - excused;
  const weigh = (fact: 'unlinked_charges' | 'unlinked_requests', all: number, linked: number): Decision => shareOf(input, { ...least, fact, all, met: linked });
  return [weigh('unlinked_charges', counts.provider.charges, counts.linkedAnywhere), weigh('unlinked_requests', requests, counts.requestsWithCharge)];
}

/** The share of the charges that were held against a counted request. */
function weighCoverage({ input }: Figures, { counts }: Reconciliation): Decision[] {
  const { minCompared } = input.ledger.settings.policy;
  const share = { scope: 'coverage', fact: 'uncompared_charges', setting: 'min_compared' } as const;
  return [shareOf(input, { ...share, least: minCompared, all: counts.comparable, met: counts.linkedCharges })];
}

interface Share {
  readonly scope: 'linkage' | 'coverage';
  readonly fact: 'unlinked_charges' | 'unlinked_requests' | 'uncompared_charges';
  readonly setting: UnstatedSetting;
  /** Percent. */
  readonly least: Money;
  readonly all: number;
  readonly met: number;
}

function shareOf({ ledger }: Figures['input'], { scope, fact, setting, least, all, met }: Share): Decision {
  const most = new Money(100).minus(least);
  return decisionAt({
    scope,
    fact,
    level: 'inconclusive',
    value: new Money(Math.max(0, all - met)),
    limit: most.times(all).times('0.01'),
    rule: `${formatMoney(most)}% of ${all}`,
    source: null,
    default: ledger.settings.policy.unstated.includes(setting),
    override: null,
  });
}

const levelNames = ['fail', 'warn'] as const;
export type LevelName = (typeof levelNames)[number];

type Bounds = Readonly<Partial<Record<LevelName, { readonly percent?: string; readonly amount?: string }>>>;

const defaults: Readonly<Partial<Record<Category, Bounds>>> = {
  in_transit: { warn: { percent: '2' }, fail: { percent: '10' } },
  retry: { warn: { percent: '10' } },
  fallback: { warn: { percent: '10' } },
  price_timing: { warn: { percent: '5' } },
  tier_difference: { warn: { percent: '5' } },
  rounding: { warn: { percent: '1' } },
  covered: { warn: { percent: '5' } },
  refund: { warn: { percent: '10' } },
  correction: { warn: { percent: '5' } },
  other_scope: { warn: { percent: '5' } },
  balance_timing: { warn: { percent: '5' } },
  fx_rate: { warn: { percent: '5' } },
  invoice_rounding: { warn: { percent: '1' } },
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
function categoryBound(input: Pick<JudgeInput, 'ledger' | 'asOf'>, category: Category, name: LevelName): CategoryBound | null {
  const stated = namedIn(input.ledger.settings.policy, category)?.[name] ?? null;
  if (stated !== null) return { threshold: stated, default: false };
  const bounds = standsWithout(category, input) ? null : defaultBound(category, name);
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

/** Categories of which nothing is judged unless the policy says so: rounding that is proved, and a tier that the contract does not explain, which is unexplained already. */
function standsWithout(category: Category, input: Pick<JudgeInput, 'ledger' | 'asOf'>): boolean {
  if (category === 'tier_difference') return input.ledger.contract.tiers !== 'provider-decides';
  return (category === 'rounding' || category === 'invoice_rounding') && isRoundingVerified(input);
}

/** Whoever has shown how charges are rounded need not bound what the rule explains. */
function isRoundingVerified({ ledger, asOf }: Pick<JudgeInput, 'ledger' | 'asOf'>): boolean {
  return ledger.contract.items.some(
    ({ area, status, expiresOn }) =>
      area === 'billing-assumptions.rounding' && status === 'verified' && (expiresOn === null || startOfDay(expiresOn) >= startOfDay(asOf)),
  );
}
