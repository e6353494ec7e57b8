/** What policy makes of the facts: a verdict, the findings with their final severities, the full bridge and what decided. */
import type { CutName, Step, Subtotal } from './bridge.ts';
import type { Finding, FindingCode, Source } from './finding.ts';
import type { Instant } from './instant.ts';
import type { CountEntry, StepAmount } from './reconciliation.ts';
import type { Stage } from './stage.ts';
import type { Verdict } from './verdict.ts';
import type { Amount, Money } from './money.ts';

/**
 * One row of the full bridge; amounts are exact plain decimal text.
 * A step moves the running total. A subtotal (`=`) states it: each of its columns sums the rows before it. A category judges what is `left`, the total and
 * model and service levels what is `open`.
 */
export interface BridgeRow extends Omit<StepAmount, 'step'> {
  readonly step: Step | Subtotal;
  readonly kind: 'step' | 'subtotal';
  /** The sum of all steps down to this row. */
  readonly runningTotal: Amount;
  /** Whether the money is explained by what it is (SPEC §5), of some steps only where their rule holds (`open` says what is not); null for `expected` and for subtotals. */
  readonly explained: boolean | null;
  /** The reference of the invoice line that the row stands for. */
  readonly reference: string | null;
  /** Where the period has several invoices, the one that a line or a residual belongs to. */
  readonly invoiceId: string | null;
  /** Where the invoices are in another currency than the period, that of the row; from `charged_converted` on it is theirs. */
  readonly currency: string | null;
}

export type CountBridgeStep = CountEntry['step'] | 'invoice_grouping' | 'invoice_requests';
export interface CountBridgeRow {
  readonly step: CountBridgeStep;
  /** Signed, so that the entries add up. */
  readonly count: number;
  /** How many of it nothing explains and no exception covers. */
  readonly open: number;
}

/** What a verdict can rest on other than rows of single calls: sums of the provider, or an invoice alone. */
export const assurances = ['bucket', 'invoice'] as const;
export type Assurance = (typeof assurances)[number];

/** In the order of documents. */
export const totalNames = [
  'expected',
  'provider_at_snapshot',
  'provider_charged',
  // What the provider itself reported, and what our snapshot makes of charges without an amount; they add up to `provider_charged`. null in cuts.
  'provider_reported',
  'provider_computed',
  'invoice_usage',
  'invoice_total',
  // Net sum of what is explained or excepted; `expected + explained + unexplained_net` is where the bridge ends.
  'explained',
  'unexplained_net',
  // Σ of the ups and of the downs of every unexplained part, invoice differences and residual by their size: what the total and model levels judge.
  'unexplained_gross',
  // Money at stake in quarantined findings; null in cuts.
  'quarantined',
] as const;
/** Exact plain decimal text; null = not known (no invoice, not computed), which is not zero. */
export type Totals = Readonly<Record<(typeof totalNames)[number], Amount | null>> & {
  /** Only where a prepaid balance is compared. */
  readonly balance_drawdown?: Amount;
  /**
   * Only where the bridge goes on in another currency: `provider_charged` at the rate of the policy. What is invoiced, explained and unexplained is then in the currency
   * of the invoices, what was expected and charged in that of the period.
   */
  readonly charged_converted?: Amount;
};

/** What the statement of a prepaid balance says, as it is reported. Amounts are exact plain decimal text, all but `paid` in the period's currency. */
export interface Balance {
  readonly opening: BalanceMark;
  readonly closing: BalanceMark;
  /** Σ of the movements that count, by kind; kinds that did not occur are left out. */
  readonly movements: Readonly<Record<string, Amount>>;
  /** Σ of those without a reference, which do not count. */
  readonly notCounted: Amount;
  /** What the balance fell by beside the movements. */
  readonly drawdown: Amount;
  /** What was paid for all of them, and how much of that was fees, by currency. */
  readonly paid: Readonly<Record<string, { readonly amount: Amount; readonly fee: Amount }>>;
}
interface BalanceMark {
  readonly at: Instant;
  readonly balance: Amount;
}

/**
 * One key of a cut. By model the bridge goes on to `invoice_usage` when every usage line names its model; else it ends at `provider_charged`. Behind its end stand the
 * credits and discounts of the model, and under `(invoice)` those of none. A prepaid balance has a key of its own, whose bridge alone goes on to `balance_drawdown`.
 */
export interface JudgedCut {
  readonly key: string;
  readonly bridge: readonly BridgeRow[];
  readonly totals: Totals;
}

/**
 * One threshold that was looked at. It is breached when `value > threshold`.
 * `distance`, with every base held: when not breached, the verdict changes as soon as *more than* this is added to the value;
 * when breached, this threshold is cleared as soon as *at least* this is taken away.
 */
export interface Decision {
  /** linkage, coverage, total, counts, `model:<key>`, `service:<key>`, `category:<step>`, or `finding:<code>`. */
  readonly scope: string;
  /** What was measured. */
  readonly fact: 'unexplained_gross' | 'unexplained_counts' | 'step_amount' | 'unlinked_charges' | 'unlinked_requests' | 'uncompared_charges' | 'finding';
  readonly value: Amount;
  /** The limit in the unit of the value, exact; whole for what is counted. */
  readonly threshold: Amount;
  /** How the limit came about, as in the file: `1% of 1234.5`, `50`. */
  readonly rule: string;
  readonly level: 'warn' | 'fail' | 'inconclusive';
  readonly outcome: Verdict;
  readonly distance: Amount;
  /** Where the threshold stands; null for a built-in. */
  readonly source: Source | null;
  /** The ledger says nothing: the built-in level holds. */
  readonly default: boolean;
  /** The override that took the place of a level, in words (`services batch-jobs`); null = the level itself. */
  readonly override: string | null;
}

/** How what was charged becomes what the invoices state, where these are in another currency. */
export interface Conversion {
  /** The currency of the period, and that of its invoices. */
  readonly from: string;
  readonly to: string;
  /** Units of `to` for one of `from`: what the policy takes for right, and what the invoices use. */
  readonly reference: Money;
  readonly rate: Money;
  /** Whether the rate is as near to the reference as the policy tolerates; then its difference is explained, as a whole. */
  readonly isTolerated: boolean;
}

export interface IgnoredFinding {
  readonly code: FindingCode;
  readonly count: number;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** `usage`: the bridge ends at `provider_charged`. */
  readonly stage: Stage;
  /** Severity worst first, then |amount| descending, then code, then args, then place, by code point. */
  readonly findings: readonly Finding[];
  /** What `rules` set to ignore; summed all the same. */
  readonly ignored: readonly IgnoredFinding[];
  /** Breached first (worst first), then the closest. */
  readonly decision: readonly Decision[];
  /** What the statement of the prepaid balance says; null where none is compared. */
  readonly balance: Balance | null;
  /** Empty when nothing could be computed. */
  readonly bridge: readonly BridgeRow[];
  readonly countBridge: readonly CountBridgeRow[];
  readonly totals: Totals;
  /** null where the invoices that are compared are in the currency of the period. */
  readonly conversion: Conversion | null;
  readonly cuts: Readonly<Record<CutName, readonly JudgedCut[]>>;
  /** Linked charges of counted requests ÷ counted requests, 4 decimals half-even; null without requests. */
  readonly amplification: Amount | null;
}
