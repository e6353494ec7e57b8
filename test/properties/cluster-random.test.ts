/** The same relations on a cluster say the same of random ledgers, to the last digit and observation. */
import { expect, test } from 'vitest';
import { clusterAtHand } from '../cluster.ts';
import { seedCount } from './drawn-seeds.ts';
import { engineTold } from './engine-implementation.ts';
import { randomLedger } from './random-ledger.ts';
import type { Told } from './against-reference.ts';

const wide = clusterAtHand();
const seeds = Array.from({ length: Number(process.env['TRUEUP_CLUSTER_SEEDS'] ?? String(seedCount)) }, (_, seed) => seed);

/** What is told, or why not: both engines are asked the same. */
async function told(seed: number, options: Parameters<typeof engineTold>[1]): Promise<Told | string> {
  try {
    return await engineTold(randomLedger(seed), options);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const narrow = 'a cluster does not reconcile';

test.skipIf(wide === null).each(seeds)('seed %i', { timeout: 300_000 }, async (seed) => {
  const there = await told(seed, wide === null ? {} : { wide });
  if (typeof there === 'string' && there.startsWith(narrow)) return;
  expect(there).toEqual(await told(seed, {}));
});
