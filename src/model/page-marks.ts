/** Keys by which interfaces say that a page is not all: those that say it by being true, those that say it by not being empty, and how many there are in all. */

export const moreFlags: readonly string[] = ['has_more', 'hasMore', 'has_next', 'hasNext', 'has_next_page', 'hasNextPage'];
export const nextNames: readonly string[] = [
  'next_page',
  'nextPage',
  'next_cursor',
  'nextCursor',
  'next_page_token',
  'nextPageToken',
  'next_token',
  'nextToken',
  'next_page_url',
];
/** These two say it only of a page, that is where elements of an array are read. */
export const pageNextNames: readonly string[] = ['next', 'next_url', 'nextLink', '@odata.nextLink'];
/** Objects that hold such keys. */
export const pageObjects: readonly string[] = [
  'meta',
  'metadata',
  'pagination',
  'paging',
  'page',
  'page_info',
  'pageInfo',
  'links',
  '_links',
  'cursor',
  'cursors',
];
/** Of two keys in one object: the page at hand, and how many there are. */
export const pageNumbers: readonly (readonly [at: string, of: string])[] = [
  ['page', 'totalPages'],
  ['page', 'total_pages'],
  ['current_page', 'total_pages'],
  ['currentPage', 'totalPages'],
  ['current_page', 'last_page'],
];
export const pageTotals: readonly string[] = ['total', 'total_count', 'totalCount', 'total_results', 'totalResults', 'total_items', 'totalItems'];
