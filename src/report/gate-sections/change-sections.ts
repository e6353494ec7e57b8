/** What a change does: the rules that it edits, the prices that come with it, and what each edited file does to the bridge of each period. */
import type { BridgeState, FileEffect, GateLedger, PolicyEdit, RuleChange, RuleDirection } from '../../model/gate.ts';
import { formatMoney, Money, zero } from '../../model/money.ts';
import { escapeMarkdown, left, markdownTable, right } from '../escape-markdown.ts';
import { type Block, heaviest } from '../fit-budget.ts';
import { labelOf } from '../wording/step-wording.ts';
import { directionWords, type GateView, isRestricted, leftOut, lineRows, mostRows, showWords, tableRows, tiers, verdictCell } from './gate-view.ts';

const everywhere = "gate.json in the run's artifact has them all";

/** "This change edits the rules": which files, and the verdict now and after the merge. Nothing when no rule is edited. */
export function ruleEdits(ledger: GateLedger, { medium, visibility }: GateView): Block[] {
  const { edits, periods } = ledger;
  if (edits.length === 0) return [];
  const most = mostRows[medium].edits;
  const shown = edits.slice(0, most);
  const judged = periods.filter(({ afterMerge }) => afterMerge !== null);
  const introduction = 'Judged by the rules of the base; the edits take effect after the merge.';
  return [
    { kind: 'fixed', text: `#### This change edits the rules\n\n${introduction}` },
    lineRows(shown, editLine, { beyond: edits.length - shown.length, leftOut: leftOut('edited file', 'the change itself shows them') }),
    // Rules hold names and amounts: where these must not be said, the number of each kind is.
    ...(isRestricted(ledger, visibility) ? [] : [changeTable(edits, most)]),
    tableRows(judged, {
      table: (some) =>
        markdownTable(
          ['Period', 'Verdict now', 'After the merge'].map(left),
          some.map(({ result, afterMerge }) => [escapeMarkdown(result.period.id), verdictCell(result.verdict), verdictCell(afterMerge ?? result.verdict)]),
        ),
      weight: ({ result, afterMerge }) => ({ tier: tiers.edits, magnitude: new Money(afterMerge === result.verdict ? 0 : 1) }),
      leftOut: leftOut('period', everywhere),
    }),
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
  const sideOf = (text: string | null): string => (text === null ? 'nothing' : escapeMarkdown(text));
  return tableRows(rows, {
    table: (some) =>
      markdownTable(
        ['File', 'Rule', 'Now', 'After the merge', ''].map(left),
        some.map(({ file, change: { key, before, after, direction } }) => [
          escapeMarkdown(file),
          escapeMarkdown(key),
          sideOf(before),
          sideOf(after),
          `${mark[direction]}${directionWords[direction]}`,
        ]),
      ),
    weight: ({ change }) => ({ tier: tiers.edits, magnitude: new Money(weightOf(change)) }),
    beyond: all.length - rows.length + edits.reduce((sum, { more }) => sum + more, 0),
    leftOut: leftOut('rule', 'the change itself shows them'),
  });
}

function weightOf({ direction }: RuleChange): number {
  return ['neutral', 'tightened', 'changed', 'loosened'].indexOf(direction);
}

/**
 * "Prices that come with this change": what each model costs in the snapshot that comes into force, against the one whose place it takes. Nothing when no
 * snapshot comes into force; where amounts must not be said, line 1 says that one does.
 */
export function priceMoves(ledger: GateLedger, { medium, visibility }: GateView): Block[] {
  if (ledger.prices.length === 0 || isRestricted(ledger, visibility)) return [];
  const all = ledger.prices.flatMap(({ prices, ...arrival }) => prices.map((move) => ({ arrival, move })));
  const shown = all.slice(0, mostRows[medium].prices);
  const none = all.length > 0 ? '' : ' None of them differs from what it takes the place of.';
  const introduction = `Per million tokens, or per request, with the ratio of the row.${none}`;
  return [
    { kind: 'fixed', text: `#### Prices that come with this change\n\n${introduction}` },
    tableRows(shown, {
      table: (some) =>
        markdownTable(
          [...['Period', 'Snapshot', 'Model', 'Price'].map(left), right('Before'), right('Now')],
          some.map(({ arrival: { period, snapshot, before }, move: { model, price, before: from, after: to } }) => [
            escapeMarkdown(period),
            `${before === null ? 'none' : escapeMarkdown(before)} → ${escapeMarkdown(snapshot)}`,
            escapeMarkdown(model),
            showWords(price.replaceAll('_', ' ')),
            from ?? 'unpriced',
            to ?? 'unpriced',
          ]),
        ),
      weight: () => ({ tier: tiers.edits, magnitude: zero }),
      beyond: all.length - shown.length + ledger.prices.reduce((sum, { more }) => sum + more, 0),
      leftOut: leftOut('price', everywhere),
    }),
  ];
}

/** One row of the effects of a file on a period; sides are written out. */
interface EffectRow {
  readonly effect: FileEffect;
  readonly step: string;
  readonly sides: readonly [before: string, after: string];
  readonly tier: number;
  readonly magnitude: Money;
}

/** "What this change does": the steps of each period's bridge that each edited file changes. Where amounts must not be said, only verdicts are. */
export function fileEffects(ledger: GateLedger, view: GateView): Block[] {
  if (ledger.effects.length === 0) return [];
  const rows = ledger.effects.flatMap((effect) => {
    const steps = isRestricted(ledger, view.visibility) ? [] : stepRows(effect);
    const isSame = effect.before !== null && effect.before.verdict === effect.after?.verdict;
    return isSame && steps.length === 0 ? [] : [verdictRow(effect), ...steps];
  });
  if (rows.length === 0) return [{ kind: 'fixed', text: '#### What this change does\n\nBy itself no edited file changes a verdict or a step of a bridge.' }];
  const most = mostRows[view.medium].effects;
  const block = tableRows(rows, {
    table: (some) =>
      markdownTable(
        [...['File', 'Period', 'Step'].map(left), right('Before'), right('After')],
        some.map(({ effect: { file, period }, step, sides }) => [escapeMarkdown(file), escapeMarkdown(period), step, ...sides]),
      ),
    weight: ({ tier, magnitude }) => ({ tier, magnitude }),
    beyond: Math.max(0, rows.length - most),
    leftOut: leftOut('effect', everywhere),
  });
  return [{ ...block, head: `#### What this change does\n\n${block.head}`, rows: heaviest(block.rows, most) }];
}

function verdictRow(effect: FileEffect): EffectRow {
  const { before, after } = effect;
  const show = (state: BridgeState | null) => (state === null ? 'could not be computed' : verdictCell(state.verdict));
  const magnitude = new Money(before?.verdict === after?.verdict ? 0 : 1);
  return { effect, step: 'verdict', sides: [show(before), show(after)], tier: tiers.edits, magnitude };
}

/** The steps whose amount changes; a step that only one side has was not there on the other. */
function stepRows(effect: FileEffect): EffectRow[] {
  const { before, after } = effect;
  if (before === null || after === null) return [];
  const [old, now] = [amountsOf(before), amountsOf(after)];
  const show = (amount: Money | undefined) => (amount === undefined ? 'none' : formatMoney(amount));
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((step): EffectRow[] => {
    const [from, to] = [old.get(step), now.get(step)];
    const difference = (to ?? zero).minus(from ?? zero);
    if (from !== undefined && to !== undefined && difference.isZero()) return [];
    return [{ effect, step: labelOf(step), sides: [show(from), show(to)], tier: tiers.bridge, magnitude: difference.abs() }];
  });
}

/** Several rows of one step (invoice lines) are one. */
function amountsOf({ amounts }: BridgeState): Map<string, Money> {
  const sums = new Map<string, Money>();
  for (const { step, amount } of amounts) sums.set(step, (sums.get(step) ?? zero).plus(amount));
  return sums;
}
