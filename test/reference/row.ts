/** Evidence rows with parsed values, and the orders in which rows are compared (SPEC §2.4, §3). */
import {
  type CanonicalColumn,
  canonicalColumns,
  type Cover,
  covers,
  type Kind,
  kinds,
  type Layer,
  type Status,
  statuses,
  type TokenClass,
  tokenClasses,
  tokenColumns,
} from '../../src/model/evidence.ts';
import { formatInstant, type Instant, parseInstant } from '../../src/model/instant.ts';
import { formatMoney, Money } from '../../src/model/money.ts';
import type { Meter } from '../../src/model/ledger.ts';
import type { CanonicalRow, ReferencePeriod } from './input.ts';

/** Disjoint classes; null = the row does not say. */
export interface Tokens extends Readonly<Record<TokenClass, bigint | null>> {
  /** Uncached, cached and cache-write input together, as a tier counts it. */
  readonly totalInput: bigint;
  /** What is counted beside, by meter; parts of a class are taken out of it. */
  readonly quantities: ReadonlyMap<string, Money>;
  /** A data error: nothing that the row counts is trusted. */
  readonly isFlawed: boolean;
}

export interface Row {
  /** Every canonical column as the text of its parsed value, after defaults. */
  readonly content: Readonly<Record<CanonicalColumn, string | null>>;
  readonly requestId: string | null;
  readonly providerRequestId: string | null;
  readonly responseId: string | null;
  readonly at: Instant;
  readonly kind: Kind;
  readonly status: Status | null;
  /** What pays for it; the balance, where the row says nothing. */
  readonly coveredBy: Cover;
  readonly attempt: bigint | null;
  readonly tokens: Tokens;
  /** The reported amount in the period's currency; one in a currency without a rate counts as not reported. */
  readonly amount: Money | null;
  /** What our own layer says that the call cost. */
  readonly stated: Money | null;
  /** What other models did of the answer; charges of their own where the row is a charge. */
  readonly parts: readonly Row[];
  /** Of a part: the row that holds it. */
  readonly whole: Row | null;
}

const missingTokens: Tokens = {
  input: null,
  cached_input: null,
  cache_write: null,
  cache_write_1h: null,
  output: null,
  reasoning: null,
  totalInput: 0n,
  quantities: new Map(),
  isFlawed: true,
};
const mostTokens = 10n ** 15n;

export function parseRow(row: CanonicalRow, layer: Layer, { currency, fx }: Pick<ReferencePeriod, 'currency' | 'fx'>, meters: ReadonlyMap<string, Meter>): Row {
  const content = { ...row };
  const at = parseInstant(row.timestamp_utc ?? '');
  if (at === null) throw new Error(`timestamp_utc: ${row.timestamp_utc}`);
  content.timestamp_utc = formatInstant(at);

  if (layer === 'provider') {
    content.kind = row.kind ?? 'charge';
    content.charged_currency = row.charged_currency ?? currency;
    content.covered_by = row.covered_by ?? 'wallet';
  }
  const kind = kinds.find((name) => name === (content.kind ?? 'charge'));
  if (kind === undefined) throw new Error(`kind: ${row.kind}`);
  const coveredBy = covers.find((name) => name === (content.covered_by ?? 'wallet'));
  if (coveredBy === undefined) throw new Error(`covered_by: ${row.covered_by}`);
  const status = row.status === null ? null : statuses.find((name) => name === row.status);
  if (status === undefined) throw new Error(`status: ${row.status}`);

  for (const column of [...tokenColumns, 'total_tokens', 'attempt'] as const) {
    const text = row[column];
    content[column] = text === null ? null : (parseCount(text)?.toString() ?? null);
  }
  const reported = parseAmount(row.charged_amount);
  const stated = parseAmount(row.stated_amount);
  if (reported !== null) content.charged_amount = formatMoney(reported);
  if (stated !== null) content.stated_amount = formatMoney(stated);
  const isOurs = (row.charged_currency ?? currency) === currency;
  const rate = isOurs ? new Money(1) : fx.get(row.charged_currency ?? '');
  const worthOf = (amount: Money | null): Money | null => (rate === undefined ? null : (amount?.times(rate) ?? null));
  const parts: Row[] = [];
  const whole: Row = {
    content,
    requestId: row.request_id,
    providerRequestId: row.provider_request_id,
    responseId: row.response_id,
    at,
    kind,
    status,
    coveredBy,
    attempt: row.attempt === null ? null : BigInt(row.attempt),
    tokens: withoutParts(parseTokens(row), parseQuantities(row.meters), meters),
    amount: worthOf(reported),
    // What a log calls the charged amount is what it states: a log charges nobody.
    stated: layer === 'provider' ? null : worthOf(stated ?? reported),
    parts,
    whole: null,
  };
  for (const { model, ...counts } of row.parts ?? []) {
    const own = { ...row, ...counts, parts: [], model_billed: model, charged_amount: null, stated_amount: null, total_tokens: null, meters: null };
    parts.push({ ...parseRow(own, layer, { currency, fx }, meters), whole });
  }
  return whole;
}

/** What the parts of a row count, so that answers with other parts are other rows; null without parts. */
export function partsText({ parts }: Row): string | null {
  if (parts.length === 0) return null;
  const listed = parts.map(({ content, tokens }) => {
    const counts = [...tokenColumns, 'total_tokens' as const].map((column) => `"${column}":${content[column] ?? 'null'}`);
    return `{"model":${JSON.stringify(content.model_billed)},${counts.join()},"tokens_flawed":${tokens.isFlawed}}`;
  });
  return `[${listed.join()}]`;
}

/** null when the text is no count: it has no value then, and the row a data error. */
function parseCount(text: string): bigint | null {
  return /^\d+$/.test(text) && BigInt(text) <= mostTokens ? BigInt(text) : null;
}

/** The decimal digits, whether written out or with an exponent. */
function parseAmount(text: string | null): Money | null {
  if (text === null) return null;
  if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) throw new Error(`an amount: ${text}`);
  return new Money(text);
}

/** Counts as `trueup` writes them, made disjoint; a data error makes all counts of the row missing. */
export function parseTokens(row: CanonicalRow): Tokens {
  const counts: (bigint | null)[] = [];
  for (const column of tokenColumns) {
    const text = row[column];
    if (text === null) {
      counts.push(null);
      continue;
    }
    const count = parseCount(text);
    if (count === null) return missingTokens;
    counts.push(count);
  }
  const [input = null, cached = null, write = null, writeHour = null, output = null, reasoning = null] = counts;
  const parts = (cached ?? 0n) + (write ?? 0n) + (writeHour ?? 0n);
  if (input !== null && parts > input) return missingTokens;
  if (output !== null && (reasoning ?? 0n) > output) return missingTokens;
  return {
    input: input === null ? null : input - parts,
    cached_input: cached,
    cache_write: write,
    cache_write_1h: writeHour,
    output: output === null ? null : output - (reasoning ?? 0n),
    reasoning,
    totalInput: input ?? 0n,
    quantities: new Map(),
    isFlawed: false,
  };
}

/** `image=1 second=9.3`; null where a quantity is no plain number of at most six decimals. */
function parseQuantities(text: string | null): Map<string, Money> | null {
  const quantities = new Map<string, Money>();
  for (const part of text === null ? [] : text.split(' ')) {
    const [name = '', quantity = ''] = part.split('=');
    if (!/^\d{1,15}(\.\d{1,6})?$/.test(quantity)) return null;
    quantities.set(name, new Money(quantity));
  }
  return quantities;
}

/** The classes without what meters count of them apart. */
function withoutParts(tokens: Tokens, quantities: Map<string, Money> | null, meters: ReadonlyMap<string, Meter>): Tokens {
  if (tokens.isFlawed || quantities === null) return missingTokens;
  const classes: Record<TokenClass, bigint | null> = { ...tokens };
  for (const [name, quantity] of quantities) {
    const meter = meters.get(name);
    if (meter === undefined || meter.unit === 'decimal') continue;
    if (!quantity.isInteger()) return missingTokens;
    const whole = meter.inside === null ? null : classes[meter.inside];
    if (meter.inside !== null && whole !== null) classes[meter.inside] = whole - BigInt(quantity.toFixed());
  }
  if (tokenClasses.some((name) => (classes[name] ?? 0n) < 0n)) return missingTokens;
  return { ...classes, totalInput: tokens.totalInput, quantities, isFlawed: false };
}

/** True for what the provider may bill: kind charge, and an error row that reports an amount. */
export function isCharge(row: Row): boolean {
  if (row.whole !== null) return isCharge(row.whole);
  return row.kind === 'charge' || (row.kind === 'error' && row.amount !== null);
}

export function isAmendment(row: Row): boolean {
  return row.kind === 'refund' || row.kind === 'adjustment';
}

export type Order = (a: Row, b: Row) => number;

/** By code point, null last. */
export function compareText(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  const left = [...a];
  const right = [...b];
  for (let at = 0; at < left.length && at < right.length; at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

export const earliest: Order = (a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0);
export const latest: Order = (a, b) => earliest(b, a);

export const lowestAttempt: Order = (a, b) => {
  if (a.attempt === b.attempt) return 0;
  if (a.attempt === null) return 1;
  if (b.attempt === null) return -1;
  return a.attempt < b.attempt ? -1 : 1;
};
/** Null is the lowest attempt, so it comes last here too. */
export const highestAttempt: Order = (a, b) => {
  if (a.attempt === b.attempt) return 0;
  if (a.attempt === null) return 1;
  if (b.attempt === null) return -1;
  return a.attempt > b.attempt ? -1 : 1;
};

const remainingTies: Order = (a, b) => {
  const ids = compareText(a.providerRequestId, b.providerRequestId);
  if (ids !== 0) return ids;
  for (const column of canonicalColumns) {
    const difference = compareText(a.content[column], b.content[column]);
    if (difference !== 0) return difference;
  }
  return compareText(partsText(a), partsText(b));
};

/** A sorted copy: by each order in turn, then by the ties of SPEC §3. */
export function sorted(rows: Iterable<Row>, ...orders: Order[]): Row[] {
  return [...rows].sort((a, b) => {
    for (const order of [...orders, remainingTies]) {
      const difference = order(a, b);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}
