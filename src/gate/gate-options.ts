/** What an entry asks of the gate, and what the gate hands from one ledger to the next. */
import { relative, sep } from 'node:path';
import type { ReadApproval } from '../model/approval.ts';
import type { BaseTree, Checkout, Past } from '../model/base-tree.ts';
import type { RunSettings } from '../period/period-facts.ts';

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

export interface PastOptions {
  readonly past: Past;
  /** What a push is held against; a change has its base. null = there is none. */
  readonly parent: BaseTree | null;
  /** Closes that are computed again: those that base lacks, or the newest of each chain as well, as on a merge group and on a push. */
  readonly recompute: 'added' | 'newest';
  /** null = there is no pull request, or no API to ask. */
  readonly readApproval: ReadApproval | null;
  /** Said with every ledger; sentences of our own without a full stop. */
  readonly notes: readonly string[];
}

/** The evidence root as a folder of the repository; null when there is none, or when it lies elsewhere. */
export function evidenceFolder({ evidenceRoot, checkout }: Pick<GateOptions, 'evidenceRoot' | 'checkout'>): string | null {
  if (evidenceRoot === null) return null;
  const below = relative(checkout.root, evidenceRoot).split(sep).join('/');
  if (below === '..' || below.startsWith('../') || below.includes(':')) return null;
  return below === '' ? '.' : below;
}
