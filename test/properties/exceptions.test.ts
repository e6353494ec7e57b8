/** What the engine hands over for exceptions is the very money of the steps, in the whole and under every key of every cut. */
import { expect, test } from 'vitest';
import { cutNames } from '../../src/model/bridge.ts';
import { isAboutRows, exceptableSteps, type Exception, type ExceptionPart } from '../../src/model/exception.ts';
import { Money, formatMoney, sumMoney } from '../../src/model/money.ts';
import type { Reconciliation, StepAmount } from '../../src/model/reconciliation.ts';
import { exceptionOf } from '../reference/small-ledger.ts';
import { forEachOf } from './engine-agreement.ts';
import { engineReconcile } from './engine-implementation.ts';
import { randomLedger } from './random-ledger.ts';
import { instantOf, services } from './random-words.ts';

const aboutRows = exceptableSteps.filter((category) => isAboutRows({ category } as Exception));
const half = instantOf('2026-05-15T00:00:00Z');

/** For every step: one for all of it, one for each half of the month, one for each service. */
const exceptions = aboutRows.flatMap((category) =>
  [{}, { to: half }, { from: half }, ...services.map((service) => ({ service }))].map((filter, index) =>
    exceptionOf(category, { id: `${category}-${index}`, maxAmount: new Money(1), expiresOn: '2026-12-31', ...filter }),
  ),
);

/** Between them these have money in every step. */
const seeds = [7, 55];

test('sums of what exceptions match are the steps', { timeout: 120_000 }, async () => {
  const seen = new Set<string>();
  await forEachOf(seeds, async (seed) => {
    const reconciliation = await engineReconcile({ ...randomLedger(seed), exceptions });
    for (const { step } of reconciliation.exceptionParts) seen.add(step);
    expect(differencesOf(reconciliation), `seed ${seed}`).toEqual([]);
  });
  // What is not billable is expected to cost nothing, and no previous close is part of a random ledger.
  expect(aboutRows.filter((step) => !seen.has(step))).toEqual(['not_billable', 'carried_forward']);
});

function differencesOf(reconciliation: Reconciliation): string[] {
  const { steps, cuts, exceptionParts } = reconciliation;
  return aboutRows.flatMap((step) => {
    const named = (filter: number): ExceptionPart[] => exceptionParts.filter(({ matches }) => matches.includes(placeOf(step, filter)));
    const all = named(0);
    const whole = amountsOf(steps, step);
    const sums = [
      sumOf(all, 'amount'),
      sumOf(all, 'increase'),
      sumOf(all, 'decrease'),
      formatMoney(new Money(sumOf(named(1), 'amount')).plus(sumOf(named(2), 'amount'))),
    ];
    return [
      ...differing(`${step} whole`, sums, [...whole, whole[0] ?? '']),
      ...cutNames.flatMap((name) =>
        cuts[name].flatMap(({ key, steps: own }) => differing(`${step} ${name} ${key}`, [keySum(all, name, key)], amountsOf(own, step).slice(0, 1))),
      ),
      ...services.flatMap((service, index) => {
        const own = cuts.by_service.find(({ key }) => key === service)?.steps ?? [];
        return differing(`${step} service ${service}`, [sumOf(named(3 + index), 'amount')], amountsOf(own, step).slice(0, 1));
      }),
    ];
  });
}

function placeOf(step: string, filter: number): number {
  return exceptions.findIndex(({ id }) => id === `${step}-${filter}`);
}

function amountsOf(steps: readonly StepAmount[], step: string): string[] {
  const found = steps.find((candidate) => candidate.step === step);
  return [found?.amount ?? '0', found?.increase ?? '0', found?.decrease ?? '0'];
}

function keySum(parts: readonly ExceptionPart[], name: (typeof cutNames)[number], key: string): string {
  if (name !== 'by_model')
    return sumOf(
      parts.filter(({ keys }) => keys[name] === key),
      'amount',
    );
  const side = (model: 'billedModel' | 'expectedModel', amount: 'billed' | 'expected'): string =>
    sumOf(
      parts.filter((part) => part[model] === key),
      amount,
    );
  return formatMoney(new Money(side('billedModel', 'billed')).plus(side('expectedModel', 'expected')));
}

function sumOf(parts: readonly ExceptionPart[], side: 'amount' | 'increase' | 'decrease' | 'billed' | 'expected'): string {
  return formatMoney(sumMoney(parts.map((part) => new Money(part[side]))));
}

function differing(what: string, found: readonly string[], expected: readonly string[]): string[] {
  return found.join(' ') === expected.join(' ') ? [] : [`${what}: ${found.join(' ')}, not ${expected.join(' ')}`];
}
