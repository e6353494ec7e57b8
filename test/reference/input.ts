/** What the reference reconciles: one period with its rows as text, and the parsed ledger files that give them meaning. */
import type { CanonicalColumn, Layer, tokenColumns } from '../../src/model/evidence.ts';
import type { Neighbour } from '../../src/model/earlier-period.ts';
import type { Exception } from '../../src/model/exception.ts';
import type { Day, Instant } from '../../src/model/instant.ts';
import type { Money } from '../../src/model/money.ts';
import type { BucketCut } from '../../src/model/bucket-bounds.ts';
import type { Contract, Incident, InvoiceRounding, Mapping, PriceStart, Snapshot } from '../../src/model/ledger.ts';

/** One row of the format `trueup`: every column as its text, null when the field is empty. */
export type CanonicalRow = Readonly<Record<CanonicalColumn, string | null>> & {
  /** Of a provider's row: what of the answer another model did, each model once, by name. */
  readonly parts?: readonly CanonicalPart[];
};
/** Counts as `trueup` writes them. */
export type CanonicalPart = Readonly<Record<(typeof tokenColumns)[number], string | null>> & { readonly model: string };

export interface ReferenceLayer {
  readonly rows: readonly CanonicalRow[];
  readonly rowsMode: 'attempts' | 'final-only';
  readonly finalizedThrough: Instant | null;
  /** Microseconds. */
  readonly delay: bigint;
}

/** What a period declares to be its own; null = all. */
export interface Scope {
  readonly start: Instant;
  /** Exclusive. */
  readonly end: Instant;
  /** At least one. */
  readonly accounts: readonly string[];
  readonly environment: string | null;
  readonly models: readonly string[] | null;
  readonly keys: readonly string[] | null;
}

export interface ReferencePeriod extends Scope {
  readonly currency: string;
  /** What one unit of another currency is in the period's, by currency; one that is not there enters no sum. */
  readonly fx: ReadonlyMap<string, Money>;
  readonly incidents: readonly Incident[];
  readonly prices: readonly PriceStart[];
}

/** A request that was in transit when the period before was closed. */
export interface OpenItem {
  readonly requestId: string;
  readonly providerRequestId: string | null;
  readonly at: Instant;
  readonly expected: Money;
  /** What E was made of; null in the list of an older close. */
  readonly details: {
    /** null = unmapped. */
    readonly model: string | null;
    readonly primaries: readonly string[];
    /** Counts as `trueup` writes them, and the variant. */
    readonly row: Pick<CanonicalRow, (typeof tokenColumns)[number] | 'service_tier' | 'region'>;
  } | null;
}

export interface ReferenceInput {
  /** Its end is the judged end. */
  readonly period: ReferencePeriod;
  readonly layers: Readonly<Record<Layer, ReferenceLayer | null>>;
  readonly snapshots: readonly Snapshot[];
  readonly mappings: readonly Mapping[];
  readonly contract: Pick<Contract, 'billing' | 'rounding' | 'coverFees' | 'tiers' | 'pricedAt' | 'advisors'>;
  /** Whether the provider's counts stand in for what a stopped client could not count; only where that is set and proved. */
  readonly clientStopped: Readonly<Record<'timeout' | 'canceled', 'unverified' | 'provider-counts'>>;
  /** Of the other periods of the ledger. */
  readonly otherScopes: readonly Scope[];
  /** Periods before this one of its account and environment, with what they were charged; null = nobody can say. */
  readonly earlier: readonly (Neighbour & { readonly charged: Money | null })[];
  /** In file order. */
  readonly exceptions: readonly ReferenceException[];
  readonly asOf: Day;
  readonly gross: 'parts' | 'cells';
  /** Empty = the period before left nothing open. */
  readonly carried: readonly OpenItem[];
  /** When a prepaid balance was read; null = it was not. */
  readonly readings: { readonly opening: Instant; readonly closing: Instant } | null;
  /** How the provider's rows sum up requests; absent: each is a call. Zones are fixed offsets. */
  readonly buckets?: BucketCut;
  /** Sums of the provider beside its calls, and how they are cut; absent: there are none. */
  readonly witness?: { readonly cut: BucketCut; readonly rows: readonly CanonicalRow[] };
  /** How invoices round, where their lines stand for the provider's export (cells as wide as the period) or sums may be printed as they are; absent: nothing is rounded. */
  readonly lineRounding?: InvoiceRounding;
}

export type ReferenceException = Pick<
  Exception,
  'id' | 'category' | 'model' | 'service' | 'requestIds' | 'from' | 'to' | 'maxAmount' | 'maxCount' | 'expiresOn'
>;
