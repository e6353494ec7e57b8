/** The verdict in words and money with the totals and the digest, and the decisions behind it. */
import type { Result } from '../../model/result.ts';
import { escapeMarkdown, firstOf, left, markdownTable, right, showInMarkdown } from '../escape-markdown.ts';
import { changeOf, factOf, moneyWords, placeOf } from '../headline-words.ts';
import { verdictLead } from '../gate-sections/gate-view.ts';

/** One line, no markup from outside: `❌ **Fail** for 2026-05: USD 12.30 of USD 100.00 unexplained …`. */
export function verdictLine(result: Result): string {
  return `${verdictLead(result.verdict)} for ${escapeMarkdown(result.period.id)}: ${moneyWords(result)}`;
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
