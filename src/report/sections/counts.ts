/** Counts before costs: what each layer counted, in the words of the field, the funnel from requests to charges, and what a transaction and an attempt cost. */
import type { Result, ResultCounts } from '../../model/result.ts';
import { escapeMarkdown, left, markdownTable, right } from '../escape-markdown.ts';
import { divideHalfEven, formatMoney, Money, moneyOf } from '../../model/money.ts';

/** What each layer counts, how the counts lead from one to the other (entries that are not zero, and every sum), and what one of them cost. */
export function countFunnel(result: Result): string {
  const { counts, count_bridge: bridge } = result;
  if (counts === null) return '';
  const sums = ['requests', 'units', 'charges', 'provider_rows', 'provider_requests', 'invoice_requests'];
  const funnel = bridge
    .filter(({ step, count }) => count !== 0 || sums.includes(step))
    .map(({ step, count }) => (sums.includes(step) ? [`**${step}**`, `**${count}**`] : [step, count > 0 ? `+${count}` : String(count)]));
  return [
    layerTable(result),
    markdownTable([left('Step'), right('Count')], funnel),
    statusTable(result),
    costLines(result),
    tokenTable(result),
    ...meterTable(result),
  ]
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

/** Names of meters are those of a ledger, not ours. */
function meterTable({ by_meter: meters = [] }: Result): string[] {
  const rows = meters.map(({ meter, application, provider }) => [escapeMarkdown(meter), application, provider]);
  return rows.length === 0 ? [] : [markdownTable([left('Counted beside tokens'), right('Application'), right('Provider')], rows)];
}

export interface LayerCount {
  readonly layer: string;
  /** What the layer's number is a number of. */
  readonly counted: string;
  readonly count: number;
  /** What belongs to the number; '' for nothing. */
  readonly beside: string;
}

/** Application, gateway, provider, invoice: those that there are. Empty when the rows were not reconciled. */
export function layerCounts(result: Result): LayerCount[] {
  const { counts } = result;
  if (counts === null) return [];
  const { application, gateway, invoice } = counts;
  return [
    { layer: 'application', counted: 'requests sent', count: application.requests, beside: attemptsOf(application) },
    ...(gateway === null ? [] : [{ layer: 'gateway', counted: 'requests forwarded', count: gateway.requests, beside: attemptsOf(gateway) }]),
    { layer: 'provider', counted: 'requests accepted', ...acceptedOf(result, counts) },
    ...(invoice === null
      ? []
      : [
          {
            layer: 'invoice',
            counted: 'billable line items',
            count: invoice.lines,
            beside: invoice.requests === null ? 'no requests stated' : `for ${invoice.requests} requests`,
          },
        ]),
  ];
}

/** Charges and their duplicates; of sums the requests that they count. */
function acceptedOf({ buckets, count_bridge: bridge }: Result, { provider: { charges, duplicates } }: ResultCounts): Pick<LayerCount, 'count' | 'beside'> {
  if (buckets === undefined) return { count: charges + duplicates, beside: `${charges} charges, ${duplicates} duplicates` };
  return { count: bridge.find(({ step }) => step === 'provider_requests')?.count ?? 0, beside: `in ${charges} ${charges === 1 ? 'sum' : 'sums'}` };
}

function attemptsOf({ attempts }: ResultCounts['application']): string {
  return `in ${attempts} attempts`;
}

export interface UnitCost {
  readonly of: string;
  /** 8 decimals, half to even; null when there is nothing to divide by. */
  readonly cost: string | null;
  readonly by: string;
}

/** What the provider's charges come to at snapshot prices, over what our side sent: for a transaction and for an attempt apart. */
export function unitCosts({ counts, totals }: Result): UnitCost[] {
  if (counts === null || totals.provider_at_snapshot === null) return [];
  const cost = moneyOf(totals.provider_at_snapshot);
  const { requests, attempts } = counts.application;
  const per = (count: number) => {
    const quotient = divideHalfEven(cost, new Money(count), 8);
    return quotient === null ? null : formatMoney(quotient);
  };
  return [
    { of: 'business transaction', cost: per(requests), by: `${requests} requests sent` },
    { of: 'API attempt', cost: per(attempts), by: `${attempts} attempts of the application` },
  ];
}
