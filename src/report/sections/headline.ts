/** The verdict in words and money with the totals, and the decisions behind it. */
import type { Decision } from '../../model/judgement.ts';
import { pathIn } from '../../model/layout.ts';
import type { Result } from '../../model/result.ts';
import { escapeMarkdown, firstOf, left, markdownTable, right, showInMarkdown } from '../escape-markdown.ts';
import { changeOf, factOf, placeOf, scopeWords, verdictWords } from '../headline-words.ts';
import { verdictSigns } from '../gate-sections/gate-view.ts';
import { type Links, placeLink } from '../links.ts';

/** One line, no markup from outside: `❌ **Do not approve May 2026**: USD 12.30 of 100.00 charged …`. */
export function verdictLine(result: Result): string {
  const { head, rest } = verdictWords(result, escapeMarkdown);
  return `${verdictSigns[result.verdict]} **${head}**${rest === '' ? '' : `: ${rest}`}.`;
}

/** The totals, exact. */
export function totalsTable({ totals, period }: Result): string {
  const rows = (
    [
      ['Expected', totals.expected],
      ['Provider, at snapshot prices', totals.provider_at_snapshot],
      ['Provider, charged', totals.provider_charged],
      ['of it reported by the provider', totals.provider_reported],
      ['of it priced by our snapshot', totals.provider_computed],
      ...(totals.balance_drawdown === undefined ? [] : [['Taken from the balance', totals.balance_drawdown] as const]),
      ['Invoice, usage', totals.invoice_usage],
      ['Invoice, total', totals.invoice_total],
      ['Explained', totals.explained],
      ['Unexplained, net', totals.unexplained_net],
      ['Unexplained, gross', totals.unexplained_gross],
      ['Quarantined', totals.quarantined],
    ] as const
  ).map(([name, amount]) => [name, amount ?? 'not known']);
  return markdownTable([left('Total'), right(escapeMarkdown(period.currency))], rows);
}

const mostDecisions = 30;

export interface DecisionPlaces {
  /** POSIX path of the ledger in the repository. */
  readonly ledger: string;
  readonly links: Links | null;
}

/** Exact to the digit: these are the lines that decide. */
export function decisionTable({ decision }: Result, places: DecisionPlaces): string {
  const { shown, note } = firstOf(decision, mostDecisions, 'result.json has them all');
  const rows = shown.map((one) => [
    one.outcome === 'pass' ? `pass (${one.level} threshold)` : `**${one.outcome}**`,
    scopeWords(one.scope, escapeMarkdown),
    factOf(one, showInMarkdown),
    changeOf(one, showInMarkdown),
    decisionPlace(one, places),
  ]);
  return markdownTable([left('Outcome'), left('Of'), left('Fact'), left('Smallest change'), left('Threshold from')], rows) + note;
}

function decisionPlace(one: Decision, { ledger, links }: DecisionPlaces): string {
  return one.source === null || links === null ? escapeMarkdown(placeOf(one)) : placeLink(links, pathIn(ledger, one.source.file), one.source.line);
}
