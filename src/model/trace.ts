/** One request through all layers: its rows where they stand, and its lines. */
import type { CanonicalColumn, Layer, Status } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { Amount } from './money.ts';
import type { Instant } from './instant.ts';
import type { Ledger, Period } from './ledger.ts';
import type { PriceBook } from './price-book.ts';
import type { TraceLine } from './line.ts';
import type { EvidenceRow } from './reconciliation.ts';

export interface TraceRow extends EvidenceRow {
  readonly layer: Layer;
  /** Canonical values as text; null = empty. */
  readonly values: Readonly<Record<CanonicalColumn, string | null>>;
  /** What became of the row: final, first, logged, duplicate, export-duplicate, refund-repeated, set-aside:<reason>, charge, serving, unbacked, refund, error, part, token-data-error. */
  readonly roles: readonly string[];
  /** Of a provider's row that belongs to a request: the id by which it does, and the layer whose rows carry it. */
  readonly joinedBy: { readonly id: CanonicalColumn; readonly layer: Layer } | null;
}
export interface RequestTrace {
  readonly requestId: string;
  /** Application, gateway, provider; inside a layer by attempt, then time. */
  readonly rows: readonly TraceRow[];
  readonly lines: readonly TraceLine[];
  /** Where the provider sums requests up: the attempts that are held against its buckets, in order of time; absent: each of its rows is a call. */
  readonly units?: readonly TracedUnit[];
}
export interface TracedUnit {
  readonly at: Instant;
  /** The name of its cell. */
  readonly cell: string;
  readonly expected: Amount;
}

/** The original text of the columns that a row's format read, by canonical column; in the order of the trace's rows. */
export type OriginalRow = Readonly<Partial<Record<CanonicalColumn, string>>>;

/** What `explain` found of one request; `trace` is null when something could not be read, and `findings` say what. */
export interface Explanation {
  /** The id that was asked for: of a request, or of a provider's record. */
  readonly requestId: string;
  /** Mappings, contract and snapshots, with their places; null when the ledger could not be read. */
  readonly ledger: Ledger | null;
  readonly period: Period | null;
  /** Exclusive end of what was judged. */
  readonly judgedEnd: Instant | null;
  /** Final statuses of which the provider's token counts stand for those that the final row lacks (SPEC §4, `client_stopped`). */
  readonly providerCounted: readonly Status[];
  readonly trace: RequestTrace | null;
  /** The prices that were in force, with their places in the snapshots. */
  readonly priceBook: PriceBook | null;
  readonly originals: readonly OriginalRow[];
  readonly findings: readonly Finding[];
}
