/** Holds any implementation against the reference on the ledger of a seed. */
import { formatInstant } from '../../src/model/instant.ts';
import type { Reconciliation } from '../../src/model/reconciliation.ts';
import type { ReferenceInput } from '../reference/input.ts';
import { referenceObservations, type Fact } from '../reference/observe.ts';
import { referenceReconcile } from '../reference/reconcile.ts';
import { differences } from './compare-reconciliations.ts';
import { randomLedger } from './random-ledger.ts';
import { shrinkLedger } from './shrink-ledger.ts';

/** What an implementation says of a ledger. */
export interface Told {
  readonly reconciliation: Reconciliation;
  readonly facts: readonly Fact[];
}
export type Implementation = (input: ReferenceInput) => Promise<Told>;

export interface Disagreement {
  readonly seed: number;
  /** The smallest ledger on which both still disagree. */
  readonly input: ReferenceInput;
  /** What they say differently of it; an implementation that throws says its error. */
  readonly differences: readonly string[];
}

/** null when the implementation and the reference agree on the ledger of `seed`. */
export async function disagreementOn(seed: number, implementation: Implementation, ledgerOf = randomLedger): Promise<Disagreement | null> {
  const input = ledgerOf(seed);
  if ((await differencesOn(input, implementation)).length === 0) return null;
  const smallest = await shrinkLedger(input, async (smaller) => (await differencesOn(smaller, implementation)).length > 0);
  return { seed, input: smallest, differences: await differencesOn(smallest, implementation) };
}

async function differencesOn(input: ReferenceInput, implementation: Implementation): Promise<string[]> {
  try {
    const { reconciliation, facts } = await implementation(input);
    return [
      ...differences(reconciliation, referenceReconcile(input)),
      ...(input.buckets === undefined ? factDifferences(facts, referenceObservations(input)) : []),
    ];
  } catch (error) {
    return [`threw: ${error instanceof Error ? error.message : String(error)}`];
  }
}

/** The observations that the reference makes as well; the others are the engine's own. */
const comparedCodes: readonly string[] = [
  'status-conflict',
  'leak',
  'stated-amount',
  'doubted',
  'likely-hidden-retry',
  'likely-broken-join',
  'bucket-mismatch',
  'bucket-uncompared',
];

function factDifferences(actual: readonly Fact[], expected: readonly Fact[]): string[] {
  const textOf = ({ code, count, amount, args }: Fact): string => `${code} ${count} ${amount} ${JSON.stringify(Object.entries(args).sort())}`;
  const compared = (facts: readonly Fact[]): string[] => facts.filter(({ code }) => comparedCodes.includes(code)).map(textOf);
  const [left, right] = [compared(actual), compared(expected)];
  return [
    ...left.filter((fact) => !right.includes(fact)).map((fact) => `said: ${fact}`),
    ...right.filter((fact) => !left.includes(fact)).map((fact) => `not said: ${fact}`),
  ];
}

/** What a ledger says beside its rows, prices and mappings, where it says anything. */
export function describeTerms({ period, layers, contract, clientStopped, otherScopes, exceptions, gross, carried, witness }: ReferenceInput): string {
  const provider = layers.provider === null ? null : { finalizedThrough: layers.provider.finalizedThrough, delay: layers.provider.delay };
  const terms = {
    ...period,
    incidents: undefined,
    prices: undefined,
    ...contract,
    ...provider,
    clientStopped,
    otherScopes,
    exceptions,
    gross,
    carried,
    cut: witness?.cut,
  };
  return JSON.stringify(terms, (_, value: unknown) => (typeof value === 'bigint' ? formatInstant(value) : (value ?? undefined)));
}

/** The rows of a ledger as one line each, with the empty columns left out; for the message of a failed test. */
export function describeRows(input: ReferenceInput): string {
  const beside = input.witness === undefined ? [] : [['usage_buckets', input.witness] as const];
  const lines = [...Object.entries(input.layers), ...beside].flatMap(([layer, evidence]) =>
    (evidence?.rows ?? []).map((row) => {
      const values = Object.entries(row).filter(([, value]) => value !== null);
      return `${layer}: ${values.map(([column, value]) => `${column}=${value}`).join(' ')}`;
    }),
  );
  return lines.join('\n');
}
