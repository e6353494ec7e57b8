/** Exceptions: reviewed, capped, expiring statements that part of a variance is known (SPEC §2.3). */
import { adjustmentSteps, balanceSteps, conversionSteps, rowSteps, type Step, steps } from './bridge.ts';
import { type Day, type Instant, startOfDay } from './instant.ts';
import type { Money } from './money.ts';
import type { Source } from './finding.ts';

/** What is no variance, what nobody can price, and what must be zero: no exception speaks of these. */
const neverExcepted = ['expected', 'unpriced', 'missing_usage', 'residual'] as const;
export type ExceptableStep = Exclude<Step, (typeof neverExcepted)[number]>;

/** The steps that an exception may name as its category, in bridge order. */
export const exceptableSteps = steps.filter((step): step is ExceptableStep => !(neverExcepted as readonly string[]).includes(step));

/** The steps of the invoice: their money belongs to no row, so that only the category and the cap can speak of it. */
export const invoiceSteps: readonly Step[] = [...conversionSteps, 'usage_subtotal', ...adjustmentSteps];

export interface Exception {
  readonly id: string;
  readonly category: ExceptableStep;
  /** Filters are ANDed; null = any. Of a charge its billed model, of a request without charge its expected model. */
  readonly model: string | null;
  readonly service: string | null;
  /** Request ids, or provider ids of charges that carry no request id. */
  readonly requestIds: readonly string[] | null;
  /** Of the charge, or of the final row of a request without charge: inclusive start, exclusive end. */
  readonly from: Instant | null;
  readonly to: Instant | null;
  /** In the currency of its step, which is the period's up to the invoice; more than this it never covers, ups and downs added. */
  readonly maxAmount: Money;
  /** Entries of the step in the count bridge that it covers at most, oldest first; null = none. */
  readonly maxCount: bigint | null;
  readonly reason: string;
  readonly ticket: string;
  readonly owner: string;
  readonly approvedBy: string;
  /** The last day on which it covers anything. */
  readonly expiresOn: Day;
  readonly source: Source;
}

/** True through its last day. */
export function isInForce({ expiresOn }: Pick<Exception, 'expiresOn'>, asOf: Day): boolean {
  return startOfDay(expiresOn) >= startOfDay(asOf);
}

/** Whether any row can be spoken of by the exception; the others are about the balance or the invoice. */
export function isAboutRows({ category }: Pick<Exception, 'category'>): boolean {
  return (rowSteps as readonly Step[]).includes(category);
}

/** Whether it speaks of what a prepaid balance differs by from the charges. */
export function isAboutBalance({ category }: Pick<Exception, 'category'>): boolean {
  return (balanceSteps as readonly Step[]).includes(category);
}
