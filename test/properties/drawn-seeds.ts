/** How many random ledgers are drawn: as many as TRUEUP_SEEDS names, which is few on a desk and more in CI. */
import process from 'node:process';

export const seedCount = Number(process.env['TRUEUP_SEEDS'] ?? '4');

/** One seed of `of`, and at least one: for tests that run each ledger many times. */
export function seedsPer(of: number): number {
  return Math.ceil(seedCount / of);
}

/** Seeds on which engine and reference are compared, by what the provider tells: the property that says most for what it costs gets the most. */
export const seedsOfGrain = { calls: 3 * seedCount, sums: 5 * seedCount, lines: 5 * seedCount } as const;
