/** The count funnel: requests, attempts and charges before any money. */
import { divideHalfEven } from '../../model/divide.ts';
import { Money, formatMoney } from '../../model/money.ts';
import type { Result } from '../../model/result.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import { left, markdownTable, right } from '../markdown-table.ts';

/** The count bridge (entries that are not zero, and every sum), then the layers. */
export function countFunnel(result: Result): string {
  const { counts, count_bridge: bridge } = result;
  if (counts === null) return '';
  const sums = ['requests', 'charges', 'provider_rows', 'invoice_requests'];
  const funnel = bridge
    .filter(({ step, count }) => count !== 0 || sums.includes(step))
    .map(({ step, count }) => (sums.includes(step) ? [`**${step}**`, `**${count}**`] : [step, count > 0 ? `+${count}` : String(count)]));
  return [markdownTable([left('Step'), right('Count')], funnel), layerTable(result), costPer(result), tokenTable(result)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function layerTable({ counts }: Result): string {
  if (counts === null) return '';
  const { application, gateway, provider } = counts;
  const logs = [['application', application] as const, ...(gateway === null ? [] : [['gateway', gateway] as const])];
  return markdownTable(
    [left('Layer'), right('Requests'), right('Attempts or charges'), right('Duplicates'), right('Exported twice'), left('By status')],
    [
      ...logs.map(([name, log]) => [
        name,
        String(log.requests),
        String(log.attempts),
        String(log.duplicates),
        String(log.export_duplicates),
        byStatus(log.by_status),
      ]),
      ['provider', '', String(provider.charges), String(provider.duplicates), String(provider.export_duplicates), byStatus(provider.by_status)],
    ],
  );
}

function byStatus(counted: Readonly<Record<string, number>>): string {
  return Object.entries(counted)
    .map(([status, count]) => `${escapeMarkdown(status)} ${count}`)
    .join(', ');
}

/** Quotients for people, 8 decimals half to even. */
function costPer({ counts, totals, period }: Result): string {
  if (counts === null || totals.provider_at_snapshot === null) return '';
  const cost = new Money(totals.provider_at_snapshot);
  const per = (count: number) => {
    const quotient = divideHalfEven(cost, new Money(count), 8);
    return quotient === null ? 'not known' : `${escapeMarkdown(period.currency)} ${formatMoney(quotient)}`;
  };
  return [
    `Linked charges per request: ${counts.amplification ?? 'not known'}.`,
    `Provider cost per request: ${per(counts.application.requests)}; per attempt: ${per(counts.application.attempts)} (8 decimals, half to even).`,
  ].join(' ');
}

function tokenTable({ tokens }: Result): string {
  const rows = Object.entries(tokens ?? {}).map(([name, { application, provider }]) => [name, application, provider]);
  return markdownTable([left('Tokens'), right('Application'), right('Provider')], rows);
}
