/** What must not change, whatever the rows: laws of the engine that need no reference to be checked. */
import { beforeAll, describe, expect, test } from 'vitest';
import { cutNames, isOptionalCut } from '../../src/model/bridge.ts';
import { amountOf, formatMoney, Money } from '../../src/model/money.ts';
import type { Reconciliation, Sides } from '../../src/model/reconciliation.ts';
import type { CanonicalRow, ReferenceInput } from '../reference/input.ts';
import { brokenInvariants, totalsOf } from '../reference/invariants.ts';
import { matchRows } from '../reference/match.ts';
import type { Row } from '../reference/row.ts';
import { differences } from './compare-reconciliations.ts';
import { seedsPer } from './drawn-seeds.ts';
import { forEachOf, seedsIn } from './engine-agreement.ts';
import { engineReconcile } from './engine-implementation.ts';
import { randomLedger } from './random-ledger.ts';
import { withSteps } from './with-steps.ts';

/** Ledgers that no other test runs, and that have a charge to repeat. */
const seeds = seedsIn(300, 340)
  .filter((seed) => repeatable(randomLedger(seed)) !== undefined)
  .slice(0, seedsPer(10));
const before = new Map<number, Reconciliation>();

beforeAll(() => forEachOf(seeds, async (seed) => void before.set(seed, await engineReconcile(ledgerOf(seed)))));

/** An exception about duplicates would tell how many there are. */
function ledgerOf(seed: number): ReferenceInput {
  const input = randomLedger(seed);
  return { ...input, exceptions: input.exceptions.filter(({ category }) => category !== 'duplicate') };
}

function reconciliationOf(seed: number): Reconciliation {
  const found = before.get(seed);
  if (found === undefined) throw new Error(`seed ${seed} was not reconciled`);
  return found;
}

function withProviderRow(input: ReferenceInput, row: CanonicalRow): ReferenceInput {
  const { provider } = input.layers;
  if (provider === null) throw new Error('no provider layer');
  return { ...input, layers: { ...input.layers, provider: { ...provider, rows: [...provider.rows, row] } } };
}

/** A charge of the ledger that carries the provider's id, so that a second row of it is a duplicate. */
function repeatable(input: ReferenceInput): Row | undefined {
  return matchRows(input).charges.find(({ kind, providerRequestId }) => kind === 'charge' && providerRequestId !== null);
}

function chargeOf(input: ReferenceInput): Row {
  const found = repeatable(input);
  if (found === undefined) throw new Error('no charge with an id');
  return found;
}

describe('how evidence is laid out says nothing', () => {
  test('neither the order of rows nor the split into files nor their names', async () => {
    await forEachOf(seeds, async (seed) => {
      const other = await engineReconcile(ledgerOf(seed), { shuffleSeed: seed, filesPerLayer: 3, nameOf: (file) => `${9 - file}-Ω ${file}` });
      expect(differences(other, reconciliationOf(seed)), `seed ${seed}`).toEqual([]);
    });
  });

  test('rows shuffled in one file', async () => {
    await forEachOf(seeds, async (seed) => {
      expect(differences(await engineReconcile(ledgerOf(seed), { shuffleSeed: 1000 + seed }), reconciliationOf(seed)), `seed ${seed}`).toEqual([]);
    });
  });
});

describe('a row more', () => {
  test('the same row exported twice is only counted', async () => {
    await forEachOf(seeds, async (seed) => {
      const input = ledgerOf(seed);
      const after = await engineReconcile(withProviderRow(input, chargeOf(input).content));
      const { provider } = reconciliationOf(seed).counts;
      expect(after.counts.provider.exportDuplicates, `seed ${seed}`).toBe(provider.exportDuplicates + 1);
      const counts = { ...after.counts, provider: { ...after.counts.provider, exportDuplicates: provider.exportDuplicates } };
      expect(differences({ ...after, counts }, reconciliationOf(seed)), `seed ${seed}`).toEqual([]);
    });
  });

  test('a charge that is there twice changes the step duplicate and nothing else', async () => {
    await forEachOf(seeds, async (seed) => {
      const input = ledgerOf(seed);
      const charge = chargeOf(input);
      const copy = { ...charge.content, stream_completed: charge.content.stream_completed === 'true' ? 'false' : 'true' };
      const [one, two] = [reconciliationOf(seed), await engineReconcile(withProviderRow(input, copy))];
      expect(two.counts.provider.duplicates, `seed ${seed}`).toBe(one.counts.provider.duplicates + 1);
      expect(differences(withoutDuplicates(two), withoutDuplicates(one)), `seed ${seed}`).toEqual([]);
      if (charge.amount !== null) expect(formatMoney(duplicateOf(two).minus(duplicateOf(one))), `seed ${seed}`).toBe(formatMoney(charge.amount));
    });
  });

  test('a charge of another account is set aside and changes no sum', async () => {
    await forEachOf(seeds, async (seed) => {
      const input = ledgerOf(seed);
      const stray = { ...chargeOf(input).content, account_ref: 'acct_of_nobody' };
      const [one, two] = [reconciliationOf(seed), await engineReconcile(withProviderRow(input, stray))];
      expect(two.counts.provider.setAside['account'] ?? 0, `seed ${seed}`).toBe((one.counts.provider.setAside['account'] ?? 0) + 1);
      const same = {
        setAsideAmounts: one.setAsideAmounts,
        counts: { ...two.counts, provider: { ...two.counts.provider, setAside: one.counts.provider.setAside } },
      };
      expect(differences({ ...two, ...same }, one), `seed ${seed}`).toEqual([]);
    });
  });
});

describe('sums', () => {
  test('every cut sums to the whole, every step to its sides, every count to its bridge', () => {
    expect(seeds.flatMap((seed) => brokenInvariants(reconciliationOf(seed), ledgerOf(seed).gross).map((broken) => `seed ${seed}: ${broken}`))).toEqual([]);
  });

  test('every cut leads to the same totals at both =', () => {
    for (const seed of seeds) {
      const { steps, cuts } = reconciliationOf(seed);
      const whole = totalsOf(steps);
      for (const name of cutNames.filter((one) => !isOptionalCut(one) || cuts[one].length > 0)) {
        const parts = cuts[name].map((row) => totalsOf(row.steps));
        const sum = (key: 'providerAtSnapshot' | 'providerCharged') => formatMoney(parts.reduce((total, part) => total.plus(part[key]), new Money(0)));
        expect({ providerAtSnapshot: sum('providerAtSnapshot'), providerCharged: sum('providerCharged') }, `seed ${seed} ${name}`).toEqual(whole);
      }
    }
  });
});

function duplicateOf({ steps }: Reconciliation): Money {
  return new Money(steps.find(({ step }) => step === 'duplicate')?.amount ?? 'NaN');
}

const nothing: Sides = { increase: amountOf('0'), decrease: amountOf('0') };

/** As if there were no duplicates: what is left must not know of them. */
function withoutDuplicates(reconciliation: Reconciliation): Reconciliation {
  const { countBridge, counts } = reconciliation;
  const emptied = withSteps(reconciliation, (row) =>
    row.step === 'duplicate' ? { step: row.step, amount: amountOf('0'), ...nothing, count: 0, excepted: amountOf('0'), left: nothing, open: nothing } : row,
  );
  return {
    ...emptied,
    countBridge: countBridge.map((row) => (row.step === 'duplicate' || row.step === 'provider_rows' ? { step: row.step, count: 0, open: 0 } : row)),
    counts: { ...counts, provider: { ...counts.provider, duplicates: 0, rowsByModel: {} } },
    totals: { providerReported: amountOf('0'), providerComputed: amountOf('0') },
    // A duplicate took from the balance when it was written: where that lies outside of the readings it is timing, as the charge itself is.
    balance: reconciliation.balance === null ? null : { ...reconciliation.balance, timing: { ...nothing, count: 0 } },
  };
}
