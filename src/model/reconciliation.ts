/** What the rows say of one period: the facts that the engine computes and policy judges. Amounts are exact plain decimal text. */
import type { CountStep, CutName, RowStep } from './bridge.ts';
import type { Layer, TokenClass } from './evidence.ts';
import type { ExceptionPart } from './exception.ts';

/**
 * One step's money. A *part* is the net amount that one charge or one request puts into the step (under one key, in a cut);
 * `increase` and `decrease` sum the positive and the negative parts, `count` counts the parts that are not zero.
 */
export interface StepAmount {
  readonly step: RowStep;
  readonly amount: string;
  readonly increase: string;
  readonly decrease: string;
  readonly count: number;
}
/** One key of a cut, with every step of `rowSteps` in order, zero or not. */
export interface CutRow {
  readonly key: string;
  readonly steps: readonly StepAmount[];
}
export interface LogCounts {
  /** application: counted requests; gateway: distinct request ids of its kept rows. */
  readonly requests: number;
  /** application: logged attempts of counted requests (rows, or the `attempt` of a final-only row, null = 1); gateway: kept rows. */
  readonly attempts: number;
  /** Duplicate log rows, over all rows of the layer. */
  readonly duplicates: number;
  readonly exportDuplicates: number;
  /** application: counted requests by final status; gateway: kept rows by status. */
  readonly byStatus: Readonly<Record<string, number>>;
}
export interface ProviderCounts {
  /** Kept charges: neither set aside nor duplicate nor refund; an `error` row with an amount is a charge. */
  readonly charges: number;
  readonly duplicates: number;
  readonly exportDuplicates: number;
  readonly refunds: number;
  /** Rows set aside, by reason: period, account, environment, model. */
  readonly setAside: Readonly<Record<string, number>>;
  /** Kept charges and error rows by their own status; null = `(none)`. */
  readonly byStatus: Readonly<Record<string, number>>;
}
export interface Reconciliation {
  /** Every step of `rowSteps`, in that order. */
  readonly steps: readonly StepAmount[];
  /** Keys ascending by code point. */
  readonly cuts: Readonly<Record<CutName, readonly CutRow[]>>;
  /** Every step of `countSteps` in that order, signed; then the sums the caller may check: charges, duplicate, provider_rows. */
  readonly countBridge: readonly { readonly step: CountStep | 'charges' | 'duplicate' | 'provider_rows'; readonly count: number }[];
  readonly counts: {
    readonly application: LogCounts;
    /** null when the layer does not exist. */
    readonly gateway: LogCounts | null;
    readonly provider: ProviderCounts;
    /** Kept charges that link to counted requests. */
    readonly linkedCharges: number;
    /** Kept charges that link to any request of ours. */
    readonly linkedAnywhere: number;
    /** Counted requests that any kept charge links to. */
    readonly requestsWithCharge: number;
  };
  /** Disjoint classes; application: final rows of counted requests, provider: kept charges. Null counts as 0, rows with a token data error as 0. */
  readonly tokens: Readonly<Record<TokenClass, { readonly application: string; readonly provider: string }>>;
  /** Set-aside money by reason: reported amount, else 0. */
  readonly setAsideAmounts: Readonly<Record<string, string>>;
  /** What the exceptions of the period that was reconciled speak of; their places are those of its list. Empty without exceptions. */
  readonly exceptionParts: readonly ExceptionPart[];
}

/** A row of evidence for a finding: where it stands, and which request it names. */
export interface EvidenceRow {
  readonly layer: Layer;
  readonly file: string;
  /** Data row, from 1; the header is not counted. */
  readonly row: number;
}
