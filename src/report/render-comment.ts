/** The sticky comment: the gate for people who review the change. Pure; same report, same bytes. */
import type { GateReport } from '../model/gate.ts';
import { renderGate } from './gate-sections/gate-document.ts';
import type { Visibility } from './gate-sections/gate-view.ts';

/** GitHub refuses bodies over 65,536, counted in bytes or in characters: this is less in either. */
export const commentBudget = 60_000;

export interface CommentOptions {
  readonly visibility: Visibility;
  /** An HTML comment for the first line, see comment-marker.ts; null = none. */
  readonly marker: string | null;
  /** UTF-8 bytes. Marker, verdict, totals and digest stay even when they alone are more. */
  readonly budget: number;
}

/** Says nothing of commits and versions: a run with the same outcome gives the same body. */
export function renderComment(report: GateReport, { visibility, marker, budget }: CommentOptions): string {
  const lastWords = 'This comment is updated when the ledger changes.';
  return renderGate({ report, view: { medium: 'comment', visibility }, firstLine: marker, lastWords }, budget);
}
