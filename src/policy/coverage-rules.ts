/** Findings about what was compared at all: nothing, too little, by a join that is wrong, or beside a leak (SPEC §3, §5). */
import { defaultSeverities, type Finding, finding } from '../model/finding.ts';
import type { Decision } from '../model/judgement.ts';
import { formatMoney, type Money, moneyOf, noAmount, sumMoney } from '../model/money.ts';
import type { Observation } from '../model/reconciliation.ts';
import { type Facts, observationsOf } from './facts.ts';

/** How many pairs of key and model a leak names. */
const namedLeaks = 5;

/** One of four, since each makes the next beside the point; linkage may be low beside a low coverage, where there are charges to join. */
export function coverage(facts: Facts): readonly Finding[] {
  if (facts.input.reconciliation === null) return [];
  if (facts.input.rows === 0) return [nothingToReconcile(facts)];
  if (isWithoutLog(facts)) return coverageLow(facts);
  if (isLeak(facts)) return [leak(facts)];
  const isCut = isCutByFinality(facts);
  const low = isCut ? [] : coverageLow(facts);
  const joins = isBreached(facts, 'unlinked_charges') || (low.length === 0 && !isCut);
  return [...low, ...(joins ? linkageLow(facts) : [])];
}

/** A final period whose part that the provider is final through holds no charge, but later ones: that it is not final says the same. */
function isCutByFinality({ stage, input }: Facts): boolean {
  const { counts } = input.reconciliation ?? { counts: null };
  if (counts === null || stage === 'usage' || input.judgedEnd >= input.calendarEnd) return false;
  return counts.comparable === 0 && Object.keys(counts.provider.setAside).every((reason) => reason === 'period');
}

/** Charges that nobody of ours knows, while the ids that our side logged are found: the join is right, and somebody else spends. */
export function isLeak(facts: Facts): boolean {
  return !isWithoutLog(facts) && isBreached(facts, 'unlinked_charges') && !isBreached(facts, 'unlinked_requests') && observationsOf(facts, 'leak').length > 0;
}

/** The period declares that the application keeps no log: there is nothing of ours to compare with, which is neither a leak nor a wrong join. */
function isWithoutLog({ input }: Facts): boolean {
  return input.period.evidence.some(({ layer, files }) => layer === 'application' && files.length === 0);
}

function isBreached({ decisions }: Facts, fact: Decision['fact']): boolean {
  return decisions.some((decision) => decision.fact === fact && decision.outcome !== 'pass');
}

function nothingToReconcile({ input }: Facts): Finding {
  return finding('nothing-to-reconcile', defaultSeverities['nothing-to-reconcile'], { args: { period: input.period.id }, source: input.period.source });
}

function leak(facts: Facts): Finding {
  const seen = observationsOf(facts, 'leak').toSorted((a, b) => sizeOf(b).comparedTo(sizeOf(a)));
  const named = seen.slice(0, namedLeaks).map(({ args, amount }) => `${args['model'] ?? '(none)'} by key ${args['key_ref'] ?? '(none)'}: ${amount ?? '0'}`);
  const more = seen.length > namedLeaks ? [`${seen.length - namedLeaks} more`] : [];
  return finding('leak', defaultSeverities['leak'], {
    count: seen.reduce((sum, { count }) => sum + count, 0),
    amount: formatMoney(sumMoney(seen.map(({ amount }) => moneyOf(amount ?? noAmount)))),
    args: { spent: [...named, ...more].join('; ') },
    samples: seen.flatMap(({ samples }) => samples).slice(0, 5),
  });
}

function sizeOf({ amount }: Observation): Money {
  return moneyOf(amount ?? noAmount).abs();
}

/** Too little was compared, and it is no leak: what the steps and thresholds then say follows from that. */
export function isCoverageLow(facts: Facts): boolean {
  const { reconciliation, rows } = facts.input;
  return reconciliation !== null && rows > 0 && !isLeak(facts) && coverageLow(facts).length > 0;
}

/** No charge or too few of them were held against a counted request. */
function coverageLow(facts: Facts): Finding[] {
  const { counts } = facts.input.reconciliation ?? { counts: null };
  if (counts === null) return [];
  if (counts.linkedCharges > 0 && !isBreached(facts, 'uncompared_charges')) return [];
  const aside = Object.values(counts.provider.setAside).reduce((sum, count) => sum + count, 0);
  const words = { requests: String(counts.application.requests), charges: String(counts.comparable), compared: String(counts.linkedCharges) };
  const held = observationsOf(facts, 'coverage-low')[0]?.args ?? {};
  // What our rows hold and theirs do not says nothing where we declare to have none.
  const args = isWithoutLog(facts) ? { problem: 'no-application', ...words } : { ...held, ...words, set_aside: String(aside) };
  const { source } = facts.input.period;
  return [finding('coverage-low', defaultSeverities['coverage-low'], { count: counts.comparable - counts.linkedCharges, args, source })];
}

/** One finding for both sides: charges without a request and requests without a charge are what a wrong join looks like. */
function linkageLow(facts: Facts): Finding[] {
  const buckets = facts.input.reconciliation?.buckets;
  const problem = buckets?.width === 'period' ? 'without-line' : 'without-bucket';
  const shapes = buckets === undefined ? (observationsOf(facts, 'linkage-low')[0]?.args ?? {}) : { problem };
  const breached = facts.decisions.filter(({ scope, outcome }) => scope === 'linkage' && outcome !== 'pass');
  if (breached.length === 0) return [];
  const words = breached.map(({ fact, value, threshold, rule }) => {
    const side = fact === 'unlinked_charges' ? 'charges' : 'requests';
    return { [side]: value, [`${side}_threshold`]: threshold, [`${side}_rule`]: rule };
  });
  const count = breached.reduce((sum, { value }) => sum + Number(value), 0);
  return [finding('linkage-low', 'inconclusive', { count, args: Object.assign({}, shapes, ...words) as Record<string, string> })];
}
