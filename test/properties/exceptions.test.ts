/** An exception without a bound takes the very money of its step, in the whole and under every key of every cut; what is taken in halves adds up to it. */
import { expect, test } from 'vitest';
import { cutNames, rowStepsWith } from '../../src/model/bridge.ts';
import { isAboutRows, exceptableSteps, type Exception } from '../../src/model/exception.ts';
import { Money, formatMoney } from '../../src/model/money.ts';
import type { Reconciliation, StepAmount } from '../../src/model/reconciliation.ts';
import { referenceReconcile } from '../reference/reconcile.ts';
import { exceptionOf } from '../reference/small-ledger.ts';
import { isThorough } from './drawn-seeds.ts';
import { forEachOf } from './engine-agreement.ts';
import { engineReconcile } from './engine-implementation.ts';
import { randomLedger } from './random-ledger.ts';
import { instantOf } from './random-words.ts';

/** Those that random ledgers can bring about. */
const drawn: readonly string[] = rowStepsWith(['variants', 'meters', 'covered', 'corrections']);
const aboutRows = exceptableSteps.filter((category) => isAboutRows({ category } as Exception) && drawn.includes(category));
const half = instantOf('2026-05-15T00:00:00Z');
const enough = { maxAmount: new Money('1e17'), expiresOn: '2026-12-31' };

const whole = aboutRows.map((category) => exceptionOf(category, { id: category, ...enough }));
const halves = aboutRows.flatMap((category) =>
  [{ to: half }, { from: half }].map((filter, index) => exceptionOf(category, { id: `${category}-${index}`, ...enough, ...filter })),
);

/** What is not billable is expected to cost nothing, and no previous close is part of a random ledger. */
const withoutMoney = ['not_billable', 'carried_forward'];

/** Seeds that between them have something in every step: each one the first that has a step which those before it lack. */
const seeds = seedsWithEverything();

function seedsWithEverything(): number[] {
  const missing = new Set<string>(aboutRows.filter((step) => !withoutMoney.includes(step)));
  const chosen: number[] = [];
  for (let seed = 0; seed < 300 && missing.size > 0; seed++) {
    const { steps } = referenceReconcile({ ...randomLedger(seed), exceptions: [] });
    const here = steps.filter(({ step, count }) => count > 0 && missing.has(step));
    if (here.length > 1 || (here.length > 0 && missing.size < 4)) chosen.push(seed);
    else continue;
    for (const { step } of here) missing.delete(step);
  }
  return chosen;
}

test('an exception that may take everything leaves nothing, anywhere', { timeout: 240_000 }, async () => {
  const seen = new Set<string>();
  await forEachOf([...seeds.entries()], async ([place, seed]) => {
    const ledger = randomLedger(seed);
    // On a desk one of the two for each ledger, in turns: hundreds of exceptions make the dearest statements of all.
    for (const exceptions of isThorough ? [whole, halves] : [place % 2 === 0 ? halves : whole]) {
      const reconciliation = await engineReconcile({ ...ledger, exceptions });
      for (const { step, count } of reconciliation.steps) if (count > 0) seen.add(step);
      expect(differencesOf(reconciliation), `seed ${seed}`).toEqual([]);
      expect(takenOf(reconciliation, exceptions.length / aboutRows.length), `seed ${seed}`).toEqual(amountsOf(reconciliation));
    }
  });
  expect(aboutRows.filter((step) => !seen.has(step))).toEqual(withoutMoney);
});

function differencesOf({ steps, cuts }: Reconciliation): string[] {
  const rows = [steps, ...cutNames.flatMap((name) => cuts[name].map((row) => row.steps))].flat();
  const covered = rows.filter(({ step }) => (aboutRows as readonly string[]).includes(step));
  return covered.filter((row) => !isTakenWhole(row)).map((row) => `${row.step}: ${row.excepted} of ${row.amount}, left ${JSON.stringify(row.left)}`);
}

function isTakenWhole({ amount, excepted, left, open }: StepAmount): boolean {
  return excepted === amount && [left, open].every(({ increase, decrease }) => increase === '0' && decrease === '0');
}

/** What the exceptions of each step covered between them. */
function takenOf({ exceptionUses }: Reconciliation, perStep: number): string[] {
  return aboutRows.map((_, index) =>
    formatMoney(exceptionUses.slice(index * perStep, (index + 1) * perStep).reduce((sum, { covered }) => sum.plus(covered), new Money(0))),
  );
}

function amountsOf({ steps }: Reconciliation): string[] {
  return aboutRows.map((step) => steps.find((row) => row.step === step)?.amount ?? '0');
}
