/** Line 1: the verdict in words and money; below it the totals and the digest. */
import type { Result } from '../../model/result.ts';
import type { Verdict } from '../../model/verdict.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import { moneyWords } from '../headline-words.ts';
import { left, markdownTable, right } from '../markdown-table.ts';

const verdictWords: Readonly<Record<Verdict, string>> = {
  pass: '✅ **Pass**',
  warn: '⚠️ **Pass with warnings**',
  fail: '❌ **Fail**',
  inconclusive: '❓ **Inconclusive**',
};

/** One line, no markup from outside: `❌ **Fail** for 2026-05: USD 12.30 of USD 100.00 unexplained …`. */
export function verdictLine(result: Result): string {
  return `${verdictWords[result.verdict]} for ${escapeMarkdown(result.period.id)}: ${moneyWords(result)}`;
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
