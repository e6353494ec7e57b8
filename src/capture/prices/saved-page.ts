/**
 * A saved page: evidence for whoever reads it. Prices are taken only from a table that says model, classes, dollars and unit in its own head or caption, and from
 * cells that hold one amount and nothing else; a ratio is asked for, since a page does not say whether one is in its prices.
 */
import { toVerify } from '../../model/placeholder.ts';
import { type PageTable, pageTables } from './page-tables.ts';
import { capturedPrices, exactDecimal, PriceFields } from './price-fields.ts';
import { type PriceSource, readingOf, type SourceEntry, SourceRefusal } from './price-source.ts';
import type { CapturedClasses, CapturedPrice } from '../../model/captured-prices.ts';
import type { TokenClass } from '../../model/evidence.ts';

export const savedPage: PriceSource = {
  baseUrl: null,
  path: '',
  extension: 'html',
  read: (content) => {
    if (typeof content !== 'string' || content.trim() === '') throw new SourceRefusal('is empty');
    const { tables, unsure } = pageTables(content);
    const readings = tables.map(entriesOf);
    const taken = readings.filter((entries) => entries !== null).length;
    const remarks = [`${taken} of ${readings.length + unsure} tables of the page could be read for sure; what else it says is to be copied by hand`];
    return readingOf(
      readings.flatMap((entries) => entries ?? []),
      remarks,
    );
  },
};

const columns: readonly (readonly [pattern: RegExp, name: TokenClass | 'model'])[] = [
  [/^model( name| id)?$/, 'model'],
  [/^input( tokens| price)?$/, 'input'],
  [/^output( tokens| price)?$/, 'output'],
  [/^(cached input|cache read|cache hits)( tokens| price)?$/, 'cached_input'],
  [/^cache writes?( tokens| price)?$/, 'cache_write'],
];
const unit = /(?:\/|per)\s*(?:1\s?m|1,000,000|million|mtok)(?:\s*tokens?)?/i;
const dollars = /\$|\bUSD\b/;

/** null for a table that does not say all by itself, or has a column that nobody knows. */
function entriesOf({ head, rows, caption }: PageTable): SourceEntry[] | null {
  const names = head.map((title) => columnOf(title));
  const priced = head.filter((_, index) => names[index] !== 'model');
  const states = (pattern: RegExp): boolean => pattern.test(caption) || priced.every((title) => pattern.test(title));
  const isWhole =
    names.every((name) => name !== null) &&
    new Set(names).size === names.length &&
    names.includes('model') &&
    names.includes('input') &&
    names.includes('output');
  return isWhole && states(unit) && states(dollars) ? rows.map((cells) => entryOf(names as readonly (TokenClass | 'model')[], cells)) : null;
}

/** The title without its unit and currency. */
function columnOf(title: string): TokenClass | 'model' | null {
  const bare = title
    .replace(unit, ' ')
    .replace(/\bUSD\b|[$()[\],]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
  return columns.find(([pattern]) => pattern.test(bare))?.[1] ?? null;
}

function entryOf(names: readonly (TokenClass | 'model')[], cells: readonly string[]): SourceEntry {
  const fields = new PriceFields({});
  const prices = names.flatMap((name, index): [TokenClass, CapturedPrice][] => {
    const cell = cells[index] ?? '';
    // A dash says that there is none; an empty cell says nothing.
    if (name === 'model' || /^[-–—]?$/.test(cell)) return [];
    const amount = exactDecimal(/^\$?\s?(\d+(?:\.\d+)?)$/.exec(cell)?.[1] ?? '');
    if (amount === null) fields.problems.push(`its cell of ${name} is not one amount`);
    return [[name, amount ?? toVerify]];
  });
  fields.problems.push('a page does not say whether a ratio is in its prices');
  return {
    names: [cells[names.indexOf('model')] ?? ''],
    prices: capturedPrices(fields, { prices: Object.fromEntries(prices) as CapturedClasses, ratio: toVerify }),
  };
}
