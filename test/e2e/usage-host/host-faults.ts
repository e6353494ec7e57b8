/** What goes wrong with hosts, one kind each: in the connection, or in what a page holds. */
import type { RequestListener } from 'node:http';
import type { LogRow } from './log-rows.ts';

export const hostFaults = [
  'limited',
  'limited-until',
  'bad-gateway',
  'dropped',
  'cut-off',
  'truncated',
  'not-json',
  'no-success',
  'elsewhere',
  'endless-answer',
  'late-row',
  'moved-row',
  'removed-row',
  'changed-row',
  'doubled-at-seam',
  'lost-at-seam',
  'lost-everywhere',
  'lost-without-quota',
  'lost-quietly-at-seam',
  'total-too-high',
  'total-too-low',
  'total-changes',
  'wrong-stat',
  'same-page',
  'endless-pages',
  'end-left-out',
  'other-days',
  'no-rows-list',
  'fraction',
] as const;
export type HostFault = (typeof hostFaults)[number];

/** Faults of the connection. */
export const rawFaults: Readonly<Partial<Record<HostFault, RequestListener>>> = {
  limited: (_, response) => void response.writeHead(429, { 'retry-after': '20' }).end('{}'),
  'limited-until': (_, response) => void response.writeHead(429, { 'retry-after': 'Fri, 05 Jun 2026 00:00:30 GMT' }).end('{}'),
  'bad-gateway': (_, response) => void response.writeHead(502).end('<html>'),
  dropped: (request) => void request.socket.destroy(),
  'cut-off': (_, response) => void response.writeHead(200, { 'content-length': '5000' }).write('{"success":true', () => response.destroy()),
  truncated: (_, response) => void response.end('{"success":true,"data":{"items":[{"quota":1'),
  'not-json': (_, response) => void response.end('<html>maintenance</html>'),
  'no-success': (_, response) => void response.end('{"success":false,"message":"access token is invalid"}'),
  elsewhere: (_, response) => void response.writeHead(302, { location: 'http://127.0.0.2:9/api/log/self' }).end(),
  'endless-answer': (_, response) => {
    const more = (): void => {
      while (response.write('x'.repeat(2 ** 20)));
      response.once('drain', more);
    };
    more();
  },
};

export interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly total: number;
  readonly page: number;
  readonly page_size: number;
}

interface Around {
  readonly ask: URLSearchParams;
  /** The rows of the host: what happens to them while a reader turns the pages stays. */
  readonly rows: LogRow[];
}

/** What a page holds under a fault; without one, what it should. */
export function faultyAnswer(fault: HostFault | null, page: Page, around: Around): unknown {
  const change = fault === null ? undefined : pageFaults[fault];
  return change === undefined ? page : change(page, around);
}

const pageFaults: Readonly<Partial<Record<HostFault, (page: Page, around: Around) => unknown>>> = {
  // Behind the reader's back, after the page was cut.
  'late-row': (page, around) => (insert(around, 50), page),
  'moved-row': (page, around) => (move(around), page),
  'removed-row': (page, { rows, ask }) => (rows.splice(rows.findIndex(isAsked(ask)), 1), page),
  'changed-row': (page, { rows, ask }) => {
    const at = rows.findIndex(isAsked(ask));
    const row = rows[at];
    if (row !== undefined) rows[at] = { ...row, quota: row.quota + 5 };
    return page;
  },
  // In what is said.
  'doubled-at-seam': (page) => (page.page > 1 ? { ...page, items: [page.items[0], ...page.items.slice(0, -1)] } : page),
  'lost-at-seam': (page) => (page.items.length === page.page_size ? { ...page, items: page.items.slice(0, -1) } : page),
  'lost-everywhere': (page) => ({ ...page, items: page.items.filter(({ request_id: id }) => !String(id).includes('0000012Ab')), total: page.total - 1 }),
  'lost-without-quota': (page) => (page.page === 1 ? { ...page, items: page.items.filter(({ type }) => type !== 5), total: page.total } : page),
  // No total and no sum shows it, only other seams do.
  'lost-quietly-at-seam': (page, { rows, ask }) => {
    const all = rows.filter(isAsked(ask)).toSorted((a, b) => b.created_at - a.created_at);
    const from = (page.page - 1) * page.page_size + (page.page > 1 ? 1 : 0);
    return { ...page, items: all.slice(from, from + page.page_size), total: all.length > page.page_size ? all.length - 1 : all.length };
  },
  'total-too-high': (page) => ({ ...page, total: page.total + 1 }),
  'total-too-low': (page) => ({ ...page, total: page.total - 1 }),
  'total-changes': (page) => ({ ...page, total: page.total + (page.page > 1 ? 1 : 0) }),
  'same-page': (page, { rows, ask }) =>
    page.page > 1
      ? { ...page, items: rows.filter(isAsked(ask)).slice(0, page.page_size) }
      : { ...page, items: rows.filter(isAsked(ask)).slice(0, page.page_size) },
  'endless-pages': (page, { rows, ask }) => ({
    ...page,
    items: rows
      .filter(isAsked(ask))
      .slice(0, 50)
      .map((row) => ({ ...row, use_time: page.page })),
  }),
  // The sum of the host leaves it out too.
  'end-left-out': (page, { rows, ask }) => {
    const atEnd = (row: Readonly<Record<string, unknown>>): boolean => row['created_at'] === Number(ask.get('end_timestamp'));
    return { ...page, items: page.items.filter((row) => !atEnd(row)), total: page.total - rows.filter(atEnd).length };
  },
  'other-days': (page) => ({ ...page, items: page.items.map((row) => ({ ...row, created_at: Number(row['created_at']) - 86_400 })) }),
  'no-rows-list': () => ({ logs: [] }),
  fraction: (page) => ({ ...page, items: page.items.map((row) => ({ ...row, quota: Number(row['quota']) + 0.5 })) }),
};

function isAsked(ask: URLSearchParams): (row: LogRow) => boolean {
  return ({ created_at: at }) => at >= Number(ask.get('start_timestamp')) && at <= Number(ask.get('end_timestamp'));
}

/** A row of the day that is settled only now: it comes among those that were read already. */
function insert({ rows, ask }: Around, back: number): void {
  const at = Number(ask.get('end_timestamp')) - back;
  const [pattern] = rows;
  if (pattern !== undefined) rows.push({ ...pattern, id: at * 10 + rows.length, created_at: at, type: 2, request_id: `late-${rows.length}` });
}

/** The oldest row of the day takes the place of the newest: on pages that are cut by place, one row is lost and one doubled, and the count stays. */
function move({ rows, ask }: Around): void {
  const own = rows.filter(isAsked(ask)).toSorted((a, b) => a.created_at - b.created_at);
  const [oldest, newest] = [own[0], own.at(-1)];
  if (oldest === undefined || newest === undefined) return;
  rows[rows.indexOf(oldest)] = { ...oldest, created_at: newest.created_at, id: newest.id + rows.length };
}
