/** How the gate holds a ledger against what was there before it, beside the rules of base. */
import type { ReadApproval } from '../model/approval.ts';
import type { BaseTree } from '../model/base-tree.ts';
import type { Past } from '../model/past.ts';

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
