/** A saved page: evidence for whoever reads it, and no prices. What a table of a page means (unit, ratio, which column) only a person knows for sure. */
import { type PriceSource, readingOf, SourceRefusal } from './price-source.ts';

export const savedPage: PriceSource = {
  baseUrl: null,
  path: '',
  extension: 'html',
  read: (content) => {
    if (typeof content !== 'string' || content.trim() === '') throw new SourceRefusal('is empty');
    return readingOf([], ['The page is kept and not read: every price is to be copied from it by hand']);
  },
};
