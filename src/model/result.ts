/** The result document, `result.json` (SPEC §6), as data; its zod schema is report/result-schema. */
import type { TokenClass } from './evidence.ts';
import type { FindingCode } from './finding-code.ts';
import type { Severity } from './finding.ts';
import type { CountBridgeRow, Decision, Totals } from './judgement.ts';
import type { Day } from './instant.ts';
import type { Source } from './source.ts';
import type { Verdict } from './verdict.ts';

export const resultSchemaId = 'trueup.result/1';

export interface ResultBridgeRow {
  readonly step: string;
  readonly amount: string;
  readonly increase: string;
  readonly decrease: string;
  readonly count: number;
  readonly excepted: string;
}
export interface ResultCut {
  readonly key: string;
  readonly bridge: readonly ResultBridgeRow[];
  readonly totals: Totals;
}
export interface ResultLogCounts {
  readonly requests: number;
  readonly attempts: number;
  readonly duplicates: number;
  readonly export_duplicates: number;
  readonly by_status: Readonly<Record<string, number>>;
}
export interface ResultProviderCounts {
  readonly charges: number;
  readonly duplicates: number;
  readonly export_duplicates: number;
  readonly refunds: number;
  readonly adjustments: number;
  /** Only where the format rounds amounts that a program printed from binary floating point. */
  readonly float_shift?: string;
  readonly set_aside: Readonly<Record<string, number>>;
  readonly by_status: Readonly<Record<string, number>>;
}
/** The invoice as a witness counts lines; `requests` is what its usage lines state, null when none of them does. */
export interface ResultInvoiceCounts {
  readonly lines: number;
  readonly requests: number | null;
}
export interface ResultCounts {
  readonly application: ResultLogCounts;
  readonly gateway: ResultLogCounts | null;
  readonly provider: ResultProviderCounts;
  /** null when the period has no invoice. */
  readonly invoice: ResultInvoiceCounts | null;
  readonly linked_charges: number;
  readonly linked_anywhere: number;
  readonly requests_with_charge: number;
  /** The charges that could be held against counted requests: those of earlier periods and of other scopes are left out. */
  readonly comparable: number;
  /** Counted requests whose expected cost rests on the provider's token counts. */
  readonly provider_counted: { readonly count: number; readonly expected: string };
  /** Charges valued 0 as not billable that carry tokens, and what they would cost. */
  readonly free_charges: { readonly count: number; readonly cost: string };
  readonly amplification: string | null;
}
export interface ResultPeriod {
  readonly id: string;
  readonly start_utc: string;
  readonly end_utc: string;
  /** Exclusive; earlier than `end_utc` when the period was judged in part. */
  readonly judged_end_utc: string;
  readonly account_ref: string;
  readonly environment: string | null;
  readonly currency: string;
  readonly models: readonly string[] | null;
  readonly stage: 'usage' | 'final';
  readonly invoice_id: string | null;
}
export interface ResultFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly count: number;
  readonly amount: string | null;
  readonly args: Readonly<Record<string, string>>;
  /** Only places in ledger files; places in evidence are in the report and in the lines. */
  readonly source: Source | null;
  readonly samples: readonly string[];
}
/** Everything that `digests.result` covers. */
export interface ResultBody {
  readonly schema: typeof resultSchemaId;
  readonly as_of: Day;
  readonly period: ResultPeriod;
  readonly verdict: Verdict;
  /** null when the rows could not be reconciled. */
  readonly counts: ResultCounts | null;
  readonly tokens: Readonly<Record<TokenClass, { readonly application: string; readonly provider: string }>> | null;
  readonly bridge: readonly ResultBridgeRow[];
  readonly count_bridge: readonly Pick<CountBridgeRow, 'step' | 'count'>[];
  readonly totals: Totals;
  readonly set_aside_amounts: Readonly<Record<string, string>>;
  readonly by_model: readonly ResultCut[];
  readonly by_service: readonly ResultCut[];
  readonly by_cost_center: readonly ResultCut[];
  readonly by_day: readonly ResultCut[];
  readonly by_role: readonly ResultCut[];
  readonly by_prompt_version: readonly ResultCut[];
  readonly by_retry_reason: readonly ResultCut[];
  readonly by_incident: readonly ResultCut[];
  readonly findings: readonly ResultFinding[];
  readonly decision: readonly Decision[];
}
export interface Digests {
  /** `sha256:` and lower-case hex. */
  readonly inputs: string;
  readonly result: string;
}
export interface Result extends ResultBody {
  readonly tool_version: string;
  readonly digests: Digests;
}

/** What went in or came out, for the manifest and the report's evidence table. */
export interface ManifestFile {
  readonly name: string;
  readonly role: 'ledger' | 'application' | 'gateway' | 'provider' | 'output';
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** null where rows are not a notion of the file. */
  readonly rows: number | null;
}
