/** The same relations on a cluster say the same of random ledgers, to the last digit and observation. */
import { expect, test } from 'vitest';
import { clusterAtHand } from '../cluster.ts';
import { seedCount } from './drawn-seeds.ts';
import { engineTold } from './engine-implementation.ts';
import { randomBuckets } from './random-buckets.ts';
import { randomLedger } from './random-ledger.ts';
import { randomLines } from './random-lines.ts';
import { randomWitness } from './random-witness.ts';
import type { ReferenceInput } from '../reference/input.ts';
import type { Told } from './against-reference.ts';

const wide = clusterAtHand();
const grains = { calls: randomLedger, sums: randomBuckets, lines: randomLines, witnesses: randomWitness } as const;
const kinds = Object.keys(grains) as (keyof typeof grains)[];

/** So many ledgers in all, the kinds in turn. */
const ledgers = Number(process.env['TRUEUP_CLUSTER_SEEDS'] ?? String(seedCount));
const drawn = Array.from({ length: Math.ceil(ledgers / kinds.length) }, (_, seed) => kinds.map((grain) => [grain, seed] as const)).flat();

/** What is told, or why not: both engines are asked the same. */
async function told(input: ReferenceInput, options: Parameters<typeof engineTold>[1]): Promise<Told | string> {
  try {
    return await engineTold(input, options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test.skipIf(wide === null).each(drawn)('%s of seed %i', { timeout: 300_000 }, async (grain, seed) => {
  const input = grains[grain](seed);
  expect(await told(input, wide === null ? {} : { wide })).toEqual(await told(input, {}));
});
