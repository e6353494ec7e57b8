/** What must hold of every reconciliation, whatever the rows: sums at every `=`, cuts that sum to the whole, counts that add up. */
import {
  bucketCountSteps,
  chargeSteps,
  type CountStep,
  countSteps,
  cutNames,
  explainedSteps,
  isOptionalCut,
  plainRowSteps,
  rowSteps,
  valueSteps,
} from '../../src/model/bridge.ts';
import { formatMoney, Money, sumMoney } from '../../src/model/money.ts';
import type { BucketFacts, Reconciliation, Sides, StepAmount } from '../../src/model/reconciliation.ts';

/** Every broken invariant as a sentence; empty when all hold. */
export function brokenInvariants(reconciliation: Reconciliation, grossBy: 'parts' | 'cells'): string[] {
  const groups: [string, readonly StepAmount[]][] = [
    ['whole', reconciliation.steps],
    ...cutNames.flatMap((name) => reconciliation.cuts[name].map(({ key, steps }): [string, readonly StepAmount[]] => [`${name} ${key}`, steps])),
  ];
  return [
    ...groups.flatMap(([where, steps]) => [...brokenSteps(where, steps), ...brokenRests(where, steps, grossBy)]),
    ...brokenCuts(reconciliation),
    ...brokenCounts(reconciliation),
    ...brokenTotals(reconciliation),
    ...brokenUses(reconciliation),
  ];
}

/** The money of a reconciliation, summed from the charges alone. */
export interface ChargeTotals {
  readonly providerAtSnapshot: string;
  readonly providerCharged: string;
}

/** The running total at `provider_at_snapshot` and at `provider_charged`. */
export function totalsOf(steps: readonly StepAmount[]): ChargeTotals {
  const sumOf = (names: readonly string[]): Money => sumMoney(steps.filter(({ step }) => names.includes(step)).map(({ amount }) => new Money(amount)));
  return {
    providerAtSnapshot: formatMoney(sumOf(['expected', ...valueSteps])),
    providerCharged: formatMoney(sumOf(['expected', ...valueSteps, ...chargeSteps])),
  };
}

function brokenSteps(where: string, steps: readonly StepAmount[]): string[] {
  const broken: string[] = [];
  const named = steps.map(({ step }) => step);
  if (named.join() !== rowSteps.filter((step) => named.includes(step)).join()) broken.push(`${where}: the steps are not in report order`);
  if (plainRowSteps.some((step) => !named.includes(step))) broken.push(`${where}: a step is missing`);
  for (const { step, amount, increase, decrease, count } of steps) {
    if (!new Money(increase).plus(decrease).eq(amount)) broken.push(`${where} ${step}: increase + decrease is not the amount`);
    if (new Money(increase).isNegative() || new Money(decrease).gt(0)) broken.push(`${where} ${step}: a side has the wrong sign`);
    if (count === 0 && (increase !== '0' || decrease !== '0')) broken.push(`${where} ${step}: money without a part`);
  }
  return broken;
}

/** The steps of which some parts are explained and others are not. */
const explainedInPart: readonly string[] = ['in_transit', 'out_of_scope', 'correction'];

/** The steps that are explained where a contract says so. */
const explainedByContract: readonly string[] = ['tier_difference'];

function brokenRests(where: string, steps: readonly StepAmount[], grossBy: 'parts' | 'cells'): string[] {
  const broken: string[] = [];
  for (const { step, amount, excepted, left, open, increase, decrease } of steps) {
    const net = ({ increase: up, decrease: down }: Sides): Money => new Money(up).plus(down);
    const isWithin = (inner: Sides, outer: Sides): boolean => new Money(inner.increase).lte(outer.increase) && new Money(inner.decrease).gte(outer.decrease);
    const complain = (what: string): void => void broken.push(`${where} ${step}: ${what}`);

    if (!net(left).plus(excepted).eq(amount)) complain('left + excepted is not the amount');
    if ([left, open].some((sides) => new Money(sides.increase).isNegative() || new Money(sides.decrease).gt(0)))
      complain('a side of the rest has the wrong sign');
    // A part of two models that is covered in part moves the sides of one key alone, so that a cut may keep more of one side than came off it.
    if (where === 'whole' && !isWithin(left, { increase, decrease })) complain('more is left than there was');
    if (grossBy === 'parts' && !isWithin(open, left)) complain('more is open than left');
    const isExplained = step === 'expected' || explainedSteps.includes(step);
    if (explainedInPart.includes(step) || explainedByContract.includes(step)) continue;
    if (isExplained && (open.increase !== '0' || open.decrease !== '0')) complain('an explained step is open');
    if (!isExplained && (open.increase !== left.increase || open.decrease !== left.decrease)) complain('an unexplained step is not open');
  }
  return broken;
}

function brokenTotals({ steps, totals }: Reconciliation): string[] {
  const charged = totalsOf(steps).providerCharged;
  const sum = formatMoney(new Money(totals.providerReported).plus(totals.providerComputed));
  return sum === charged ? [] : [`reported + computed is ${sum}, not provider_charged ${charged}`];
}

/** What exceptions say they cover is what the steps and the counts say they are covered by. */
function brokenUses({ steps, exceptionUses }: Reconciliation): string[] {
  const broken: string[] = [];
  const sum = (amounts: readonly string[]): string => formatMoney(sumMoney(amounts.map((amount) => new Money(amount))));
  const covered = sum(exceptionUses.map((use) => use.covered));
  const excepted = sum(steps.map((row) => row.excepted));
  if (covered !== excepted) broken.push(`exceptions cover ${covered}, the steps are covered by ${excepted}`);
  for (const [place, { covered: net, used, matched, takers, count, matchedCount }] of exceptionUses.entries()) {
    if (new Money(net).abs().gt(used)) broken.push(`exception ${place} covers more than it uses`);
    if (new Money(used).gt(matched)) broken.push(`exception ${place} uses more than it matches`);
    if (count > matchedCount) broken.push(`exception ${place} covers more counts than it matches`);
    if (takers.some((taker) => taker >= place)) broken.push(`exception ${place} comes after a later one`);
  }
  return broken;
}

function brokenCuts({ steps, cuts }: Reconciliation): string[] {
  const held = cutNames.filter((name) => !isOptionalCut(name) || cuts[name].length > 0);
  return held.flatMap((name) =>
    steps.flatMap(({ step }, index) => {
      return (['amount', 'excepted'] as const).flatMap((column) => {
        const sum = sumMoney(cuts[name].map((row) => new Money(row.steps[index]?.[column] ?? 'NaN')));
        return sum.eq(steps[index]?.[column] ?? 'NaN') ? [] : [`${name}: ${step} ${column} sums to ${formatMoney(sum)}, not the whole`];
      });
    }),
  );
}

const openCountSteps: readonly string[] = [
  'not_forwarded',
  'not_charged',
  'unlinked',
  'gateway_only',
  'out_of_period',
  'unbacked',
  'extra_model_drift',
  'duplicate',
];

function brokenBucketCounts({ countBridge, counts }: Reconciliation, { units, unitsWithRow, moved }: BucketFacts): string[] {
  const entry = (name: string): number => countBridge.find(({ step }) => step === name)?.count ?? Number.NaN;
  const sum = bucketCountSteps.reduce((total, step) => total + entry(step), 0);
  return [
    ...(sum === entry('provider_requests') ? [] : [`the count bridge leads to ${sum}, not to ${entry('provider_requests')} requests`]),
    ...(units === entry('units') && units - unitsWithRow === -entry('not_charged') ? [] : ['the count bridge and the units differ']),
    ...(moved > units ? ['more units moved than there are'] : []),
    ...(counts.linkedCharges > counts.comparable || counts.comparable > counts.provider.charges ? ['more rows can be compared than there are'] : []),
  ];
}

function brokenCounts(reconciliation: Reconciliation): string[] {
  const { countBridge, counts, buckets } = reconciliation;
  if (buckets !== undefined) return brokenBucketCounts(reconciliation, buckets);
  const entry = (name: string): number => countBridge.find(({ step }) => step === name)?.count ?? Number.NaN;
  const sum = countSteps.reduce((total: number, step: CountStep) => total + entry(step), 0);
  const broken: string[] = [];
  if (sum !== entry('charges')) broken.push(`the count bridge leads to ${sum}, not to ${entry('charges')} charges`);
  if (entry('charges') + entry('duplicate') !== entry('provider_rows')) broken.push('charges + duplicate is not provider_rows');
  if (entry('charges') !== counts.provider.charges) broken.push('the count bridge and the counts differ in charges');
  if (entry('duplicate') !== counts.provider.duplicates) broken.push('the count bridge and the counts differ in duplicates');
  if (entry('requests') !== counts.application.requests) broken.push('the count bridge and the counts differ in requests');
  for (const { step, count, open } of countBridge) {
    if (open > Math.abs(count)) broken.push(`${step}: more is open than counts`);
    const isOpen = openCountSteps.includes(step) || explainedInPart.includes(step);
    if (open !== 0 && !isOpen) broken.push(`${step}: explained, and open`);
  }
  if (counts.linkedCharges > counts.comparable) broken.push('more charges are linked than can be compared');
  if (counts.comparable > counts.provider.charges) broken.push('more charges can be compared than there are');
  return broken;
}
