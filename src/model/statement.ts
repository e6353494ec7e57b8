/** A prepaid balance as its statement tells it: readings, and what moved it beside charges (SPEC §12). Pure. */
import type { Source } from './finding.ts';
import type { Instant } from './instant.ts';
import type { Money } from './money.ts';

/** What the provider's console says is left of the prepaid balance at one moment. */
export interface Reading {
  readonly at: Instant;
  readonly balance: Money;
  /** What shows it: relative to the period's folder, with its lower-case SHA-256. */
  readonly shownBy: { readonly file: string; readonly sha256: string };
  readonly source: Source;
}
export const movementKinds = ['top_up', 'bonus', 'expiry', 'transfer', 'manual'] as const;
export interface Movement {
  readonly kind: (typeof movementKinds)[number];
  readonly at: Instant;
  /** In the statement's currency; above zero it raises the balance. */
  readonly amount: Money;
  /** What was paid for it and how much of that was a fee; null = not stated. */
  readonly paid: Money | null;
  readonly fee: Money | null;
  /** null = the statement's. */
  readonly paidCurrency: string | null;
  readonly reference: string | null;
  readonly source: Source;
}
/** A prepaid balance: two readings, and what moved it beside charges after the first and up to the second (SPEC §12). */
export interface Statement {
  readonly currency: string;
  readonly opening: Reading;
  readonly closing: Reading;
  readonly movements: readonly Movement[];
  readonly source: Source;
}
