/** How whole the evidence of a period looks from its own rows. */
import type { CanonicalColumn, EvidenceLayer } from './evidence.ts';
import type { Instant } from './instant.ts';
import type { Amount } from './money.ts';

export interface FileCompleteness {
  readonly name: string;
  /** All rows that were read, and those of them that the format's filter leaves out. */
  readonly rows: number;
  readonly filtered: number;
  /** null without rows. */
  readonly first: Instant | null;
  readonly last: Instant | null;
  /** Σ of the reported amounts in the period's currency; null where none is reported. */
  readonly amount: Amount | null;
}

export interface LayerCompleteness {
  readonly layer: EvidenceLayer;
  /** Days since 1970-01-01 of the judged part of the period that have a row, ascending. */
  readonly days: readonly number[];
  /** Of ids that are counted up: the range that is there, and how many of it are not. */
  readonly ids: readonly { readonly column: CanonicalColumn; readonly lowest: bigint; readonly highest: bigint; readonly missing: bigint }[];
  readonly files: readonly FileCompleteness[];
}
