/** The trend as CSV: one row for each figure, so that any program can turn it as it likes. What is not known has no row. */
import { csvField } from '../../model/csv.ts';
import type { TrendDocument, TrendPeriod } from './trend-document.ts';

const columns = ['account_ref', 'environment', 'period', 'start_utc', 'state', 'verdict', 'currency', 'measure', 'model', 'value'];
const measures = [
  'unexplained_basis_points',
  'expected',
  'provider_charged',
  'invoice_total',
  'unexplained_gross',
  'requests',
  'retries',
  'amplification',
  'cost_per_request',
] as const satisfies readonly (keyof TrendPeriod)[];

export function trendCsv({ periods }: TrendDocument): string {
  return [columns, ...periods.flatMap(rowsOf)].map((row) => `${row.map((value) => csvField(value)).join(',')}\n`).join('');
}

function rowsOf(one: TrendPeriod): string[][] {
  const place = [one.account_ref, one.environment ?? '', one.period].map(asText);
  const known = [...place, one.start_utc, one.state, one.verdict ?? '', one.currency];
  const figures = measures.flatMap((measure) => (one[measure] === null ? [] : [[...known, measure, '', String(one[measure])]]));
  const { forecast } = one;
  const ahead =
    forecast === null
      ? []
      : ([
          ['forecast', forecast.amount],
          ['forecast_low', forecast.low],
          ['forecast_high', forecast.high],
        ] as const);
  return [
    ...figures,
    ...ahead.map(([measure, value]) => [...known, measure, '', value]),
    ...(one.models ?? []).map(({ model, charged }) => [...known, 'provider_charged_by_model', asText(model), charged]),
  ];
}

/** A text that a spreadsheet would run is not. */
function asText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
