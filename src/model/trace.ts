/** One request through all layers: its rows where they stand, and its lines. */
import type { CanonicalColumn } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { Period, Rounding } from './ledger.ts';
import type { PriceBook } from './price-book.ts';
import type { Line } from './line.ts';
import type { EvidenceRow } from './reconciliation.ts';

export interface TraceRow extends EvidenceRow {
  /** Canonical values as text; null = empty. */
  readonly values: Readonly<Record<CanonicalColumn, string | null>>;
  /** What became of the row: final, first, logged, duplicate, export-duplicate, set-aside:<reason>, charge, serving, unbacked, refund, error. */
  readonly roles: readonly string[];
}
export interface RequestTrace {
  readonly requestId: string;
  /** Application, gateway, provider; inside a layer by attempt, then time. */
  readonly rows: readonly TraceRow[];
  readonly lines: readonly Line[];
}

/** The original text of the columns that a row's format read, by canonical column; in the order of the trace's rows. */
export type OriginalRow = Readonly<Partial<Record<CanonicalColumn, string>>>;

/** What `explain` found of one request; `trace` is null when something could not be read, and `findings` say what. */
export interface Explanation {
  readonly requestId: string;
  readonly period: Period | null;
  readonly trace: RequestTrace | null;
  /** The prices that were in force, with their places in the snapshots. */
  readonly priceBook: PriceBook | null;
  readonly originals: readonly OriginalRow[];
  readonly rounding: Rounding | null;
  readonly findings: readonly Finding[];
}
