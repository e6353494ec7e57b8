/** Every threshold of the policy, weighed: total, models, overrides, categories, counts and linkage (SPEC §5). */
import type { Step } from '../model/bridge.ts';
import { steps } from '../model/bridge.ts';
import type { BridgeRow, Decision, JudgedCut } from '../model/judgement.ts';
import { Money, sumMoney, zero } from '../model/money.ts';
import type { Level, Override, Policy, Threshold } from '../model/policy.ts';
import { countOf, unexplainedCounts } from './build-count-bridge.ts';
import type { Figures } from './facts.ts';
import { baseOf, grossUnexplained, uncovered, unexplainedRows } from './sum-totals.ts';
import { decisionAt, weighThreshold } from './weigh-threshold.ts';

const levelNames = ['fail', 'warn'] as const;
type LevelName = (typeof levelNames)[number];

/** All decisions in a fixed order: linkage, total, services, models, categories, counts; fail before warn. Empty without figures. */
export function weighLevels(figures: Figures): Decision[] {
  if (figures.input.reconciliation === null) return [];
  return [
    ...weighLinkage(figures),
    ...weighTotal(figures),
    ...weighServices(figures),
    ...weighModels(figures),
    ...weighCategories(figures),
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

/**
 * The total judges what no override has taken out of the same threshold: services first; without any, models
 * (the two cuts overlap and cannot both be taken out).
 */
function weighTotal({ input, bridge, cuts }: Figures): Decision[] {
  const { policy } = input.ledger.settings;
  return levelNames.flatMap((name) => {
    const bound = boundOf(policy.total, name);
    if (bound === null) return [];
    const services = cuts.by_service.filter((cut) => overrideOf(policy, 'services', cut.key, name) !== null);
    const models = cuts.by_model.filter((cut) => overrideOf(policy, 'models', cut.key, name) !== null);
    const takenOut = services.length > 0 ? services : models;
    const rest = takeOut(bridge, takenOut);
    const override = takenOut.length === 0 ? null : `without ${takenOut.map((cut) => cut.key).join(', ')}`;
    return weighScope('total', name, rest, { ...bound, override }, policy);
  });
}

/** The whole without some keys, step by step; invoice lines have no key and stay. */
function takeOut(bridge: readonly BridgeRow[], cuts: readonly JudgedCut[]): { gross: Money; base: Money } {
  const taken = (step: string) => sumMoney(cuts.flatMap((cut) => cut.bridge.filter((row) => row.step === step && row.kind === 'step').map(uncovered)));
  const gross = sumMoney(unexplainedRows(bridge).map((row) => uncovered(row).minus(taken(row.step)).abs()));
  const signed = (rows: readonly BridgeRow[]) => new Money(rows.find((row) => row.step === 'provider_at_snapshot')?.amount ?? 0);
  return {
    gross,
    base: signed(bridge)
      .minus(sumMoney(cuts.map((cut) => signed(cut.bridge))))
      .abs(),
  };
}

function weighServices({ input, cuts }: Figures): Decision[] {
  const { policy } = input.ledger.settings;
  return cuts.by_service.flatMap((cut) =>
    levelNames.flatMap((name) => weighScope(`service:${cut.key}`, name, measure(cut.bridge), overrideOf(policy, 'services', cut.key, name), policy)),
  );
}

function weighModels({ input, cuts }: Figures): Decision[] {
  const { policy } = input.ledger.settings;
  return cuts.by_model.flatMap((cut) =>
    levelNames.flatMap((name) => {
      const bound = overrideOf(policy, 'models', cut.key, name) ?? boundOf(policy.model, name);
      return weighScope(`model:${cut.key}`, name, measure(cut.bridge), bound, policy);
    }),
  );
}

function measure(bridge: readonly BridgeRow[]): { gross: Money; base: Money } {
  return { gross: grossUnexplained(bridge), base: baseOf(bridge) };
}

function weighScope(scope: string, level: LevelName, money: { gross: Money; base: Money }, bound: Bound | null, policy: Policy): Decision[] {
  if (bound === null) return [];
  const { ignoreBelow } = policy;
  return present(weighThreshold({ scope, fact: 'unexplained_gross', level, value: money.gross, base: money.base, ignoreBelow, ...bound }));
}

/** A category judges what no exception covers of one step, explained or not, against the whole. */
function weighCategories({ input, bridge }: Figures): Decision[] {
  const { policy } = input.ledger.settings;
  const base = baseOf(bridge);
  return steps.flatMap((step: Step) =>
    levelNames.flatMap((level) => {
      const bound = boundOf(policy.categories[step] ?? { warn: null, fail: null }, level);
      if (bound === null) return [];
      const value = sumMoney(bridge.filter((row) => row.step === step).map((row) => uncovered(row).abs()));
      const { ignoreBelow } = policy;
      return present(weighThreshold({ scope: `category:${step}`, fact: 'step_amount', level, value, base, ignoreBelow, ...bound }));
    }),
  );
}

function weighCounts({ input, countBridge }: Figures): Decision[] {
  const { policy } = input.ledger.settings;
  const value = new Money(unexplainedCounts(countBridge));
  const base = new Money(countOf(countBridge, 'requests'));
  return levelNames.flatMap((level) => {
    const bound = boundOf(policy.counts, level);
    if (bound === null) return [];
    return present(weighThreshold({ scope: 'counts', fact: 'unexplained_counts', level, value, base, ignoreBelow: zero, ...bound }));
  });
}

/**
 * Too many unlinked charges, or counted requests without a charge, make the join doubtful. Requests that no charge is expected for
 * (not billable, still in transit) are no sign of a wrong join and are left out.
 */
function weighLinkage({ input, countBridge }: Figures): Decision[] {
  const counts = input.reconciliation?.counts;
  if (counts === undefined) return [];
  const { minLinked } = input.ledger.settings.policy;
  const excused = Math.abs(countOf(countBridge, 'not_billable')) + Math.abs(countOf(countBridge, 'in_transit'));
  const requests = counts.application.requests - excused;
  const weigh = (fact: 'unlinked_charges' | 'unlinked_requests', all: number, linked: number): Decision => {
    const share = new Money(100).minus(minLinked);
    return decisionAt({
      scope: 'linkage',
      fact,
      level: 'inconclusive',
      value: new Money(Math.max(0, all - linked)),
      limit: share.times(all).times('0.01'),
      rule: `${share.toFixed()}% of ${all}`,
      source: null,
      override: null,
    });
  };
  return [weigh('unlinked_charges', counts.provider.charges, counts.linkedAnywhere), weigh('unlinked_requests', requests, counts.requestsWithCharge)];
}

function present(decision: Decision | null): Decision[] {
  return decision === null ? [] : [decision];
}
