/** The sticky comment, for people who review the change, the text of the tracking issue that nobody judged again, and the job summary. Pure; same report, same bytes. */
import type { GateReport } from '../model/gate.ts';
import { manyOpen } from './comment-marker.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { renderGate } from './gate-sections/gate-document.ts';
import type { Visibility } from './gate-sections/gate-view.ts';
import type { Links } from './links.ts';
import { gateInOneCurrency } from './one-currency.ts';

/** GitHub refuses bodies over 65,536, counted in bytes or in characters: this is less in either. */
export const commentBudget = 60_000;

export interface CommentOptions {
  readonly visibility: Visibility;
  /** An HTML comment for the first line, see comment-marker.ts; null = none. */
  readonly marker: string | null;
  /** Where places lead to; null = they are named only. */
  readonly links: Links | null;
  /** UTF-8 bytes. Marker, verdict, totals and digest stay even when they alone are more. */
  readonly budget: number;
}

/** Says nothing of versions, and of commits only where its links lead: a run on the same head with the same outcome gives the same body. */
export function renderComment(report: GateReport, { visibility, marker, links, budget }: CommentOptions): string {
  const lastWords = 'This comment is updated when the ledger changes.';
  return renderGate({ report: gateInOneCurrency(report), view: { medium: 'comment', visibility, links }, firstLine: marker, lastWords }, budget);
}

/** As many names as a sentence can take. */
const mostNames = 20;

/** Empty when there is nothing to say, else one block of Markdown. */
export function renderStillOpen(left: readonly string[]): string[] {
  if (left.length === 0) return [];
  const named = left.filter((subject) => subject !== manyOpen);
  const names = named.slice(0, mostNames).map(escapeMarkdown).join(', ');
  const more = named.length > mostNames ? ` and ${named.length - mostNames} more` : '';
  const what = left.includes(manyOpen) ? 'more periods than can be named here' : `${names}${more}`;
  return [`**Still open from an earlier run, and not judged by this one:** ${what}. The issue closes when a run finds them well, or when they are closed.`];
}

/** GitHub drops a summary of more than 1 MiB as a whole. */
export const summaryBudget = 1_000_000;

export interface SummaryOptions {
  readonly visibility: Visibility;
  readonly links: Links | null;
  /** UTF-8 bytes. */
  readonly budget: number;
}

const modeWords: Readonly<Record<GateReport['mode'], string>> = {
  change: 'Judged: the periods that this change touches',
  open: 'Judged: every open period',
  named: 'Judged: the periods that were asked for',
};

export function renderSummary(report: GateReport, { visibility, links, budget }: SummaryOptions): string {
  return renderGate(
    { report: gateInOneCurrency(report), view: { medium: 'summary', visibility, links }, firstLine: null, lastWords: scopeWords(report) },
    budget,
  );
}

function scopeWords({ mode, as_of, commits, tool_version }: GateReport): string {
  const named = Object.entries(commits)
    .filter(([, commit]) => commit !== null)
    .map(([name, commit]) => `${name} \`${(commit ?? '').replace(/[^0-9a-f]/g, '').slice(0, 64)}\``);
  return `${modeWords[mode]}, as of ${escapeMarkdown(as_of)}${named.length === 0 ? '' : `, ${named.join(', ')}`}. Trueup ${escapeMarkdown(tool_version)}.`;
}
