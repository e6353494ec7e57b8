/** How far a period is judged: through complete UTC days, no further than asked for, and no further than the provider is final (SPEC §2.1). Pure. */
import { lastBucketEnd } from './bucket-bounds.ts';
import { type Day, endOfDay, type Instant, microsPerDay, startOfDay } from './instant.ts';
import type { Period } from './ledger.ts';
import type { Policy } from './policy.ts';

export interface Cuts {
  readonly asOf: Day;
  /** Judge only up to and including this day; null = not asked for. */
  readonly through: Day | null;
}

/** Where the calendar and the caller leave the end: whatever is cut here is a part of the period, judged as stage usage. */
export function calendarEndOf(period: Pick<Period, 'end'>, { asOf, through }: Cuts): Instant {
  return earliest([period.end, startOfDay(asOf), ...(through === null ? [] : [endOfDay(through)])]);
}

/** The exclusive end of what is judged: the calendar's, or an earlier one where the provider is not final through it; of buckets the last end of one that is no later. */
export function judgedEndOf(period: Pick<Period, 'end' | 'evidence'>, cuts: Cuts): Instant {
  return wholeBuckets(period, finalEndOf(period, cuts));
}

/** The last end of a bucket at or before `end`; `end` itself where no rows are sums: what is judged is what sums can be held against. */
export function wholeBuckets({ evidence }: Pick<Period, 'evidence'>, end: Instant): Instant {
  const cut = evidence.find(({ bucket }) => bucket !== undefined)?.bucket;
  return cut === undefined ? end : lastBucketEnd(end, cut);
}

function finalEndOf(period: Pick<Period, 'end' | 'evidence'>, cuts: Cuts): Instant {
  const finalized = finalizedThrough(period);
  const calendar = calendarEndOf(period, cuts);
  if (finalized === null || finalized >= period.end) return calendar;
  return earliest([calendar, finalized - positiveRest(finalized)]);
}

/** Through when the provider's export is complete; null = the period does not say. */
export function finalizedThrough({ evidence }: Pick<Period, 'evidence'>): Instant | null {
  return evidence.find(({ layer }) => layer === 'provider')?.finalizedThrough ?? null;
}

/** For how long before the provider's finality requests may still be in transit: what the period says, and never more than policy allows. */
export function delayInForce(period: Pick<Period, 'evidence'>, { maxDelay }: Pick<Policy, 'maxDelay'>): bigint {
  const declared = period.evidence.find(({ layer }) => layer === 'provider')?.delay ?? 0n;
  return declared < maxDelay ? declared : maxDelay;
}

/** From when on requests may still be in transit: from the provider's finality on, where it says none from the judged end on, and for the delay in force before. */
export function inTransitFrom(period: Pick<Period, 'evidence'>, judgedEnd: Instant, delay: bigint): Instant {
  return (finalizedThrough(period) ?? judgedEnd) - delay;
}

/** How far into its UTC day an instant is, also before 1970. */
function positiveRest(instant: Instant): bigint {
  return ((instant % microsPerDay) + microsPerDay) % microsPerDay;
}

function earliest(ends: readonly Instant[]): Instant {
  return ends.reduce((first, end) => (end < first ? end : first));
}
