/** The parts that every section of the page is made of: tables that can be scrolled with the keyboard, parts that fold without a script, and bars. */
import { type Amount, formatMoney, Money, moneyOf } from '../../model/money.ts';
import { type Html, markup, nothing } from './html-text.ts';

export interface Column {
  readonly name: string;
  readonly kind: 'text' | 'word' | 'long' | 'number' | 'bar' | 'hash';
}
export const textColumn = (name: string): Column => ({ name, kind: 'text' });
/** Of single words of ours. */
export const wordColumn = (name: string): Column => ({ name, kind: 'word' });
/** Of sentences. */
export const longColumn = (name: string): Column => ({ name, kind: 'long' });
export const numberColumn = (name: string): Column => ({ name, kind: 'number' });
export const barColumn = (name: string): Column => ({ name, kind: 'bar' });
export const hashColumn = (name: string): Column => ({ name, kind: 'hash' });

export interface Row {
  readonly cells: readonly (Html | string)[];
  /** Sums stand out. */
  readonly weight?: 'sum';
}

/** The first cell of a row names it. Wider than the screen, the table scrolls inside of its own region. Without rows it says so. */
export function dataTable(caption: string, columns: readonly Column[], rows: readonly Row[]): Html {
  if (rows.length === 0) return markup`<p class="note">None.</p>`;
  const head = columns.map(({ name, kind }) => markup`<th scope="col" class="${kind}">${name}</th>`);
  const body = rows.map(
    ({ cells, weight }) =>
      markup`<tr${weight === undefined ? nothing : markup` class="${weight}"`}>${cells.map((cell, index) => cellOf(cell, columns[index], index))}</tr>\n`,
  );
  return markup`<div class="scroll" role="region" aria-label="Table: ${caption}" tabindex="0">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${body}
      </tbody>
    </table>
  </div>\n`;
}

function cellOf(cell: Html | string, column: Column | undefined, index: number): Html {
  const kind = column?.kind ?? 'text';
  return index === 0 ? markup`<th scope="row" class="${kind}">${cell}</th>` : markup`<td class="${kind}">${cell}</td>`;
}

export const row = (...cells: readonly (Html | string)[]): Row => ({ cells });
export const sumRow = (...cells: readonly (Html | string)[]): Row => ({ cells, weight: 'sum' });

/** A heading and its parts; nothing where there are none. */
export function section(id: string, heading: string, ...parts: readonly Html[]): Html {
  if (parts.every(({ text }) => text === '')) return nothing;
  return markup`<section aria-labelledby="${id}">
    <h2 id="${id}">${heading}</h2>
    ${parts}
  </section>\n`;
}

export function folded(summary: string, content: Html): Html {
  return content.text === ''
    ? nothing
    : markup`<details>
        <summary>${summary}</summary>
        ${content}
      </details>\n`;
}

/** A table of which what lies beyond `most` rows is folded away, and beyond `mostAtAll` left out with a word on where it is. */
export function longTable(caption: string, columns: readonly Column[], rows: readonly Row[], most: number): Html {
  if (rows.length <= most) return dataTable(caption, columns, rows);
  const kept = rows.slice(0, mostAtAll);
  const left = rows.length - kept.length;
  const note = left === 0 ? nothing : markup`<p class="note">${left} more are left out here; result.json and manifest.json have them all.</p>\n`;
  const rest = dataTable(`${caption}, continued`, columns, kept.slice(most));
  return markup`${dataTable(caption, columns, kept.slice(0, most))}${folded(`${kept.length - most} more`, markup`${rest}${note}`)}`;
}

const mostAtAll = 500;

/** From one amount to another on the scale that all bars of a table share. */
export interface Bar {
  readonly from: Money;
  readonly to: Money;
  readonly look: Look;
}
/** What tells the parts of a picture apart also without colour: filled, striped, outlined. */
export type Look = 'sum' | 'explained' | 'unexplained' | 'faint';

export interface Scale {
  readonly least: Money;
  readonly most: Money;
}

/** The scale holds zero and every amount. */
export function scaleOf(amounts: readonly Money[]): Scale {
  return { least: Money.min(0, ...amounts), most: Money.max(0, ...amounts) };
}

/** Where an amount lies on the scale, as percent of its width. */
function placeOn({ least, most }: Scale, amount: Money): Money {
  const width = most.minus(least);
  return width.isZero() ? new Money(0) : amount.minus(least).times(100).div(width);
}

/** As an attribute of a picture: three decimals are finer than a pixel. */
export function percentText(place: Money): string {
  return `${formatMoney(place.toDecimalPlaces(3, Money.ROUND_HALF_EVEN))}%`;
}

/** The cell says in words beside it what the bar shows, so that readers of the page aloud pass it over. */
export function barCell(scale: Scale, bars: readonly Bar[]): Html {
  const zero = percentText(placeOn(scale, new Money(0)));
  const rects = bars.map(({ from, to, look }) => {
    const [start, end] = [placeOn(scale, Money.min(from, to)), placeOn(scale, Money.max(from, to))];
    return markup`<rect class="${look}" x="${percentText(start)}" y="3" width="${percentText(end.minus(start))}" height="14" />`;
  });
  return markup`<svg class="bar" aria-hidden="true" focusable="false" width="100%" height="20">
    ${rects}
    <line class="axis" x1="${zero}" x2="${zero}" y1="0" y2="20" />
  </svg>`;
}

/** What the looks mean, beside every picture that uses both. */
export function legend(): Html {
  const entry = (look: Look, words: string): Html =>
    markup`<li>
      <svg aria-hidden="true" focusable="false" width="22" height="14"><rect class="${look}" x="1" y="1" width="20" height="12" /></svg> ${words}
    </li>`;
  return markup`<ul class="legend">
    ${entry('explained', 'explained')}${entry('unexplained', 'unexplained')}
  </ul>\n`;
}

export function moneyOrZero(amount: Amount | null): Money {
  return moneyOf(amount) ?? new Money(0);
}
