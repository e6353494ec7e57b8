/** What exceptions and rules may change, whatever the rows: what is left and what is open, never an amount. */
import { expect, test } from 'vitest';
import { cutNames } from '../../src/model/bridge.ts';
import { exceptableSteps } from '../../src/model/exception.ts';
import { amountOf, formatMoney, Money } from '../../src/model/money.ts';
import type { Reconciliation, Sides } from '../../src/model/reconciliation.ts';
import { totalsOf } from '../reference/invariants.ts';
import { exceptionOf, providerRow, smallLedger } from '../reference/small-ledger.ts';
import { differences } from './compare-reconciliations.ts';
import { seedsPer } from './drawn-seeds.ts';
import { forEachOf, seedsIn } from './engine-agreement.ts';
import { engineReconcile } from './engine-implementation.ts';
import { randomLedger } from './random-ledger.ts';
import { withSteps } from './with-steps.ts';

const seeds = seedsIn(350, 350 + seedsPer(20));

test('exceptions move no amount, and exceptions of everything leave nothing', async () => {
  await forEachOf(seeds, async (seed) => {
    const input = randomLedger(seed);
    const none = await engineReconcile({ ...input, exceptions: [] });
    expect(differences(unjudged(await engineReconcile(input)), unjudged(none)), `seed ${seed}`).toEqual([]);
    const all = await engineReconcile({
      ...input,
      exceptions: exceptableSteps.map((category) => exceptionOf(category, { id: category, maxAmount, maxCount: 1000n })),
    });
    expect(differences(unjudged(all), unjudged(none)), `seed ${seed}`).toEqual([]);
    const held = [all.steps, ...cutNames.flatMap((name) => all.cuts[name].map((row) => row.steps))].flat();
    const exceptable = held.filter(({ step }) => (exceptableSteps as readonly string[]).includes(step));
    expect(
      exceptable.filter(({ left, open }) => !isEmpty(left) || !isEmpty(open)),
      `seed ${seed}`,
    ).toEqual([]);
    expect(
      all.countBridge.filter(({ open }) => open !== 0),
      `seed ${seed}`,
    ).toEqual([]);
  });
});

test('a larger cap leaves no more of either side', async () => {
  await forEachOf(seeds, async (seed) => {
    const input = { ...randomLedger(seed), gross: 'parts' as const };
    const capped = (cap: string) =>
      engineReconcile({ ...input, exceptions: exceptableSteps.map((category) => exceptionOf(category, { id: category, maxAmount: new Money(cap) })) });
    const [less, more] = [await capped('10'), await capped('250')];
    for (const [index, row] of more.steps.entries()) {
      expect(isWithin(row.left, less.steps[index]?.left ?? row.left), `seed ${seed} ${row.step}`).toBe(true);
    }
  });
});

test('a cap finer than any amount, and one beyond every number, hold as they stand', async () => {
  const small = { provider: [providerRow()] };
  const capped = async (cap: string): Promise<string[]> => {
    const input = smallLedger({ ...small, exceptions: [exceptionOf('unlinked', { maxAmount: new Money(cap) })] });
    const row = (await engineReconcile(input)).steps.find(({ step }) => step === 'unlinked');
    return [row?.excepted ?? '', row?.left.increase ?? ''];
  };
  expect(await capped('0.0000000001')).toEqual(['0.0000000001', '19.9999999999']);
  expect(await capped('1e30')).toEqual(['20', '0']);
});

test('cells leave the same net as parts, and no more of either side; nothing else changes', async () => {
  await forEachOf(seeds, async (seed) => {
    const input = randomLedger(seed);
    const [parts, cells] = [await engineReconcile({ ...input, gross: 'parts' }), await engineReconcile({ ...input, gross: 'cells' })];
    expect(differences(unjudged(cells), unjudged(parts)), `seed ${seed}`).toEqual([]);
    expect(cells.exceptionUses, `seed ${seed}`).toEqual(parts.exceptionUses);
    for (const [index, row] of cells.steps.entries()) {
      const other = parts.steps[index] ?? row;
      expect(formatMoney(netOf(row.left)), `seed ${seed} ${row.step}`).toBe(formatMoney(netOf(other.left)));
      expect(isWithin(row.left, other.left), `seed ${seed} ${row.step}`).toBe(true);
    }
  });
});

test('what other periods declare explains, and moves nothing', async () => {
  await forEachOf(seeds, async (seed) => {
    const input = { ...randomLedger(seed), gross: 'parts' as const };
    const everything = { start: input.period.start, end: input.period.end, environment: null, models: null, keys: null };
    const otherScopes = [...new Set((input.layers.application?.rows ?? []).map((row) => row.account_ref ?? ''))].map((account) => ({
      ...everything,
      accounts: [account],
    }));
    const [alone, declared] = [await engineReconcile({ ...input, otherScopes: [] }), await engineReconcile({ ...input, otherScopes })];
    const same = { counts: { ...declared.counts, comparable: alone.counts.comparable } };
    expect(differences(unjudged({ ...declared, ...same }), unjudged(alone)), `seed ${seed}`).toEqual([]);
    expect(
      declared.steps.filter(({ step, open }) => step === 'out_of_scope' && !isEmpty(open)),
      `seed ${seed}`,
    ).toEqual([]);
    expect(
      declared.countBridge.filter(({ step, open }) => step === 'out_of_scope' && open > 0),
      `seed ${seed}`,
    ).toEqual([]);
    expect(declared.counts.comparable, `seed ${seed}`).toBeLessThanOrEqual(alone.counts.comparable);
  });
});

test('the counts of the provider change what is expected, never what is charged', async () => {
  await forEachOf(seeds, async (seed) => {
    const input = randomLedger(seed);
    const set = (setting: 'unverified' | 'provider-counts') => engineReconcile({ ...input, clientStopped: { timeout: setting, canceled: setting } });
    const [without, proved] = [await set('unverified'), await set('provider-counts')];
    expect(totalsOf(proved.steps), `seed ${seed}`).toEqual(totalsOf(without.steps));
    const expected = (reconciliation: Reconciliation): Money => new Money(reconciliation.steps[0]?.amount ?? 'NaN');
    expect(formatMoney(expected(proved).minus(expected(without))), `seed ${seed}`).toBe(proved.providerCounted.expected);
    expect(without.providerCounted, `seed ${seed}`).toEqual({ count: 0, expected: '0' });
  });
});

const maxAmount = new Money('1e30');
const nothing: Sides = { increase: amountOf('0'), decrease: amountOf('0') };

function isEmpty({ increase, decrease }: Sides): boolean {
  return increase === '0' && decrease === '0';
}

function netOf({ increase, decrease }: Sides): Money {
  return new Money(increase).plus(decrease);
}

function isWithin(inner: Sides, outer: Sides): boolean {
  return new Money(inner.increase).lte(outer.increase) && new Money(inner.decrease).gte(outer.decrease);
}

/** Amounts and counts alone, without what exceptions and rules make of them. */
function unjudged(reconciliation: Reconciliation): Reconciliation {
  const countBridge = reconciliation.countBridge.map((row) => ({ ...row, open: 0 }));
  return { ...withSteps(reconciliation, (row) => ({ ...row, excepted: amountOf('0'), left: nothing, open: nothing })), countBridge, exceptionUses: [] };
}
