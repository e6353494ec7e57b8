/** How many random ledgers are drawn: as many as TRUEUP_SEEDS names, which is few on a desk and more in CI. */
import process from 'node:process';

export const seedCount = Number(process.env['TRUEUP_SEEDS'] ?? '4');

/** One seed of `of`, and at least one: for tests that run each ledger many times. */
export function seedsPer(of: number): number {
  return Math.ceil(seedCount / of);
}

/** Seeds on which engine and reference are compared, by what the provider tells: in CI the property that says most for what it costs gets several times as many. */
export function seedsOfGrain(seeds: number): Readonly<Record<'calls' | 'sums' | 'lines', number>> {
  const [calls, others] = seeds < 12 ? [1, 1] : [3, 5];
  return { calls: calls * seeds, sums: others * seeds, lines: others * seeds };
}

/** Of the draws of a law: all of them from twelve seeds on, and of fewer seeds the same share. */
export function drawsOf(most: number): number {
  return Math.ceil(most * Math.min(1, seedCount / 12));
}
