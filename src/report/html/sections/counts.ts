/** Counts before costs: what each layer counted, as a funnel, and how one count leads to the next. */
import { amountOf, Money } from '../../../model/money.ts';
import type { Result } from '../../../model/result.ts';
import { grouped } from '../../show-money.ts';
import { layerCounts, unitCosts } from '../../sections/counts.ts';
import { labelOf } from '../../wording/step-wording.ts';
import { type Html, markup, nothing } from '../html-text.ts';
import { barCell, barColumn, dataTable, folded, numberColumn, row, scaleOf, sumRow, textColumn } from '../page-parts.ts';

const sums: Readonly<Record<string, string>> = {
  requests: 'Requests sent',
  units: 'Attempts that were logged',
  charges: 'Charges',
  provider_rows: 'Rows of the provider',
  provider_requests: 'Requests that the provider counts',
  invoice_requests: 'Requests on the invoice',
};
const countLabels: Readonly<Record<string, string>> = {
  extra_retry: 'Further charges: retries',
  extra_fallback: 'Further charges: fallback models',
  extra_model_drift: 'Further charges: other models',
  bucket_requests: 'Requests more or fewer in buckets of ours',
  invoice_grouping: 'Invoice counts otherwise',
};

export function countFunnel(result: Result): Html {
  const layers = layerCounts(result);
  if (layers.length === 0) return nothing;
  const scale = scaleOf(layers.map(({ count }) => new Money(count)));
  const rows = layers.map(({ layer, counted, count, beside }) =>
    row(`${upper(layer)}: ${counted}`, barCell(scale, [{ from: new Money(0), to: new Money(count), look: 'sum' }]), grouped(count), beside),
  );
  const columns = [textColumn('Layer'), barColumn('Picture'), numberColumn('Count'), textColumn('Of these')];
  return markup`${dataTable('What each layer counted', columns, rows)}${folded('From requests to the rows of the provider', bridgeTable(result))}${folded('Searches, images, seconds and other units', meterTable(result))}${folded('What one of them cost', costTable(result))}`;
}

function bridgeTable({ count_bridge: bridge }: Result): Html {
  const rows = bridge
    .filter(({ step, count }) => count !== 0 || Object.hasOwn(sums, step))
    .map(({ step, count }) =>
      Object.hasOwn(sums, step)
        ? sumRow(sums[step] ?? step, grouped(count))
        : row(countLabels[step] ?? labelOf(step, amountOf(String(count))), count > 0 ? `+${grouped(count)}` : grouped(count)),
    );
  return dataTable('How the counts lead from one to the next', [textColumn('Entry'), numberColumn('Count')], rows);
}

/** Nothing where no row counts anything beside tokens. */
function meterTable({ by_meter: meters }: Result): Html {
  if (meters === undefined) return nothing;
  const columns = [textColumn('Meter'), numberColumn('Application'), numberColumn('Provider')];
  return dataTable(
    'What is counted beside tokens, on both sides',
    columns,
    meters.map(({ meter, application, provider }) => row(meter, application, provider)),
  );
}

function costTable(result: Result): Html {
  const rows = unitCosts(result).map(({ of, cost, by }) => row(`Cost per ${of}`, cost === null ? 'not known' : cost, by));
  const amplification = result.counts?.amplification ?? null;
  return dataTable(
    'Unit costs, at snapshot prices',
    [textColumn('Unit'), numberColumn(result.period.currency), textColumn('Over')],
    [...rows, ...(amplification === null ? [] : [row('Charges per request', amplification, 'linked charges of counted requests')])],
  );
}

const upper = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
