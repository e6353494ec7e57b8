/** The thresholds and rules of `trueup.yaml`, parsed. */
import { steps } from './bridge.ts';
import type { Money } from './money.ts';
import type { Source } from './finding.ts';

/** Breached when the amount is above `ignore_below` and above `amount`, or above `percent` of the base. null = not set. */
export interface Threshold {
  readonly amount: Money | null;
  readonly percent: Money | null;
  readonly source: Source;
}
export interface Level {
  readonly warn: Threshold | null;
  readonly fail: Threshold | null;
}
/** What a category can judge: a step of the bridge, or money that is inside of steps and rests on one word alone. */
export const categories = [...steps, 'provider_counted', 'free_charges'] as const;
export type Category = (typeof categories)[number];

/** An override replaces the model or total level inside its filters; the one with the most filters wins, then the later. */
export interface Override {
  readonly services: readonly string[];
  readonly models: readonly string[];
  readonly level: Level;
  /** `any`: breached when amount or percent is exceeded; `both`: only when both are. */
  readonly require: 'any' | 'both';
  readonly source: Source;
}
/** Each UTC day's volume against the median of the days before it. A percentage that is null is not judged. */
export interface VolumePolicy {
  /** How far above the median, in percent of it, the number of rows or of tokens may be. */
  readonly requestsPercent: Money | null;
  readonly tokensPercent: Money | null;
  /** How many days make the median, and how many of them there must be before a day is judged. */
  readonly days: number;
  readonly minDays: number;
  /** A day with fewer rows is too small to be a spike. */
  readonly minRequests: Money;
}
/** What the ledger takes for the right rates between a currency of invoices or rows and the period's; at least one of them. */
export interface ReferenceRate {
  /** Units of that currency for one unit of the period's, as invoices convert; null = no invoice is compared in it. */
  readonly reference: Money | null;
  /** Units of the period's currency for one unit of that currency, as rows are converted; null = no row may be in it. */
  readonly evidenceReference: Money | null;
  /** How far, in percent of the reference, a stated rate may be from it. */
  readonly tolerancePercent: Money;
}
/** What may be charged in a period, to everything or to some services or models. */
export interface Budget {
  readonly amount: Money;
  /** From which share of the amount it warns. */
  readonly warnPercent: Money;
  /** What it means that more than the amount is charged. */
  readonly over: 'warn' | 'fail';
  /** Empty = all; never two of them. */
  readonly services: readonly string[];
  readonly models: readonly string[];
  readonly keys: readonly string[];
  readonly source: Source;
}
export type UnstatedSetting = 'min_linked' | 'min_compared' | 'max_delay' | 'retry_cap';
export type RuleSetting = 'ignore' | 'info' | 'warn' | 'quarantine' | 'fail';
export interface Policy {
  readonly ignoreBelow: Money;
  readonly total: Level;
  readonly model: Level;
  readonly categories: Readonly<Partial<Record<Category, Level>>>;
  readonly counts: Level;
  readonly overrides: readonly Override[];
  /** Finding code → setting. */
  readonly rules: Readonly<Record<string, RuleSetting>>;
  /** Charges per request. */
  readonly retryCap: { readonly default: Money; readonly services: Readonly<Record<string, Money>> };
  /** null = not judged. */
  readonly volume: VolumePolicy | null;
  readonly budget: readonly Budget[];
  /** null = no drill is required. */
  readonly drills: DrillPolicy | null;
  /** By the currency of invoices or rows. */
  readonly fx: ReadonlyMap<string, ReferenceRate>;
  /** Percent of charges and of counted requests that must link. */
  readonly minLinked: Money;
  /** Percent of the comparable charges that must be linked to counted requests: below it nothing worth a verdict was compared. */
  readonly minCompared: Money;
  /** Microseconds; no period may call requests in transit for longer before the provider's finality. */
  readonly maxDelay: bigint;
  /** `cells`: parts are netted inside (step, billed model, service, UTC day) before they are judged. */
  readonly gross: 'parts' | 'cells';
  /** Whether a close also leaves its result and report in the ledger. */
  readonly keepResults: boolean;
  /** Which of the settings with a built-in value the file does not state. */
  readonly unstated: readonly UnstatedSetting[];
}

/** Tests A to E, in that order. */
export const drillKinds = ['known-response', 'streaming', 'retry-after-timeout', 'fallback', 'unknown-model'] as const;

export type DrillKind = (typeof drillKinds)[number];

/** What `policy.drills` asks for. */
export interface DrillPolicy {
  readonly required: readonly { readonly kind: DrillKind; readonly source: Source }[];
  /** null = of any age. */
  readonly maxAgeDays: bigint | null;
  readonly missing: 'ignore' | 'info' | 'warn' | 'quarantine' | 'fail';
}
