/** Drills: the practical validation tests A to E, each a small period with what it should come to. */
import type { FindingCode } from './finding-code.ts';
import type { Day } from './instant.ts';
import type { BillingRule, Period } from './ledger.ts';
import type { Source } from './source.ts';
import type { Verdict } from './verdict.ts';

/** Tests A to E, in that order. */
export const drillKinds = ['known-response', 'streaming', 'retry-after-timeout', 'fallback', 'unknown-model'] as const;
export type DrillKind = (typeof drillKinds)[number];

/** One fact that the rows should show, as text in its one written form. */
export interface DrillExpectation {
  /** `requests`, `provider_records`, `layers`, `billable_model`, `tokens.<column>`, `cost`, `expected_cost`, `steps` or `amounts.<step>`. */
  readonly key: string;
  readonly expected: string;
  readonly source: Source;
}

/** What a drill proves about the provider. */
export interface DrillConclusion {
  /** The area of the contract item. */
  readonly item: string;
  readonly status: Exclude<BillingRule, 'unverified'>;
  readonly source: Source;
}

export interface Drill {
  readonly id: string;
  readonly kind: DrillKind;
  readonly runOn: Day;
  readonly by: string;
  /** The drill as a period: its folder is `drills/<id>`. */
  readonly period: Period;
  readonly expectations: readonly DrillExpectation[];
  /** Codes that the run must report. */
  readonly findings: readonly { readonly code: FindingCode; readonly source: Source }[];
  /** An answer of the API, named relative to the drill's folder. */
  readonly response: { readonly file: string; readonly source: Source } | null;
  readonly concludes: DrillConclusion | null;
  readonly source: Source;
}

/** What `policy.drills` asks for. */
export interface DrillPolicy {
  readonly required: readonly { readonly kind: DrillKind; readonly source: Source }[];
  /** null = of any age. */
  readonly maxAgeDays: bigint | null;
  readonly missing: 'ignore' | 'info' | 'warn' | 'quarantine' | 'fail';
}

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
