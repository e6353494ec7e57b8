/** Line 1: the verdict in words and money; below it the totals and the digest. */
import type { Result } from '../../model/result.ts';
import type { Verdict } from '../../model/verdict.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import { left, markdownTable, right } from '../markdown-table.ts';
import { headline } from '../show-money.ts';

const verdictWords: Readonly<Record<Verdict, string>> = {
  pass: '✅ **Pass**',
  warn: '⚠️ **Pass with warnings**',
  fail: '❌ **Fail**',
  inconclusive: '❓ **Inconclusive**',
};

/** One line, no markup from outside: `❌ **Fail**: USD 12.30 of USD 100.00 unexplained …`. */
export function verdictLine({ verdict, totals, period }: Result): string {
  const { unexplained_gross: gross, unexplained_net: net, provider_at_snapshot: provider } = totals;
  const about = `for ${escapeMarkdown(period.id)}`;
  if (gross === null || net === null || provider === null) return `${verdictWords[verdict]} ${about}: the money could not be compared`;
  const { currency } = period;
  const unexplained = `${headline(gross, currency)} of ${headline(provider, currency)} unexplained (net ${headline(net, currency)})`;
  return `${verdictWords[verdict]} ${about}: ${gross === '0' ? `all of ${headline(provider, currency)} explained` : unexplained}`;
}

/** The totals, exact. */
export function totalsTable({ totals, period }: Result): string {
  const rows = (
    [
      ['Expected', totals.expected],
      ['Provider, at snapshot prices', totals.provider_at_snapshot],
      ['Provider, charged', totals.provider_charged],
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
