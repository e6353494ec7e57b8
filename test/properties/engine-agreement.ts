/** Holds the engine against the reference on many seeds; several at a time, since most of a run is the engine's own threads. */
import { expect } from 'vitest';
import type { ReferenceInput } from '../reference/input.ts';
import { brokenInvariants } from '../reference/invariants.ts';
import { describeRows, describeTerms, disagreementOn, type Disagreement, type Told } from './against-reference.ts';
import { engineTold } from './engine-implementation.ts';
import { randomLedger } from './random-ledger.ts';

const atOnce = 4;

/** Fails with the smallest ledger of the first seed in [from, to) on which engine and reference differ, or whose sums do not hold. */
export async function expectAgreement(from: number, to: number, ledgerOf = randomLedger): Promise<void> {
  const broken: string[] = [];
  const disagreements: Disagreement[] = [];
  const checked = async (input: ReferenceInput): Promise<Told> => {
    const told = await engineTold(input);
    broken.push(...brokenInvariants(told.reconciliation, input.gross));
    return told;
  };
  await forEachOf(seedsIn(from, to), async (seed) => {
    if (disagreements.length > 0) return;
    const found = await disagreementOn(seed, checked, ledgerOf);
    if (found !== null) disagreements.push(found);
  });
  expect(
    disagreements.map(({ seed, differences, input }) => `seed ${seed}\n${differences.join('\n')}\n${describeTerms(input)}\n${describeRows(input)}`),
  ).toEqual([]);
  expect(broken).toEqual([]);
}

export function seedsIn(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Every item once, some at a time. */
export async function forEachOf<Item>(items: readonly Item[], use: (item: Item) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await use(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
