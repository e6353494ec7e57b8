/** For whom and where a gate report is rendered: what may be said, and how much of it. */
import type { GateLedger } from '../../model/gate.ts';

export type Visibility = 'public' | 'private';

export interface GateView {
  readonly medium: 'comment' | 'summary';
  /** Who can read the place where it is posted. */
  readonly visibility: Visibility;
}

/** How many rows of each list are worth reading in each medium; the artifact has them all. */
export const mostRows = {
  comment: { findings: 50, models: 20, decisions: 12, edits: 40, effects: 60, prices: 40, kinds: 40, notes: 20, bridge: 60 },
  summary: { findings: 500, models: 100, decisions: 30, edits: 400, effects: 1000, prices: 400, kinds: 100, notes: 100, bridge: 60 },
} as const;

/** What is kept when there is not room for everything; lower stays longer. Below `periods` are those of the graver verdicts. */
export const tiers = { periods: 0, edits: 1, grave: 2, bridge: 3, notable: 4, rest: 5 } as const;

/** True when everybody can read the place and the ledger does not allow more than verdicts and percentages. */
export function isRestricted({ publish }: Pick<GateLedger, 'publish'>, visibility: Visibility): boolean {
  return visibility === 'public' && publish !== 'public';
}
