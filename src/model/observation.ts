/** Observations: what the engine saw in the rows, before policy says what it means. */
import type { FindingCode } from './finding-code.ts';
import type { EvidenceRow } from './reconciliation.ts';
import type { Amount } from './money.ts';

/** A countable fact about rows; it has no severity, policy gives it one. */
export interface Observation {
  readonly code: FindingCode;
  readonly count: number;
  /** Exact plain decimal text; null where money is not the subject. */
  readonly amount: Amount | null;
  /** The words that tell one observation of a code from another (model, status, step, layer, reason, …). */
  readonly args: Readonly<Record<string, string>>;
  /** Request ids (or provider request ids), the dearest first, at most five. */
  readonly samples: readonly string[];
  /** Where the first such row stands; null when it is not about single rows. */
  readonly row: EvidenceRow | null;
}

/** Charges that observations put in doubt: those that lie under the very same codes, each charge in one such group. */
export interface DoubtedCharges {
  readonly codes: readonly FindingCode[];
  /** Σ |value|, exact plain decimal text. */
  readonly amount: Amount;
}
