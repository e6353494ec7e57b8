/** "Prices that come with this change": what each model costs in the snapshot that comes into force, against the one whose place it takes. */
import type { GateLedger } from '../../model/gate.ts';
import { zero } from '../../model/money.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import type { Block } from '../fit-budget.ts';
import { type GateView, headOf, isRestricted, leftOut, mostRows, rowOf, tiers } from './gate-view.ts';
import { showWords } from './verdict-words.ts';
import { left, markdownTable, right } from '../markdown-table.ts';

/** Nothing when no snapshot comes into force; where amounts must not be said, line 1 says that one does. */
export function priceMoves(ledger: GateLedger, { medium, visibility }: GateView): Block[] {
  if (ledger.prices.length === 0 || isRestricted(ledger, visibility)) return [];
  const rows = ledger.prices.flatMap(({ period, snapshot, before, prices }) =>
    prices.map(({ model, price, before: from, after: to }) => [
      escapeMarkdown(period),
      `${before === null ? 'none' : escapeMarkdown(before)} → ${escapeMarkdown(snapshot)}`,
      escapeMarkdown(model),
      showWords(price.replaceAll('_', ' ')),
      from ?? 'unpriced',
      to ?? 'unpriced',
    ]),
  );
  const shown = rows.slice(0, mostRows[medium].prices);
  const beyond = rows.length - shown.length + ledger.prices.reduce((sum, { more }) => sum + more, 0);
  return [
    { kind: 'fixed', text: `#### Prices that come with this change\n\n${introduction(ledger)}` },
    {
      kind: 'rows',
      head: headOf(priceTable([['', '', '', '', '', '']])),
      rows: shown.map((row) => ({ text: () => rowOf(priceTable([row])), tier: tiers.edits, magnitude: zero })),
      foot: '',
      beyond,
      leftOut: leftOut('price', "gate.json in the run's artifact has them all"),
    },
  ];
}

function introduction({ prices }: GateLedger): string {
  const moved = prices.some((arrival) => arrival.prices.length > 0);
  return `Per million tokens, or per request, with the ratio of the row.${moved ? '' : ' None of them differs from what it takes the place of.'}`;
}

function priceTable(rows: readonly (readonly string[])[]): string {
  return markdownTable([left('Period'), left('Snapshot'), left('Model'), left('Price'), right('Before'), right('Now')], rows);
}
