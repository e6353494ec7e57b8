/** Periods beside the one that is judged, as rows of evidence may name them: those of its account and environment (SPEC §13, `corrects`). */
import type { Instant } from './instant.ts';
import type { Amount } from './money.ts';

export interface Neighbour {
  readonly id: string;
  /** Inclusive start and exclusive end. */
  readonly start: Instant;
  readonly end: Instant;
}

/** A period before the judged one that rows correct; `charged` is what it was charged, null where nobody can say. */
export interface CorrectedPeriod {
  readonly id: string;
  readonly charged: Amount | null;
}
