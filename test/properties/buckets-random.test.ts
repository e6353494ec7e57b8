/** Sums of the provider: the engine says what the reference says, and what must not change does not. */
import { expect, test } from 'vitest';
import { matchRows } from '../reference/match.ts';
import { referenceReconcile } from '../reference/reconcile.ts';
import { differences } from './compare-reconciliations.ts';
import { seedCount, seedsPer } from './drawn-seeds.ts';
import { expectAgreement, forEachOf, seedsIn } from './engine-agreement.ts';
import { engineReconcile } from './engine-implementation.ts';
import { plainly, randomBuckets, summedUp } from './random-buckets.ts';
import { randomLedger } from './random-ledger.ts';
import { randomLines } from './random-lines.ts';

const grains = { 'sums of an export': randomBuckets, 'lines of an invoice': randomLines };

test.each(Object.entries(grains))(`engine and reference agree on %s, seeds 0 to ${seedCount - 1}`, { timeout: 60_000 + seedCount * 10_000 }, (_, drawn) =>
  expectAgreement(0, seedCount, drawn),
);

test('neither the order of rows nor the split into files says anything', { timeout: 120_000 }, async () => {
  await forEachOf(seedsIn(400, 400 + 4 * seedsPer(10)), async (seed) => {
    const input = randomBuckets(seed);
    const one = await engineReconcile(input);
    const other = await engineReconcile(input, { shuffleSeed: seed, filesPerLayer: 3, nameOf: (file) => `${9 - file}-Ω ${file}` });
    expect(differences(other, one), `seed ${seed}`).toEqual([]);
  });
});

test('summed up, the rows of a provider come to the same money', { timeout: 120_000 }, async () => {
  await forEachOf(seedsIn(800, 800 + 8 * seedsPer(10)), async (seed) => {
    const drawn = plainly(randomLedger(seed));
    const input = { ...drawn, period: { ...drawn.period, models: null, keys: null } };
    const { charges, duplicates, amendments } = matchRows(input);
    const rows = [...charges, ...duplicates, ...amendments].map(({ content }) => content);
    const { provider } = input.layers;
    const counted = { ...input, layers: { ...input.layers, provider: provider === null ? null : { ...provider, rows } } };
    const cut = { width: '1d', zone: '+00:00', by: ['model_billed', 'key_ref'], lag: 0n } as const;
    const summed = await engineReconcile(summedUp(counted, cut, null));
    expect(summed.totals.providerReported, `seed ${seed}`).toBe(referenceReconcile(counted).totals.providerReported);
  });
});
