/** The count funnel: requests, attempts and charges before any money. */
import type { Result } from '../../model/result.ts';
import { escapeMarkdown, left, markdownTable, right } from '../escape-markdown.ts';
import { layerCounts, unitCosts } from '../layer-counts.ts';

/** What each layer counts, how the counts lead from one to the other (entries that are not zero, and every sum), and what one of them cost. */
export function countFunnel(result: Result): string {
  const { counts, count_bridge: bridge } = result;
  if (counts === null) return '';
  const sums = ['requests', 'charges', 'provider_rows', 'invoice_requests'];
  const funnel = bridge
    .filter(({ step, count }) => count !== 0 || sums.includes(step))
    .map(({ step, count }) => (sums.includes(step) ? [`**${step}**`, `**${count}**`] : [step, count > 0 ? `+${count}` : String(count)]));
  return [layerTable(result), markdownTable([left('Step'), right('Count')], funnel), statusTable(result), costLines(result), tokenTable(result)]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** In the words of the runbook: requests sent, forwarded, accepted, and billable line items. */
export function layerTable(result: Result): string {
  return markdownTable(
    [left('Layer'), left('Counts'), right('Count'), left('Of these')],
    layerCounts(result).map(({ layer, counted, count, beside }) => [layer, counted, String(count), beside]),
  );
}

function statusTable({ counts }: Result): string {
  if (counts === null) return '';
  const { application, gateway, provider } = counts;
  const layers = [['application', application] as const, ...(gateway === null ? [] : [['gateway', gateway] as const]), ['provider', provider] as const];
  return markdownTable(
    [left('Layer'), left('By status'), right('Duplicates'), right('Exported twice')],
    layers.map(([name, counted]) => [name, byStatus(counted.by_status), String(counted.duplicates), String(counted.export_duplicates)]),
  );
}

function byStatus(counted: Readonly<Record<string, number>>): string {
  return Object.entries(counted)
    .map(([status, count]) => `${escapeMarkdown(status)} ${count}`)
    .join(', ');
}

/** Apart, because retries make attempts cheaper than what they served. */
export function costLines(result: Result): string {
  const amplification = result.counts?.amplification ?? null;
  const lines = unitCosts(result).map(({ of, cost, by }) => {
    const amount = cost === null ? 'not known' : `${escapeMarkdown(result.period.currency)} ${cost}`;
    return `- Cost per ${of}: ${amount} (charges at snapshot prices over ${by}; 8 decimals, half to even).`;
  });
  return [...lines, ...(result.counts === null ? [] : [`- Linked charges per request: ${amplification ?? 'not known'}.`])].join('\n');
}

function tokenTable({ tokens }: Result): string {
  const rows = Object.entries(tokens ?? {}).map(([name, { application, provider }]) => [name, application, provider]);
  return markdownTable([left('Tokens'), right('Application'), right('Provider')], rows);
}
