/** What the reference reconciles: one period with its rows as text, and the parsed ledger files that give them meaning. */
import type { CanonicalColumn, Layer } from '../../src/model/evidence.ts';
import type { Instant } from '../../src/model/instant.ts';
import type { Money } from '../../src/model/money.ts';
import type { Contract, Incident, Mapping, PriceStart, Snapshot } from '../../src/model/ledger.ts';

/** One row of the format `trueup`: every column as its text, null when the field is empty. */
export type CanonicalRow = Readonly<Record<CanonicalColumn, string | null>>;

export interface ReferenceLayer {
  readonly rows: readonly CanonicalRow[];
  readonly rowsMode: 'attempts' | 'final-only';
  readonly finalizedThrough: Instant | null;
  /** Microseconds. */
  readonly delay: bigint;
}

export interface ReferencePeriod {
  readonly start: Instant;
  /** The judged end, exclusive. */
  readonly end: Instant;
  readonly accountRef: string;
  readonly environment: string | null;
  /** null = all. */
  readonly models: readonly string[] | null;
  readonly currency: string;
  readonly incidents: readonly Incident[];
  readonly prices: readonly PriceStart[];
}

/** A request that was in transit when the period before was closed. */
export interface OpenItem {
  readonly requestId: string;
  readonly providerRequestId: string | null;
  readonly at: Instant;
  readonly expected: Money;
}

export interface ReferenceInput {
  readonly period: ReferencePeriod;
  readonly layers: Readonly<Record<Layer, ReferenceLayer | null>>;
  readonly snapshots: readonly Snapshot[];
  readonly mappings: readonly Mapping[];
  readonly contract: Pick<Contract, 'billing' | 'rounding'>;
  /** Absent = the period before left nothing open. */
  readonly carried?: readonly OpenItem[];
}
