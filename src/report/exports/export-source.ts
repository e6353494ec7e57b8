/** What every export is made of: the result of one period, what stands around it, and its lines. */
import type { PeriodBefore } from '../../model/gate.ts';
import type { Finding } from '../../model/finding.ts';
import type { IgnoredFinding } from '../../model/judgement.ts';
import type { Ledger, Period } from '../../model/ledger.ts';
import type { Line } from '../../model/line.ts';
import type { Month } from '../../model/month.ts';
import type { ManifestFile, Result } from '../../model/result.ts';

export interface ExportSource {
  readonly result: Result;
  /** The judgement's findings: those of the result with their places in evidence. */
  readonly findings: readonly Finding[];
  readonly ignored: readonly IgnoredFinding[];
  readonly ledger: Ledger;
  readonly period: Period;
  /** Every ledger and evidence file that went in. */
  readonly inputs: readonly ManifestFile[];
  /** The period right before, where its totals are known. */
  readonly before: PeriodBefore | null;
  /** The closed periods of the same account and environment that ended before, in the order of time, as they were approved. */
  readonly earlier: readonly Month[];
  /** The lines in the order of the line file, some thousands at a time; none where the rows could not be reconciled. Each call reads them anew. */
  readonly lines: () => AsyncIterable<readonly Line[]>;
}

/** One file of an export. Pure: the same source gives the same bytes. Text is scrubbed of secrets by whoever writes it. */
export interface ExportFile {
  /** Below the output folder, of the period's id; parts are set apart by `/`. */
  readonly name: (period: string) => string;
  readonly content: (source: ExportSource) => AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;
}

/** One kind of export, as `trueup export <period> <kind>` names it. */
export interface Exporter {
  readonly kind: string;
  /** Says in a few words what it is good for. */
  readonly description: string;
  readonly files: readonly ExportFile[];
}
