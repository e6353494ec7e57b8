/** What the judge is handed: the ledger's words, the facts of the rows, and the findings of the rooms before. */
import type { Finding } from '../model/finding.ts';
import type { Day, Instant } from '../model/instant.ts';
import type { Ledger, Period } from '../model/ledger.ts';
import type { DoubtedCharges, Observation } from '../model/observation.ts';
import type { Reconciliation } from '../model/reconciliation.ts';

export interface JudgeInput {
  readonly ledger: Ledger;
  readonly period: Period;
  readonly asOf: Day;
  /** Exclusive; earlier than the period's end when only a part is judged. */
  readonly judgedEnd: Instant;
  /** Where `as_of` and `--through` leave the end: before the period's own end the run is one of stage usage. */
  readonly calendarEnd: Instant;
  /** null = the rows could not be reconciled: inconclusive. */
  readonly reconciliation: Reconciliation | null;
  /** Rows of all layers, as far as the formats read them. */
  readonly rows: number;
  readonly observations: readonly Observation[];
  readonly doubted: readonly DoubtedCharges[];
  readonly findings: readonly Finding[];
}
