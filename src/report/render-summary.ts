/** The job summary: as the comment, with longer lists, the chart of the bridge and what was judged. Pure; same report, same bytes. */
import type { GateReport } from '../model/gate.ts';
import { escapeMarkdown } from './escape-markdown.ts';
import { renderGate } from './gate-sections/gate-document.ts';
import type { Visibility } from './gate-sections/gate-view.ts';

/** GitHub drops a summary of more than 1 MiB as a whole. */
export const summaryBudget = 1_000_000;

export interface SummaryOptions {
  readonly visibility: Visibility;
  /** UTF-8 bytes. */
  readonly budget: number;
}

const modeWords: Readonly<Record<GateReport['mode'], string>> = {
  change: 'Judged: the periods that this change touches',
  open: 'Judged: every open period',
  named: 'Judged: the periods that were asked for',
};

export function renderSummary(report: GateReport, { visibility, budget }: SummaryOptions): string {
  return renderGate({ report, view: { medium: 'summary', visibility }, firstLine: null, lastWords: scopeWords(report) }, budget);
}

function scopeWords({ mode, as_of, commits, tool_version }: GateReport): string {
  const named = Object.entries(commits)
    .filter(([, commit]) => commit !== null)
    .map(([name, commit]) => `${name} \`${(commit ?? '').replace(/[^0-9a-f]/g, '').slice(0, 64)}\``);
  return `${modeWords[mode]}, as of ${escapeMarkdown(as_of)}${named.length === 0 ? '' : `, ${named.join(', ')}`}. Trueup ${escapeMarkdown(tool_version)}.`;
}
