/** What the report is made from. */
import type { Finding } from '../model/finding.ts';
import type { IgnoredFinding } from '../model/judgement.ts';
import type { ContractItem } from '../model/ledger.ts';
import type { ManifestFile, Result } from '../model/result.ts';
import type { RequestTrace } from '../model/trace.ts';

export interface ReportInput {
  readonly result: Result;
  /** The judgement's findings: those of the result with their places in evidence. */
  readonly findings: readonly Finding[];
  readonly ignored: readonly IgnoredFinding[];
  /** At most ten are shown. */
  readonly traces: readonly RequestTrace[];
  /** What the caller knows not to have been checked, as sentences of our own without a full stop. */
  readonly notChecked: readonly string[];
  /** The answers about the provider that the run rests on. */
  readonly contract: readonly ContractItem[];
  /** Ledger and evidence files that went in. */
  readonly inputs: readonly ManifestFile[];
}
