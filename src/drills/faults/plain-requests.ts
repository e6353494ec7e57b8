/** Finds the requests that faults are made on: one application row, one charge, at most one gateway row, all agreeing, well inside the period; and other models for them. */
import type { FaultContext, PlainRequest } from './fault-kind.ts';
import { type Column, readTime, type SourceRow, type SourceTable, valueOf } from './source-table.ts';
import type { Layer, TokenClass } from '../../model/evidence.ts';
import { type Instant, microsPerDay } from '../../model/instant.ts';
import type { Mapping, Period } from '../../model/ledger.ts';
import { type MappingBook, openMappingBook } from '../../model/mapping-book.ts';
import type { PriceBook } from '../../model/price-book.ts';

export interface RequestSearch {
  readonly tables: readonly SourceTable[];
  readonly period: Period;
  /** Exclusive end of what is judged, and of what the provider's export covers surely. */
  readonly settledEnd: Instant;
  readonly mappings: readonly Mapping[];
  readonly prices: PriceBook;
}

interface Indexes {
  readonly application: ReadonlyMap<string, readonly SourceRow[]>;
  readonly gateway: ReadonlyMap<string, readonly SourceRow[]>;
  readonly byRequest: ReadonlyMap<string, readonly SourceRow[]>;
  readonly byProviderId: ReadonlyMap<string, readonly SourceRow[]>;
}

/** In the order of the application's rows. */
export function findPlainRequests(search: RequestSearch): PlainRequest[] {
  const rowsOf = (layer: Layer): SourceRow[] => search.tables.filter((table) => table.layer === layer).flatMap(({ rows }) => rows);
  const provider = rowsOf('provider');
  const indexes: Indexes = {
    application: indexBy(rowsOf('application'), 'request_id'),
    gateway: indexBy(rowsOf('gateway'), 'request_id'),
    byRequest: indexBy(provider, 'request_id'),
    byProviderId: indexBy(provider, 'provider_request_id'),
  };
  const book = openMappingBook(search.mappings);
  const hasGateway = search.tables.some(({ layer }) => layer === 'gateway');
  return [...indexes.application].flatMap(([requestId, rows]) => {
    const [application] = rows;
    if (application === undefined || rows.length > 1) return [];
    const request = join(requestId, application, indexes, hasGateway);
    if (request === null || !isOrdinary(request, search)) return [];
    const expected = expectationOf(application, book);
    if (expected === null || expected.billableModel !== valueOf(request.provider, 'model_billed')) return [];
    if (!isPriced(expected.billableModel, request.application, search.prices) || !isPriced(expected.billableModel, request.provider, search.prices)) return [];
    return [{ ...request, expected, tokensAgree: agrees(request) }];
  });
}

function indexBy(rows: readonly SourceRow[], column: Column): Map<string, SourceRow[]> {
  const index = new Map<string, SourceRow[]>();
  for (const row of rows) {
    const value = valueOf(row, column);
    if (value === null) continue;
    const known = index.get(value);
    if (known === undefined) index.set(value, [row]);
    else known.push(row);
  }
  return index;
}

type Joined = Pick<PlainRequest, 'requestId' | 'application' | 'gateway' | 'provider'>;

function join(requestId: string, application: SourceRow, indexes: Indexes, hasGateway: boolean): Joined | null {
  const gatewayRows = indexes.gateway.get(requestId) ?? [];
  if (gatewayRows.length !== (hasGateway ? 1 : 0)) return null;
  const [gateway = null] = gatewayRows;
  const ids = [application, gateway].flatMap((row) => (row === null ? [] : [valueOf(row, 'provider_request_id')])).filter((id) => id !== null);
  const charges = new Set([...(indexes.byRequest.get(requestId) ?? []), ...ids.flatMap((id) => indexes.byProviderId.get(id) ?? [])]);
  const [provider] = charges;
  if (provider === undefined || charges.size > 1) return null;
  const ownId = valueOf(provider, 'provider_request_id');
  if (ownId !== null && (indexes.byProviderId.get(ownId) ?? []).length > 1) return null;
  return { requestId, application, gateway, provider };
}

function isOrdinary({ application, gateway, provider }: Joined, search: RequestSearch): boolean {
  const rows = [application, provider, ...(gateway === null ? [] : [gateway])];
  return (
    rows.every((row) => isInside(row, search) && isInScope(row, search.period) && ['success', null].includes(statusOf(row))) &&
    statusOf(application) === 'success' &&
    ['1', null].includes(valueOf(application, 'attempt')) &&
    kindOf(provider) === 'charge' &&
    [application, provider].every((row) => isCount(valueOf(row, 'input_tokens')) && isCount(valueOf(row, 'output_tokens')))
  );
}

/** A day from both ends, so that no zone and no delay can move it out; in a short period a tenth of it. */
function isInside(row: SourceRow, { period, settledEnd }: RequestSearch): boolean {
  const time = timeOf(row);
  const tenth = (settledEnd - period.start) / 10n;
  const margin = tenth < microsPerDay ? tenth : microsPerDay;
  return time !== null && time >= period.start + margin && time < settledEnd - margin;
}

export function timeOf(row: SourceRow): Instant | null {
  const text = valueOf(row, 'timestamp_utc');
  return text === null ? null : readTime(text, row.table.format);
}

function isInScope(row: SourceRow, { accounts, environment, models, keys }: Period): boolean {
  const [account, key, billed] = [valueOf(row, 'account_ref'), valueOf(row, 'key_ref'), valueOf(row, 'model_billed')];
  return (
    (account === null || accounts.includes(account)) &&
    (environment === null || [environment, null].includes(valueOf(row, 'environment'))) &&
    (keys === null || key === null || keys.includes(key)) &&
    (models === null || row.table.layer !== 'provider' || billed === null || models.includes(billed))
  );
}

function statusOf(row: SourceRow): string | null {
  const text = valueOf(row, 'status');
  return text === null ? null : (row.table.format.statuses[text] ?? text);
}

function kindOf(row: SourceRow): string {
  const text = valueOf(row, 'kind');
  return text === null ? 'charge' : (row.table.format.kinds[text] ?? text);
}

function isCount(text: string | null): boolean {
  return text !== null && /^\d{1,15}$/.test(text);
}

function expectationOf(row: SourceRow, book: MappingBook): PlainRequest['expected'] | null {
  const time = timeOf(row);
  if (time === null) return null;
  const span = book.boundaries.filter((boundary) => boundary <= time).length;
  const [internalName, requested] = [valueOf(row, 'internal_name'), valueOf(row, 'model_requested')];
  const found = book.expectations.find((each) => each.span === span && each.internalName === internalName && each.requestedModel === requested);
  const billableModel = found?.billableModel ?? null;
  return found === undefined || billableModel === null ? null : { ...found, billableModel };
}

const compared = ['input_tokens', 'cached_input_tokens', 'cache_write_tokens', 'cache_write_1h_tokens', 'output_tokens'] as const;

function agrees({ application, provider }: Joined): boolean {
  return compared.every((column) => (valueOf(application, column) ?? '0') === (valueOf(provider, column) ?? '0'));
}

/** A billable model that the provider could wrongly bill; null when there is none. */
export function otherModel(request: PlainRequest, { period, prices }: FaultContext): string | null {
  const { expected } = request;
  const names = [...new Set(prices.rows.map(({ billableModel }) => billableModel))];
  const fits = (name: string): boolean =>
    !expected.fallbackModels.includes(name) && (period.models === null || period.models.includes(name)) && isPricedApart(name, request, prices);
  return names.find(fits) ?? null;
}

/** Whether the model has a price for the request's tokens in every snapshot of the period, and input never costs what it costs with the expected one. */
export function isPricedApart(model: string, { expected, application, provider }: PlainRequest, prices: PriceBook): boolean {
  if (model === expected.billableModel || ![application, provider].every((row) => isPriced(model, row, prices))) return false;
  return prices.spans.every(({ snapshot }) => {
    const [one, other] = [model, expected.billableModel].map((name) => unitsOf(prices, snapshot, name));
    return one?.input !== undefined && other?.input !== undefined && !one.input.equals(other.input);
  });
}

const cacheClasses: readonly (readonly [Column, TokenClass])[] = [
  ['cached_input_tokens', 'cached_input'],
  ['cache_write_tokens', 'cache_write'],
  ['cache_write_1h_tokens', 'cache_write_1h'],
];

/** Whether every snapshot of the period prices the model's input, output and the cache classes that the row has tokens of. */
function isPriced(model: string, row: SourceRow, prices: PriceBook): boolean {
  const used = cacheClasses.filter(([column]) => (valueOf(row, column) ?? '0') !== '0').map(([, name]) => name);
  const needed: readonly TokenClass[] = ['input', 'output', ...used];
  return prices.spans.every(({ snapshot }) => {
    const units = unitsOf(prices, snapshot, model);
    return units !== null && needed.every((name) => units[name] !== undefined && !units[name].isZero());
  });
}

/** Without tiers: what the base costs. */
function unitsOf({ rows }: PriceBook, snapshot: string, model: string): PriceBook['rows'][number]['unit'] | null {
  return rows.find((row) => row.snapshot === snapshot && row.billableModel === model && row.tier === 0)?.unit ?? null;
}
