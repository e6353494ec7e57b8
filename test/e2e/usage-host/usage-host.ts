/**
 * A host of the new-api family on this machine: the log, its statistics, tasks, tokens and the account, paged as `model/log.go` pages them, with one fault at a
 * time. The official command line of CometAPI is held against it too (`test/e2e/usage/official-client.test.ts`).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { faultyAnswer, type HostFault, type Page, rawFaults } from './host-faults.ts';
import type { LogRow } from './log-rows.ts';

export const accessToken = 'AcC3ss-tok3n-of-the-4ccount-0001';

export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
}

export interface UsageHost {
  readonly url: string;
  /** In order of arrival, those that were refused too. */
  readonly asked: Asked[];
  readonly account: { quota: number; used_quota: number };
  /** Rows of the log, in any order; may be changed between requests. */
  readonly rows: LogRow[];
  readonly tasks: Readonly<Record<string, unknown>>[];
  /** From the request `after` on (of those to the log), for `times` requests. */
  readonly fail: (fault: HostFault, after?: number, times?: number) => void;
  readonly close: () => void;
}

export async function startUsageHost(rows: readonly LogRow[] = []): Promise<UsageHost> {
  const asked: Asked[] = [];
  const state = { rows: [...rows], tasks: [] as Readonly<Record<string, unknown>>[], account: { quota: 952_050_000, used_quota: 10_532_956 } };
  let planned: { fault: HostFault; from: number; until: number } | null = null;
  let logRequests = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    asked.push({ path: url.pathname, query: url.searchParams });
    const isLog = url.pathname.startsWith('/api/log/self');
    logRequests += isLog ? 1 : 0;
    const isDue = isLog && planned !== null && logRequests > planned.from && logRequests <= planned.until;
    const fault = isDue ? (planned?.fault ?? null) : null;
    const raw = fault === null ? undefined : rawFaults[fault];
    if (raw !== undefined) raw(request, response);
    else answer(request, response, url, state, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...state,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    fail: (fault, after = 0, times = Number.POSITIVE_INFINITY) => void (planned = { fault, from: logRequests + after, until: logRequests + after + times }),
    close: () => stop(server),
  };
}

function stop(server: Server): void {
  server.closeAllConnections();
  server.close();
}

interface State {
  readonly rows: LogRow[];
  readonly tasks: readonly Readonly<Record<string, unknown>>[];
  readonly account: { readonly quota: number; readonly used_quota: number };
}

function answer(request: IncomingMessage, response: ServerResponse, url: URL, state: State, fault: HostFault | null): void {
  const data = request.headers.authorization === `Bearer ${accessToken}` ? dataOf(url, state, fault) : undefined;
  // As relays answer to a wrong token: with status 200.
  const body = data === undefined ? { success: false, message: 'access token is invalid' } : { success: true, message: '', data };
  response.writeHead(data === null ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** null = there is no such path. */
function dataOf(url: URL, state: State, fault: HostFault | null): unknown {
  const ask = url.searchParams;
  switch (url.pathname) {
    case '/api/log/self':
      return faultyAnswer(fault, pageOf(inWindow(state.rows, 'created_at', ask), ask), { ask, rows: state.rows });
    case '/api/log/self/stat':
      return {
        quota:
          sumOf(inWindow(state.rows, 'created_at', ask).filter((row) => fault !== 'end-left-out' || row.created_at !== Number(ask.get('end_timestamp')))) +
          (fault === 'wrong-stat' ? 1 : 0),
        rpm: 0,
        tpm: 0,
      };
    case '/api/task/self':
      return pageOf(inWindow(state.tasks, 'submit_time', ask), ask);
    case '/api/user/self':
      return { id: 7, username: 'acme', role: 1, status: 1, group: 'default', request_count: state.rows.length, ...state.account };
    default:
      return null;
  }
}

/** Newest first; both ends of the window belong to it, and a missing one is no bound. */
function inWindow<T extends Readonly<Record<string, unknown>>>(rows: readonly T[], column: string, ask: URLSearchParams): T[] {
  const [from, to] = [Number(ask.get('start_timestamp') ?? 0), Number(ask.get('end_timestamp') || Number.POSITIVE_INFINITY)];
  const type = Number(ask.get('type') ?? 0);
  const [at, id] = [(row: T): number => row[column] as number, (row: T): number => row['id'] as number];
  return rows.filter((row) => at(row) >= from && at(row) <= to && (type === 0 || row['type'] === type)).toSorted((a, b) => at(b) - at(a) || id(b) - id(a));
}

/** At most a hundred rows, ten where no size is asked for; the id is cut, as in the view of users. */
function pageOf(rows: readonly Readonly<Record<string, unknown>>[], ask: URLSearchParams): Page {
  const page = Math.max(1, Number(ask.get('p') ?? 1));
  const size = Math.min(100, Math.max(1, Number(ask.get('page_size') ?? 10)));
  const items = rows.slice((page - 1) * size, page * size).map((row) => ({ ...row, id: Number(row['id']) % 1024 }));
  return { items, total: rows.length, page, page_size: size };
}

/** Consumption alone, whatever type is asked for. */
function sumOf(rows: readonly LogRow[]): number {
  return rows.filter(({ type }) => type === 2).reduce((sum, { quota }) => sum + quota, 0);
}
