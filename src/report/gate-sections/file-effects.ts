/** "What this change does": for each edited file the steps of each period's bridge that change, before and after. */
import type { BridgeState, FileEffect, GateLedger } from '../../model/gate.ts';
import { formatMoney, Money, zero } from '../../model/money.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import { type Block, heaviest, type Row } from '../fit-budget.ts';
import { type GateView, headOf, isRestricted, leftOut, mostRows, rowOf, tiers } from './gate-view.ts';
import { verdictCell } from './verdict-words.ts';
import { left, markdownTable, right } from '../markdown-table.ts';

/** Nothing when no edit has an effect to show. Where amounts must not be said, only verdicts are. */
export function fileEffects(ledger: GateLedger, view: GateView): Block[] {
  if (ledger.effects.length === 0) return [];
  const render = (effect: FileEffect) => [verdictRow(effect), ...(isRestricted(ledger, view.visibility) ? [] : stepRows(effect))];
  const rows = ledger.effects.flatMap(render);
  const most = mostRows[view.medium].effects;
  return [
    {
      kind: 'rows',
      head: `#### What this change does\n\n${headOf(effectTable([['', '', '', '', '']]))}`,
      rows: heaviest(rows, most),
      foot: '',
      beyond: Math.max(0, rows.length - most),
      leftOut: leftOut('effect', "gate.json in the run's artifact has them all"),
    },
  ];
}

function verdictRow({ file, period, before, after }: FileEffect): Row {
  const show = (state: BridgeState | null) => (state === null ? 'could not be computed' : verdictCell(state.verdict));
  return {
    text: () => rowOf(effectTable([[escapeMarkdown(file), escapeMarkdown(period), 'verdict', show(before), show(after)]])),
    tier: tiers.edits,
    magnitude: new Money(before?.verdict === after?.verdict ? 0 : 1),
  };
}

/** The steps whose amount changes; a step that only one side has was not there on the other. */
function stepRows({ file, period, before, after }: FileEffect): Row[] {
  if (before === null || after === null) return [];
  const [old, now] = [amountsOf(before), amountsOf(after)];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((step): Row[] => {
    const [from, to] = [old.get(step), now.get(step)];
    const difference = (to ?? zero).minus(from ?? zero);
    if (from !== undefined && to !== undefined && difference.isZero()) return [];
    const show = (amount: Money | undefined) => (amount === undefined ? 'none' : formatMoney(amount));
    return [
      {
        text: () => rowOf(effectTable([[escapeMarkdown(file), escapeMarkdown(period), escapeMarkdown(step), show(from), show(to)]])),
        tier: tiers.bridge,
        magnitude: difference.abs(),
      },
    ];
  });
}

/** Several rows of one step (invoice lines) are one. */
function amountsOf({ amounts }: BridgeState): Map<string, Money> {
  const sums = new Map<string, Money>();
  for (const { step, amount } of amounts) sums.set(step, (sums.get(step) ?? zero).plus(amount));
  return sums;
}

function effectTable(rows: readonly (readonly string[])[]): string {
  return markdownTable([left('File'), left('Period'), left('Step'), right('Before'), right('After')], rows);
}
