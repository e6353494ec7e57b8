/** For whom and where a gate report is rendered: what may be said and how much of it; and the parts of which every section is made. */
import type { GateLedger } from '../../model/gate.ts';
import type { RowBlock } from '../fit-budget.ts';

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

/** `one` is the noun of a single row; its plural takes an s. `where` ends the sentence; null = nothing more to say. */
export function leftOut(one: string, where: string | null): (count: number) => string {
  return (count) => `${count} more ${count === 1 ? `${one} is` : `${one}s are`} left out here${where === null ? '' : `; ${where}`}.`;
}

/** `title` is ours or escaped. When no row is kept, only the note about it stands there. */
export function folded(title: string, block: RowBlock): RowBlock {
  return { ...block, head: `<details><summary>${title}</summary>\n\n${block.head}`, foot: `${block.foot}\n\n</details>` };
}

/** The two lines of the head, with their line ends. */
export function headOf(table: string): string {
  return `${table.split('\n', 2).join('\n')}\n`;
}

/** The row of a table of one. */
export function rowOf(table: string): string {
  return table.split('\n', 3)[2] ?? '';
}
