/** A small ledger to reconcile by eye: May 2026, model `nano` at 1 in and 2 out per token, `big` at ten times that. */
import { type CanonicalColumn, canonicalColumns, type Layer } from '../../src/model/evidence.ts';
import { type Instant, parseInstant } from '../../src/model/instant.ts';
import type { ClassPrices, Mapping, PriceRow, Snapshot } from '../../src/model/ledger.ts';
import { Money, zero } from '../../src/model/money.ts';
import type { CanonicalRow, OpenItem, ReferenceException, ReferenceInput, ReferenceLayer, ReferencePeriod, Scope } from './input.ts';

type Values = Partial<Record<CanonicalColumn, string | null>>;

const source = { file: 'small', line: 1, column: 1 };

export function at(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(text);
  return instant;
}

function rowOf(values: Values): CanonicalRow {
  const row = Object.fromEntries(canonicalColumns.map((column) => [column, null])) as Record<CanonicalColumn, string | null>;
  return { ...row, ...values };
}

/** Request r1, 10 in, 5 out: 20 with `nano`. */
export function applicationRow(values: Values = {}): CanonicalRow {
  return rowOf({
    request_id: 'r1',
    timestamp_utc: '2026-05-10T12:00:00Z',
    account_ref: 'acct',
    service: 'chat',
    model_requested: 'nano-alias',
    status: 'success',
    attempt: '1',
    input_tokens: '10',
    output_tokens: '5',
    ...values,
  });
}

export function gatewayRow(values: Values = {}): CanonicalRow {
  return rowOf({
    request_id: 'r1',
    timestamp_utc: '2026-05-10T12:00:00Z',
    model_requested: 'nano-alias',
    status: 'success',
    attempt: '1',
    ...values,
  });
}

/** A charge of r1 that agrees with `applicationRow`. */
export function providerRow(values: Values = {}): CanonicalRow {
  return rowOf({
    request_id: 'r1',
    provider_request_id: 'p1',
    timestamp_utc: '2026-05-10T12:00:01Z',
    model_billed: 'nano',
    status: 'success',
    attempt: '1',
    input_tokens: '10',
    output_tokens: '5',
    ...values,
  });
}

export function priceRow(billableModel: string, prices: Partial<Record<keyof ClassPrices, string>>, more: Partial<PriceRow> = {}): PriceRow {
  const parsed = Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, new Money(price)]));
  return plainRow({ billableModel, prices: parsed, requestPrice: zero, ratio: new Money(1), tiers: [], variants: [], source, ...more });
}

/** A row without meters and placeholders. */
export function plainRow(row: Omit<PriceRow, 'meterPrices' | 'needs' | 'stated'>): PriceRow {
  const { prices, tiers, requestPrice, ratio } = row;
  return { ...row, meterPrices: new Map(), needs: null, stated: { prices, tiers, requestPrice, ratio } };
}

export function snapshotOf(id: string, prices: readonly PriceRow[]): Snapshot {
  return {
    id,
    sourceUrl: 'https://example.com/prices',
    accessedAt: '2026-04-30',
    capturedBy: 'someone',
    priceKind: 'public-list',
    currency: 'USD',
    unitDivisor: 1n,
    verified: true,
    notes: null,
    prices,
    meters: new Map(),
    standard: null,
    samples: [],
    source,
  };
}

export function mappingOf(values: Partial<Mapping>): Mapping {
  return {
    internalName: 'chat-primary',
    requestedModel: 'nano-alias',
    billableModel: 'nano',
    role: 'primary',
    fallbackFor: null,
    owner: 'platform',
    priceSnapshot: null,
    from: at('2026-01-01T00:00:00Z'),
    to: null,
    source,
    ...values,
  };
}

export const standardSnapshot = snapshotOf('cometapi/2026-04-30', [
  priceRow('nano', { input: '1', output: '2' }),
  priceRow('big', { input: '10', output: '20' }),
  priceRow('other', { input: '3', output: '3' }),
]);

export const standardMappings: readonly Mapping[] = [
  mappingOf({}),
  mappingOf({ internalName: 'chat-fallback', requestedModel: 'big-alias', billableModel: 'big', role: 'fallback', fallbackFor: 'chat-primary' }),
];

export interface SmallLedger {
  readonly application?: readonly CanonicalRow[];
  /** Absent: there is no gateway layer. */
  readonly gateway?: readonly CanonicalRow[];
  readonly provider?: readonly CanonicalRow[];
  readonly period?: Partial<ReferencePeriod>;
  readonly rowsMode?: ReferenceLayer['rowsMode'];
  readonly finalizedThrough?: Instant;
  /** Microseconds. */
  readonly delay?: bigint;
  readonly snapshots?: readonly Snapshot[];
  readonly mappings?: readonly Mapping[];
  readonly contract?: Partial<ReferenceInput['contract']>;
  readonly carried?: readonly OpenItem[];
  readonly clientStopped?: Partial<ReferenceInput['clientStopped']>;
  readonly otherScopes?: readonly Scope[];
  readonly earlier?: ReferenceInput['earlier'];
  readonly exceptions?: readonly ReferenceException[];
  readonly gross?: ReferenceInput['gross'];
  readonly readings?: ReferenceInput['readings'];
}

/** Of everything in its category, 1000 at most, through the day of the run. */
export function exceptionOf(category: ReferenceException['category'], values: Partial<ReferenceException> = {}): ReferenceException {
  return {
    id: `about-${category}`,
    category,
    model: null,
    service: null,
    requestIds: null,
    from: null,
    to: null,
    maxAmount: new Money(1000),
    maxCount: null,
    expiresOn: '2026-07-01',
    ...values,
  };
}

export function smallLedger(small: SmallLedger): ReferenceInput {
  const snapshots = small.snapshots ?? [standardSnapshot];
  const layerOf = (layer: Layer): ReferenceLayer => ({
    rows: small[layer] ?? [],
    rowsMode: layer === 'application' ? (small.rowsMode ?? 'attempts') : 'attempts',
    finalizedThrough: layer === 'provider' ? (small.finalizedThrough ?? null) : null,
    delay: layer === 'provider' ? (small.delay ?? 0n) : 0n,
  });
  return {
    period: {
      start: at('2026-05-01T00:00:00Z'),
      end: at('2026-06-01T00:00:00Z'),
      accounts: ['acct'],
      environment: null,
      models: null,
      keys: null,
      currency: 'USD',
      fx: new Map(),
      incidents: [],
      prices: snapshots.map((snapshot, index) => ({
        snapshot: snapshot.id,
        from: index === 0 ? null : at('2026-05-20T00:00:00Z'),
        source,
      })),
      ...small.period,
    },
    layers: {
      application: layerOf('application'),
      gateway: small.gateway === undefined ? null : layerOf('gateway'),
      provider: layerOf('provider'),
    },
    snapshots,
    mappings: small.mappings ?? standardMappings,
    contract: {
      billing: { success: 'billable', error: 'not-billable', timeout: 'unverified', canceled: 'billable' },
      rounding: null,
      coverFees: {},
      tiers: 'as-requested',
      pricedAt: 'charge',
      advisors: [],
      ...small.contract,
    },
    carried: small.carried ?? [],
    readings: small.readings ?? null,
    clientStopped: { timeout: 'unverified', canceled: 'unverified', ...small.clientStopped },
    otherScopes: small.otherScopes ?? [],
    earlier: small.earlier ?? [],
    exceptions: small.exceptions ?? [],
    asOf: '2026-07-01',
    gross: small.gross ?? 'parts',
  };
}
