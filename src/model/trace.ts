/** One request through all layers: its rows where they stand, and its lines. */
import type { CanonicalColumn } from './evidence.ts';
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
