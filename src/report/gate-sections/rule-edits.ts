/** "This change edits the rules": which files, and the verdict now and after the merge. */
import type { GateLedger, PolicyEdit, RuleChange, RuleDirection } from '../../model/gate.ts';
import { Money, zero } from '../../model/money.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import type { Block } from '../fit-budget.ts';
import { type GateView, headOf, isRestricted, leftOut, mostRows, rowOf, tiers } from './gate-view.ts';
import { directionWords, showWords, verdictCell } from './verdict-words.ts';
import { left, markdownTable } from '../markdown-table.ts';

const introduction = 'Judged by the rules of the base; the edits take effect after the merge.';

/** Nothing when no rule is edited. */
export function ruleEdits(ledger: GateLedger, { medium, visibility }: GateView): Block[] {
  const { edits, periods } = ledger;
  if (edits.length === 0) return [];
  const most = mostRows[medium].edits;
  const shown = edits.slice(0, most);
  const judged = periods.filter(({ afterMerge }) => afterMerge !== null);
  return [
    { kind: 'fixed', text: `#### This change edits the rules\n\n${introduction}` },
    {
      kind: 'rows',
      head: '',
      rows: shown.map((edit) => ({ text: () => editLine(edit), tier: tiers.edits, magnitude: zero })),
      foot: '',
      beyond: edits.length - shown.length,
      leftOut: leftOut('edited file', 'the change itself shows them'),
    },
    // Rules hold names and amounts: where these must not be said, the number of each kind is.
    ...(isRestricted(ledger, visibility) ? [] : [changeTable(edits, mostRows[medium].edits)]),
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

const mark: Readonly<Record<RuleDirection, string>> = { loosened: '⚠️ ', changed: '⚠️ ', tightened: '', neutral: '' };

function editLine({ file, what, changes, more }: PolicyEdit): string {
  const kinds = (Object.keys(directionWords) as RuleDirection[]).map(
    (direction) => [changes.filter((change) => change.direction === direction).length, direction] as const,
  );
  const counted = kinds.filter(([count]) => count > 0).map(([count, direction]) => `${count} ${directionWords[direction]}`);
  const all = [...counted, ...(more === 0 ? [] : [`${more} more`])];
  return `- ${escapeMarkdown(file)}: ${what.map(showWords).join(', ')}${all.length === 0 ? '' : ` (${all.join(', ')})`}`;
}

/** Old and new of each rule. */
function changeTable(edits: readonly PolicyEdit[], most: number): Block {
  const all = edits.flatMap(({ file, changes }) => changes.map((change) => ({ file, change })));
  const rows = all.toSorted((a, b) => weightOf(b.change) - weightOf(a.change)).slice(0, most);
  const beyond = all.length - rows.length + edits.reduce((sum, { more }) => sum + more, 0);
  return {
    kind: 'rows',
    head: headOf(ruleTable([['', '', '', '', '']])),
    rows: rows.map(({ file, change }) => ({
      text: () => rowOf(ruleTable([[escapeMarkdown(file), escapeMarkdown(change.key), sideOf(change.before), sideOf(change.after), directionOf(change)]])),
      tier: tiers.edits,
      magnitude: new Money(weightOf(change)),
    })),
    foot: '',
    beyond,
    leftOut: leftOut('rule', 'the change itself shows them'),
  };
}

function weightOf({ direction }: RuleChange): number {
  return ['neutral', 'tightened', 'changed', 'loosened'].indexOf(direction);
}

function directionOf({ direction }: RuleChange): string {
  return `${mark[direction]}${directionWords[direction]}`;
}

function sideOf(text: string | null): string {
  return text === null ? 'nothing' : escapeMarkdown(text);
}

function ruleTable(rows: readonly (readonly string[])[]): string {
  return markdownTable([left('File'), left('Rule'), left('Now'), left('After the merge'), left('')], rows);
}

function verdictTable(rows: readonly (readonly string[])[]): string {
  return markdownTable([left('Period'), left('Verdict now'), left('After the merge')], rows);
}
