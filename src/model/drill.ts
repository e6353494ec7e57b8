/** Drills and faults: how the validation tests A to E ended, and what the self-test injected and found. */
import type { Finding } from './finding.ts';
import type { BillingRule, Drill } from './ledger.ts';
import type { Verdict } from './verdict.ts';

/** What an API says about a call: its ids, the model that answered, and token counts as a `trueup` row writes them. */
export interface DrillResponse {
  readonly requestId: string | null;
  readonly model: string | null;
  readonly tokens: Readonly<Record<string, bigint>>;
}

/** How a drill ended. */
export interface DrillOutcome {
  readonly drill: Drill;
  readonly state: 'held' | 'differs' | 'not-judged';
  /** The verdict of the small period under the ledger's policy; it decides nothing. */
  readonly verdict: Verdict;
  /** How many facts were compared. */
  readonly compared: number;
  /** What the contract says today about what the drill concludes; null when it concludes nothing about billing. */
  readonly contractSays: BillingRule | null;
}

export interface FaultKindResult {
  readonly kind: string;
  readonly injected: number;
  readonly detected: number;
  /** What shows the fault, in our own words: a step of the bridge or a finding. */
  readonly signal: string;
  /** What would have to be there for the fault to show or to be made; null = it was injected. */
  readonly needs: string | null;
}

export interface FaultReport {
  readonly period: string;
  readonly seed: number;
  readonly kinds: readonly FaultKindResult[];
  /** Plain requests: one application row and one charge that agree; faults are made on these. */
  readonly plainRequests: number;
  /** How often the engine ran. */
  readonly runs: number;
  readonly findings: readonly Finding[];
}
