/** "This change edits the rules": which files, and the verdict now and after the merge. */
import type { GateLedger } from '../../model/gate.ts';
import { Money, zero } from '../../model/money.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import type { Block } from '../fit-budget.ts';
import { left, markdownTable } from '../markdown-table.ts';
import type { GateView } from './gate-view.ts';
import { mostRows, tiers } from './gate-view.ts';
import { leftOut } from './left-out.ts';
import { showWords } from './show-words.ts';
import { headOf, rowOf } from './table-lines.ts';
import { verdictCell } from './verdict-words.ts';

const introduction = 'Judged by the rules of the base; the edits take effect after the merge.';

/** Nothing when no rule is edited. */
export function ruleEdits({ edits, periods }: GateLedger, { medium }: GateView): Block[] {
  if (edits.length === 0) return [];
  const most = mostRows[medium].edits;
  const shown = edits.slice(0, most);
  const judged = periods.filter(({ afterMerge }) => afterMerge !== null);
  return [
    { kind: 'fixed', text: `#### This change edits the rules\n\n${introduction}` },
    {
      kind: 'rows',
      head: '',
      rows: shown.map(({ file, what }) => ({
        text: () => `- ${escapeMarkdown(file)}: ${what.map(showWords).join(', ')}`,
        tier: tiers.edits,
        magnitude: zero,
      })),
      foot: '',
      beyond: edits.length - shown.length,
      leftOut: leftOut('edited file', 'the change itself shows them'),
    },
    {
      kind: 'rows',
      head: headOf(verdictTable([['', '', '']])),
      rows: judged.map(({ result, afterMerge }) => ({
        text: () => rowOf(verdictTable([[escapeMarkdown(result.period.id), verdictCell(result.verdict), verdictCell(afterMerge ?? result.verdict)]])),
        tier: tiers.edits,
        magnitude: new Money(afterMerge === result.verdict ? 0 : 1),
      })),
      foot: '',
      beyond: 0,
      leftOut: leftOut('period', "gate.json in the run's artifact has them all"),
    },
  ];
}

function verdictTable(rows: readonly (readonly string[])[]): string {
  return markdownTable([left('Period'), left('Verdict now'), left('After the merge')], rows);
}
