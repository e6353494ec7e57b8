/** Whether enough of both sides met to be judged: linkage (does the join work?) and coverage (was the bill compared?). */
import type { Decision } from '../model/judgement.ts';
import { Money, formatMoney } from '../model/money.ts';
import type { UnstatedSetting } from '../model/policy.ts';
import type { Reconciliation } from '../model/reconciliation.ts';
import { countOf } from './build-count-bridge.ts';
import type { Figures } from './facts.ts';
import { decisionAt } from './weigh-threshold.ts';

/**
 * Too many unlinked charges, or counted requests without a charge, make the join doubtful. Requests that no charge is expected for
 * (not billable, still in transit) are no sign of a wrong join and are left out.
 */
export function weighLinkage({ input, countBridge }: Figures, { counts }: Reconciliation): Decision[] {
  const { minLinked } = input.ledger.settings.policy;
  const excused = Math.abs(countOf(countBridge, 'not_billable')) + Math.abs(countOf(countBridge, 'in_transit'));
  const requests = counts.application.requests - excused;
  const weigh = (fact: 'unlinked_charges' | 'unlinked_requests', all: number, linked: number): Decision =>
    shareOf(input, { scope: 'linkage', fact, setting: 'min_linked', least: minLinked, all, met: linked });
  return [weigh('unlinked_charges', counts.provider.charges, counts.linkedAnywhere), weigh('unlinked_requests', requests, counts.requestsWithCharge)];
}

/** The share of the charges that were held against a counted request. */
export function weighCoverage({ input }: Figures, { counts }: Reconciliation): Decision[] {
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
