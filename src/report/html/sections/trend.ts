/** The unexplained share of this period beside that of every closed one. */
import type { Amount } from '../../../model/money.ts';
import { inPeriodCurrency, type Month, unexplainedBasisPoints } from '../../../model/month.ts';
import { grouped, plainMoney } from '../../show-money.ts';
import { trendHeight, trendParts } from '../../trend/trend-chart.ts';
import { type Html, markup } from '../html-text.ts';
import { dataTable, numberColumn, row, textColumn, wordColumn } from '../page-parts.ts';

/** In the order of time; the last one is this period. */
export function trendSection(months: readonly Month[]): Html {
  const points = months.map(({ id, figures }) => ({ label: id, value: figures === null ? null : unexplainedBasisPoints(figures.totals) }));
  const parts = trendParts(points);
  const chart =
    parts.text === ''
      ? markup`<p class="note">A picture needs two months that are known.</p>\n`
      : markup`<svg class="chart" role="img" aria-label="Unexplained basis points by period; the table below has every figure" height="${trendHeight}">
          ${parts}
        </svg>\n`;
  const rows = months.map(({ id, state, currency, figures }, index) =>
    row(
      id,
      index === months.length - 1 ? 'this one' : state,
      pointsText(points[index]?.value ?? null),
      amountText(figures === null ? null : inPeriodCurrency(figures.totals).unexplained_gross, currency),
      amountText(figures?.totals.provider_charged ?? null, currency),
    ),
  );
  const columns = [textColumn('Period'), wordColumn('State'), numberColumn('Basis points'), numberColumn('Unexplained'), numberColumn('Charged')];
  return markup`${chart}${dataTable('Unexplained in basis points, month by month', columns, rows)}
    <p class="note">
      A basis point is a hundredth of a percent of what was expected or is charged at our prices, whichever is more. Closed periods stand as they were approved.
    </p>\n`;
}

const pointsText = (value: Amount | null): string => (value === null ? 'not known' : grouped(value));

const amountText = (amount: Amount | null, currency: string): string => (amount === null ? '' : plainMoney(amount, currency));
