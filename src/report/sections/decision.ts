/** What decided, and the smallest amount that would change it. */
import type { Result } from '../../model/result.ts';
import { changeOf, factOf, placeOf } from '../decision-words.ts';
import { escapeMarkdown, showInMarkdown } from '../escape-markdown.ts';
import { firstOf, left, markdownTable } from '../markdown-table.ts';

const mostDecisions = 30;

export function decisionTable({ decision }: Result): string {
  const { shown, note } = firstOf(decision, mostDecisions, 'result.json has them all');
  const rows = shown.map((one) => [
    one.outcome === 'pass' ? `pass (${one.level} threshold)` : `**${one.outcome}**`,
    escapeMarkdown(one.scope),
    factOf(one, showInMarkdown),
    changeOf(one, showInMarkdown),
    escapeMarkdown(placeOf(one)),
  ]);
  return markdownTable([left('Outcome'), left('Scope'), left('Fact'), left('Smallest change'), left('Threshold from')], rows) + note;
}
