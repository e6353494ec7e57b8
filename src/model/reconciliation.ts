/** What the rows say of one period: the facts and observations that the engine computes and policy judges. */
import type { BucketCountStep, CountStep, CutName, RowStep } from './bridge.ts';
import type { BucketWidth } from './bucket-bounds.ts';
import type { BucketDimension, EvidenceLayer, TokenClass } from './evidence.ts';
import type { FindingCode } from './finding.ts';
import type { Amount } from './money.ts';

/**
 * One step's money. A *part* is the net amount that one charge or one request puts into the step (under one key, in a cut);
 * `increase` and `decrease` sum the positive and the negative parts, `count` counts the parts that are not zero.
 */
export interface StepAmount {
  readonly step: RowStep;
  readonly amount: Amount;
  readonly increase: Amount;
  readonly decrease: Amount;
  readonly count: number;
  /** Signed sum of what exceptions cover. */
  readonly excepted: Amount;
  /** The parts after exceptions; with `gross: cells` netted inside (step, billed model, service, UTC day) after that. Categories judge it. */
  readonly left: Sides;
  /** `left` of the parts that are unexplained: all of an unexplained step, of `in_transit` and `out_of_scope` the parts that their rule does not explain, else 0. */
  readonly open: Sides;
}
/** The sums of the positive and of the negative amounts. */
export interface Sides {
  readonly increase: Amount;
  readonly decrease: Amount;
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
  /** Kept charges: neither set aside nor duplicate nor refund or adjustment; an `error` row with an amount is a charge. */
  readonly charges: number;
  readonly duplicates: number;
  readonly exportDuplicates: number;
  /** Rows of kind refund or adjustment that go to step `refund`, and those that go to step `adjustment`. */
  readonly refunds: number;
  readonly adjustments: number;
  /** Those of them that go to step `correction` instead; absent where no row says that it corrects a period. */
  readonly corrections?: number;
  /** Kept charges and duplicates by their billed model; of buckets the requests that they count, by the model of their cell. */
  readonly rowsByModel: Readonly<Record<string, number>>;
  /** Σ (rounded − printed) of reported amounts in the period's currency, where the format says that they are printed from binary floating point. */
  readonly floatShift?: Amount;
  /** Rows set aside, by reason: period, account, environment, key, model. */
  readonly setAside: Readonly<Record<string, number>>;
  /** Kept charges and error rows by their own status; null = `(none)`. */
  readonly byStatus: Readonly<Record<string, number>>;
}
export interface CountEntry {
  readonly step: CountStep | BucketCountStep | 'charges' | 'duplicate' | 'provider_rows' | 'provider_requests';
  readonly count: number;
  /** How many of its requests or charges are unexplained and covered by no exception with `max_count`; 0 for explained entries and for sums. */
  readonly open: number;
}
export interface MeterCount {
  readonly meter: string;
  readonly application: Amount;
  readonly provider: Amount;
}
export interface Reconciliation {
  /** Every step of `rowSteps`, in that order. */
  readonly steps: readonly StepAmount[];
  /** Keys ascending by code point. */
  readonly cuts: Readonly<Record<CutName, readonly CutRow[]>>;
  /** Every step of `countSteps` in that order, signed; then the sums the caller may check: charges, duplicate, provider_rows. Of buckets those of `bucketCountSteps`, then provider_requests. */
  readonly countBridge: readonly CountEntry[];
  /** Where the provider's rows sum up requests: by what they are told apart, and the units that they are held against. Charges are then rows, and those of counted requests lie in cells with units. */
  readonly buckets?: BucketFacts;
  readonly counts: {
    /** The charges that coverage is a share of: kept charges without those of `carried_forward` and of explained `out_of_scope`. */
    readonly comparable: number;
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
  /** What is counted beside tokens, by meter in order of their names, rounded up where it is priced so: of the final rows of counted requests, and of kept charges. Absent where no row counts anything so. */
  readonly meters?: readonly MeterCount[];
  /** Set-aside money by reason: reported amount, else 0. */
  readonly setAsideAmounts: Readonly<Record<string, Amount>>;
  /** What the provider reported, and what our snapshot makes of charges without an amount; both hold duplicates, refunds and adjustments, and add up to `provider_charged`. */
  readonly totals: { readonly providerReported: Amount; readonly providerComputed: Amount };
  /** Counted requests whose E rests on the token counts of their serving charge (SPEC §4, `client_stopped`), and Σ E. */
  readonly providerCounted: { readonly count: number; readonly expected: Amount };
  /** Kept charges that are valued 0 as not billable and yet carry tokens, and their cost. */
  readonly freeCharges: { readonly count: number; readonly cost: Amount };
  /** null where the period has no statement of a prepaid balance, or is judged in part. */
  readonly balance: BalanceRows | null;
  /** By the place of the exception in the period's list; those about the invoice take nothing here. */
  readonly exceptionUses: readonly ExceptionUse[];
}

export interface BucketFacts {
  readonly width: BucketWidth;
  readonly by: readonly BucketDimension[];
  readonly units: number;
  /** Units in cells that the provider has a row of. */
  readonly unitsWithRow: number;
  /** Units that were counted in the bucket after their own (`lag`). */
  readonly moved: number;
}

/** The rows that a prepaid balance paid for beside those of the bridge, and those of the bridge that it did not. A row's amount is what it adds to `provider_charged`, or would. */
export interface BalanceRows {
  /** Rows in the period that are set aside by environment, key or model. */
  readonly otherScope: RowSums;
  /** Rows of the account in just one of the period and the time between the readings: with their sign those between the readings, negated the others. */
  readonly timing: RowSums;
}
/** `count`: rows that are not zero. */
export interface RowSums extends Sides {
  readonly count: number;
}

/** What one exception takes of the rows. Amounts are exact plain decimal text. */
export interface ExceptionUse {
  /** Signed sum of what it covers. */
  readonly covered: Amount;
  /** Σ |what it covers|: what its `max_amount` is spent on. */
  readonly used: Amount;
  /** Σ |what it speaks of and nobody before it took|. */
  readonly matched: Amount;
  /** Signed sum of what it speaks of and earlier ones took; `takers` are the places of these. */
  readonly takenBefore: Amount;
  readonly takers: readonly number[];
  /** Entries of the count bridge that it covers, and those that it speaks of and nobody before it took. */
  readonly count: number;
  readonly matchedCount: number;
}

/** A row of evidence for a finding: where it stands, and which request it names. */
export interface EvidenceRow {
  readonly layer: EvidenceLayer;
  readonly file: string;
  /** Data row, from 1; the header is not counted. */
  readonly row: number;
}

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
