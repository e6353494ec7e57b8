/** How many random ledgers are drawn: as many as TRUEUP_SEEDS names, which is few on a desk and more in CI. */
import process from 'node:process';

export const seedCount = Number(process.env['TRUEUP_SEEDS'] ?? '4');

/** One seed of `of`, and at least one: for tests that run each ledger many times. */
export function seedsPer(of: number): number {
  return Math.ceil(seedCount / of);
}
