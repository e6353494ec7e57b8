/** Sums beside calls: the engine says what the reference says; an honest witness differs in nothing, and one unit more is seen. */
import { expect, test } from 'vitest';
import { matchRows } from '../reference/match.ts';
import { tokenColumns } from '../../src/model/evidence.ts';
import type { CanonicalRow, ReferenceInput } from '../reference/input.ts';
import { referenceWitness } from '../reference/witness.ts';
import { isThorough, seedCount, seedsOfGrain, seedsPer } from './drawn-seeds.ts';
import { expectAgreement, forEachOf, seedsIn } from './engine-agreement.ts';
import { engineTold } from './engine-implementation.ts';
import { atBuckets, plainly } from './random-buckets.ts';
import { randomLedger } from './random-ledger.ts';
import { randomWitness, witnessOf, withOneMore } from './random-witness.ts';

test('engine and reference agree', { timeout: 60_000 + seedsOfGrain(seedCount).witnesses * 10_000 }, () =>
  expectAgreement(0, seedsOfGrain(seedCount).witnesses, randomWitness),
);

const drawn = seedsIn(0, 120).map((seed) => {
  const input = randomWitness(seed);
  return referenceWitness(input, matchRows(input));
});

test.each(['charged_amount', 'refunds', 'requests', 'input_tokens', 'output_tokens'])(
  'ledgers differ in %s often enough, and often enough do not',
  (measure) => {
    const differing = drawn.filter((facts) => facts.some(({ code, args }) => code === 'bucket-mismatch' && args['measure'] === measure));
    expect(differing.length).toBeGreaterThanOrEqual(8);
    expect(drawn.length - differing.length).toBeGreaterThanOrEqual(8);
  },
);

const cut = { width: '1d', zone: '+08:00', by: ['model_billed', 'key_ref'], lag: 0n } as const;

/** A ledger without what a sum of rows cannot tell: parts of answers, and counts as large as no sum can be. */
function witnessed(seed: number): ReferenceInput & Required<Pick<ReferenceInput, 'witness'>> {
  const plain = plainly(randomLedger(seed));
  const { provider } = plain.layers;
  const isSummable = (row: CanonicalRow): boolean => row.parts === undefined && tokenColumns.every((column) => (row[column] ?? '').length < 15);
  const whole = provider === null ? null : { ...provider, rows: provider.rows.filter(isSummable) };
  const input = { ...plain, layers: { ...plain.layers, provider: whole }, period: atBuckets(plain.period, cut) };
  return { ...input, witness: { cut, rows: witnessOf(input, cut) } };
}

test('an honest witness differs in nothing, whatever the order of rows and the split into files', { timeout: 120_000 }, async () => {
  await forEachOf(seedsIn(500, 500 + (isThorough ? 4 * seedsPer(12) : 2)), async (seed) => {
    const input = witnessed(seed);
    for (const options of [{}, { shuffleSeed: seed, filesPerLayer: 3 }]) {
      const { facts } = await engineTold(input, options);
      expect(
        facts.filter(({ code }) => code === 'bucket-mismatch'),
        `seed ${seed}`,
      ).toEqual([]);
    }
  });
});

test('one unit more in one sum is a difference of one, or is not compared', { timeout: 120_000 }, async () => {
  let seen = 0;
  await forEachOf(seedsIn(600, 600 + (isThorough ? 6 * seedsPer(12) : 4)), async (seed) => {
    const input = witnessed(seed);
    const rows = withOneMore(input.witness.rows);
    if (rows === null) return;
    const { facts } = await engineTold({ ...input, witness: { cut, rows } });
    const found = facts.filter(({ code }) => code === 'bucket-mismatch');
    const isUncompared = facts.some(({ code, args }) => code === 'bucket-uncompared' && (args['measures'] ?? '').includes('charged_amount'));
    expect(found.length === 1 || isUncompared, `seed ${seed}`).toBe(true);
    if (found[0] === undefined) return;
    expect(found[0], `seed ${seed}`).toMatchObject({ count: 1, amount: '1', args: { measure: 'charged_amount', short: '1', over: '0' } });
    seen += 1;
  });
  expect(seen).toBeGreaterThan(0);
});
