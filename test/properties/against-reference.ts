/** Holds any implementation against the reference on the ledger of a seed. */
import type { Reconciliation } from '../../src/model/reconciliation.ts';
import type { ReferenceInput } from '../reference/input.ts';
import { referenceReconcile } from '../reference/reconcile.ts';
import { differences } from './compare-reconciliations.ts';
import { randomLedger } from './random-ledger.ts';
import { shrinkLedger } from './shrink-ledger.ts';

export type Implementation = (input: ReferenceInput) => Promise<Reconciliation>;

export interface Disagreement {
  readonly seed: number;
  /** The smallest ledger on which both still disagree. */
  readonly input: ReferenceInput;
  /** What they say differently of it; an implementation that throws says its error. */
  readonly differences: readonly string[];
}

/** null when the implementation and the reference agree on the ledger of `seed`. */
export async function disagreementOn(seed: number, implementation: Implementation): Promise<Disagreement | null> {
  const input = randomLedger(seed);
  if ((await differencesOn(input, implementation)).length === 0) return null;
  const smallest = await shrinkLedger(input, async (smaller) => (await differencesOn(smaller, implementation)).length > 0);
  return { seed, input: smallest, differences: await differencesOn(smallest, implementation) };
}

async function differencesOn(input: ReferenceInput, implementation: Implementation): Promise<string[]> {
  try {
    return differences(await implementation(input), referenceReconcile(input));
  } catch (error) {
    return [`threw: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** The rows of a ledger as one line each, with the empty columns left out; for the message of a failed test. */
export function describeRows(input: ReferenceInput): string {
  const lines = Object.entries(input.layers).flatMap(([layer, evidence]) =>
    (evidence?.rows ?? []).map((row) => {
      const values = Object.entries(row).filter(([, value]) => value !== null);
      return `${layer}: ${values.map(([column, value]) => `${column}=${value}`).join(' ')}`;
    }),
  );
  return lines.join('\n');
}
