/** Drills: the practical validation tests A to E, each a small period with what it should come to. */
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
