/** A picture of one amount for each of many days: columns over a base line, the largest named. Widths are shares of the page's, so that letters keep their size. */
import { type Amount, formatMoney, Money, moneyOf } from '../../model/money.ts';
import { type Html, markup, nothing } from './html-text.ts';
import { percentText } from './page-parts.ts';

export interface ChartColumn {
  readonly label: string;
  /** Not below zero. */
  readonly amount: Amount;
}

const top = 22;
export const plotHeight = 100;
const mostLabels = 7;

/** Empty without columns or where every column is nothing. */
export function columnChart(title: string, columns: readonly ChartColumn[], show: (amount: Amount) => string): Html {
  const most = Money.max(0, ...columns.map(({ amount }) => moneyOf(amount)));
  if (most.isZero()) return nothing;
  const slot = new Money(100).div(columns.length);
  const every = Math.ceil(columns.length / mostLabels);
  const parts = columns.map(({ label, amount }, index) => {
    const height = moneyOf(amount).times(plotHeight).div(most);
    const y = pixels(new Money(top + plotHeight).minus(height));
    const bar = markup`<rect
      class="unexplained"
      x="${percentText(slot.times(index).plus(slot.times('0.15')))}"
      width="${percentText(slot.times('0.7'))}"
      y="${y}"
      height="${pixels(height)}"
    />`;
    const name = markup`<text x="${percentText(slot.times(index).plus(slot.div(2)))}" y="${top + plotHeight + 18}" text-anchor="middle">${label}</text>`;
    return markup`${amount === '0' ? nothing : bar}${index % every === 0 ? name : nothing}`;
  });
  const peak = columns.find(({ amount }) => moneyOf(amount).equals(most));
  return markup`<svg class="chart" role="img" aria-label="${title}" height="${top + plotHeight + 26}">
    <line class="guide" x1="0" x2="100%" y1="${top}" y2="${top}" />
    <text x="0" y="${top - 8}">${peak === undefined ? '' : `${show(peak.amount)} on ${peak.label}`}</text>
    ${parts}
    <line class="axis" x1="0" x2="100%" y1="${top + plotHeight}" y2="${top + plotHeight}" />
  </svg>\n`;
}

/** A length as an attribute: two decimals are finer than any screen. */
export function pixels(length: Money): string {
  return formatMoney(length.toDecimalPlaces(2, Money.ROUND_HALF_EVEN));
}
