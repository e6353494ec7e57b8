/** What an entry asks of the gate, and what the gate hands from one ledger to the next. */
import type { BaseTree, Checkout } from '../model/base-tree.ts';
import type { RunSettings } from '../period/period-facts.ts';
import type { PastOptions } from './past-options.ts';

/** `change`: the checkout against a base. `open`: every period that is neither closed nor still to come. `named`: these periods. */
export type GateSubject =
  | { readonly mode: 'change'; readonly base: BaseTree }
  | { readonly mode: 'open' }
  | { readonly mode: 'named'; readonly periods: readonly string[] };

export interface GateOptions extends RunSettings {
  readonly subject: GateSubject;
  readonly checkout: Checkout;
  /** Patterns of ledger folders, relative to the repository; empty = every tracked trueup.yaml. */
  readonly ledgers: readonly string[];
  /** Folder that outputs are put below: `<out>/<period>` of a single ledger, `<out>/<ledger>/<period>` of several. */
  readonly out: string;
  /** Absolute folder that output paths are said relative to. */
  readonly workspace: string;
  /** The commit that the report is about: of a pull request its head, which is not what is checked out. */
  readonly head: string | null;
  /** Left out: nothing is held against the past. */
  readonly past?: PastOptions | undefined;
}
