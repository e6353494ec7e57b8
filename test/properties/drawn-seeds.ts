/** How many random ledgers are drawn: as many as TRUEUP_SEEDS names, which is few on a desk and more in CI. */
import process from 'node:process';

export const seedCount = Number(process.env['TRUEUP_SEEDS'] ?? '4');

/** As in `.ci/run`: every row of a table that shows one law again and again. */
export const isThorough = seedCount >= 6;

/** Such a table, or on a desk every third row of it, from row `place` on. */
export function share<Row>(table: readonly Row[], place = 0): readonly Row[] {
  return isThorough ? table : table.filter((_, index) => index % 3 === place);
}

/** One seed of `of`, and at least one: for tests that run each ledger many times. */
export function seedsPer(of: number): number {
  return Math.ceil(seedCount / of);
}

/** Seeds on which engine and reference are compared, by what the provider tells: from six on several times as many, most where a ledger costs least. */
export function seedsOfGrain(seeds: number): Readonly<Record<'calls' | 'sums' | 'lines' | 'witnesses', number>> {
  const times = seeds < 6 ? { calls: 1, sums: 1, lines: 1, witnesses: 1 } : { calls: 3, sums: 9, lines: 10, witnesses: 3 };
  return { calls: times.calls * seeds, sums: times.sums * seeds, lines: times.lines * seeds, witnesses: times.witnesses * seeds };
}

/** Of the draws of a law: all of them from six seeds on, and of fewer a twelfth for each. */
export function drawsOf(most: number): number {
  return isThorough ? most : Math.ceil((most * seedCount) / 12);
}
