/** A picture of one figure month by month: a point each, a line between neighbours, and no line across a month of which nothing is known. */
import { type Amount, Money, moneyOf } from '../../model/money.ts';
import { pixels, plotHeight } from '../html/column-chart.ts';
import { type Html, markup, nothing } from '../html/html-text.ts';
import { percentText } from '../html/page-parts.ts';

export interface TrendPoint {
  readonly label: string;
  /** null = a gap. */
  readonly value: Amount | null;
}

const top = 30;
const bottom = top + plotHeight;
const mostLabels = 7;
/** Below the month's name. */
export const trendHeight = bottom + 26;

/** The parts of the picture, without its frame; nothing where fewer than two months are known. */
export function trendParts(points: readonly TrendPoint[]): Html {
  const known = points.flatMap(({ value }) => (value === null ? [] : [moneyOf(value)]));
  if (known.length < 2) return nothing;
  const most = Money.max(1, ...known);
  const places = points.map(({ value }, index) => placeOf(value, index, points.length, most));
  const every = Math.ceil(points.length / mostLabels);
  const lines = places.slice(1).map((place, index) => segment(places[index], place));
  const marks = points.map(({ label, value }, index) => mark(label, value, places[index], index % every === 0 || index === points.length - 1));
  return markup`<line class="guide" x1="0" x2="100%" y1="${top}" y2="${top}" /><line class="axis" x1="0" x2="100%" y1="${bottom}" y2="${bottom}" /> ${lines}
    ${marks}`;
}

interface Place {
  readonly x: string;
  /** null = a gap. */
  readonly y: Money | null;
}

function placeOf(value: Amount | null, index: number, count: number, most: Money): Place {
  const x = percentText(new Money(100).times(index * 2 + 1).div(count * 2));
  return { x, y: value === null ? null : new Money(bottom).minus(moneyOf(value).times(plotHeight).div(most)) };
}

function segment(from: Place | undefined, to: Place): Html {
  const start = from?.y ?? null;
  if (from === undefined || start === null || to.y === null) return nothing;
  return markup`<line class="trend" x1="${from.x}" y1="${pixels(start)}" x2="${to.x}" y2="${pixels(to.y)}" />`;
}

function mark(label: string, value: Amount | null, place: Place | undefined, isNamed: boolean): Html {
  if (place === undefined) return nothing;
  const name = isNamed ? markup`<text x="${place.x}" y="${bottom + 18}" text-anchor="middle">${label}</text>` : nothing;
  if (place.y === null || value === null) return markup`<text x="${place.x}" y="${bottom - 6}" text-anchor="middle">?</text>${name}`;
  const figure = isNamed ? markup`<text x="${place.x}" y="${pixels(place.y.minus(10))}" text-anchor="middle">${value}</text>` : nothing;
  return markup`<circle class="point" cx="${place.x}" cy="${pixels(place.y)}" r="5" />${figure}${name}`;
}
