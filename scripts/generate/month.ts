/** One month being generated: writes rows of the three layers and keeps the books on what each of them must do to the bridge. */
import type { LogRow, ProviderRow } from './evidence-text.ts';
import { costOf, roundedCost, type Tokens } from './pricing.ts';
import type { Random } from './random.ts';
import type { Service, Shop } from './shop.ts';
import type { Tally } from './tally.ts';
import { type Money, zero } from '../../src/model/money.ts';

/** A request about to be made. */
export interface Call {
  readonly service: Service;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tokens: Tokens;
}
export interface CallIds {
  readonly requestId: string;
  readonly providerId: string;
}
/** Where rows go; rows of one layer need not come in time order. */
export interface RowSink {
  readonly application: (row: LogRow) => void;
  readonly gateway: (row: LogRow) => void;
  readonly provider: (row: ProviderRow) => void;
}
export interface Month {
  readonly shop: Shop;
  readonly start: number;
  readonly end: number;
  /** Calls after this that have no charge yet are in transit. */
  readonly settledUntil: number;
  /** Whether the provider's export carries our request id, attempt and status, or only its own id. */
  readonly carriesOurIds: boolean;
  /** When calls time out more often than usual. */
  readonly incident: { readonly from: number; readonly to: number } | null;
  readonly random: Random;
  readonly sink: RowSink;
  readonly tally: Tally;
  /** Charged amounts and provider rows by billed model, as the invoice adds them up. */
  readonly invoiced: Map<string, { amount: Money; requests: number }>;
}

export function newIds(month: Month, at: number): CallIds {
  return { requestId: `req_${month.random.hex(4)}`, providerId: providerId(month.random, at) };
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The shape of CometAPI's request ids: a clock at UTC+8, more digits, eight characters. */
function providerId(random: Random, at: number): string {
  const clock = new Date(at + 8 * 3_600_000).toISOString().replaceAll(/\D/g, '').slice(0, 17);
  const digits = String(random.below(1_000_000)).padStart(6, '0');
  let tail = '';
  for (let index = 0; index < 8; index += 1) tail += letters[random.below(letters.length)] ?? 'x';
  return `${clock}${digits}${tail}`;
}

export type LogFacts = Partial<Omit<LogRow, 'requestId' | 'account' | 'service'>>;

/** A log row of the call with everything usual filled in. */
export function logRow(month: Month, call: Call, ids: CallIds, facts: LogFacts = {}): LogRow {
  const { service } = call;
  const status = facts.status ?? 'success';
  return {
    requestId: ids.requestId,
    providerId: ids.providerId,
    at: call.at,
    account: month.shop.account,
    environment: 'production',
    service: service.name,
    costCenter: service.costCenter,
    internalName: service.internalName,
    requested: service.requested,
    status,
    attempt: 1,
    tokens: status === 'success' ? call.tokens : null,
    stream: service.stream,
    completed: status === 'success',
    stopped: false,
    retryReason: null,
    promptVersion: service.promptVersion,
    ...facts,
  };
}

/** The call in the application's and, a moment later, in the gateway's log. */
export function logBoth(month: Month, call: Call, ids: CallIds, facts: LogFacts = {}): void {
  const row = logRow(month, call, ids, facts);
  month.sink.application(row);
  month.sink.gateway({ ...row, at: row.at + 9 + month.random.below(30) });
}

export interface ChargeFacts {
  readonly at?: number;
  readonly billed?: string;
  readonly requested?: string;
  readonly tokens?: Tokens;
  readonly status?: ProviderRow['status'];
  readonly attempt?: number | null;
  /** What the provider charges; the rounded cost where it is left out. */
  readonly amount?: Money;
  readonly ids?: Partial<CallIds>;
  readonly account?: string;
  /** Our id on the provider's row; left out where the provider knows none. */
  readonly named?: 'ours' | 'unnamed';
}
export interface Charge {
  /** Unrounded cost at the charge's own time and model, or the amount where there is no price. */
  readonly value: Money;
  readonly amount: Money;
  readonly row: ProviderRow;
}

/** Writes a charge, counts it on the invoice and tallies its rounding and price difference. */
export function writeCharge(month: Month, call: Call, ids: CallIds, facts: ChargeFacts = {}): Charge {
  const row = chargeRow(month, call, ids, facts);
  const tokens = row.tokens ?? call.tokens;
  const cost = costOf(month.shop.lists, row.billed, tokens, row.at);
  const amount = facts.amount ?? roundedCost(cost ?? costOf([month.shop.unpriced.list], row.billed, tokens, row.at) ?? zero);
  const paid = { ...row, amount };
  month.sink.provider(paid);
  invoice(month, paid.billed, amount, 1);
  if (cost !== null) {
    month.tally.add('rounding', 'rounding', roundedCost(cost).minus(cost));
    month.tally.add('wrong-price', 'price_difference', amount.minus(roundedCost(cost)));
  }
  return { value: cost ?? amount, amount, row: paid };
}

/** A provider row of kind charge that has no amount yet; it is neither written nor tallied. */
export function chargeRow(month: Month, call: Call, ids: CallIds, facts: ChargeFacts = {}): ProviderRow {
  const billed = facts.billed ?? call.service.billable;
  const ours = month.carriesOurIds && facts.named !== 'unnamed';
  return {
    providerId: facts.ids?.providerId ?? ids.providerId,
    requestId: ours ? ids.requestId : null,
    at: facts.at ?? call.at + latency(month.random, call.tokens),
    account: facts.account ?? month.shop.account,
    requested: facts.requested ?? call.service.requested,
    billed,
    kind: 'charge',
    status: month.carriesOurIds ? (facts.status === undefined ? 'success' : facts.status) : null,
    attempt: ours ? (facts.attempt === undefined ? 1 : facts.attempt) : null,
    tokens: facts.tokens ?? call.tokens,
    amount: null,
    stream: call.service.stream,
    rates: ratesOf(month.shop, billed),
  };
}

/** The official prices of a model, for what new-api writes beside a row. */
function ratesOf(shop: Shop, billed: string): ProviderRow['rates'] {
  return [...shop.lists, shop.unpriced.list].flatMap((list) => list.models).find((model) => model.billable === billed) ?? null;
}

/** Adds to the invoice's usage line of a model. */
export function invoice(month: Month, billed: string, amount: Money, requests: number): void {
  const line = month.invoiced.get(billed) ?? { amount: zero, requests: 0 };
  month.invoiced.set(billed, { amount: line.amount.plus(amount), requests: line.requests + requests });
}

/** Time from the call to the provider's entry: a start-up and 4 to 8 ms per output token. */
function latency(random: Random, tokens: Tokens): number {
  return 400 + random.below(1500) + Math.min(tokens.output, 2000) * (4 + random.below(5));
}

/** What the application expects a call to cost; zero where it cannot know. */
export function expectedCost(month: Month, call: Call, at: number): Money {
  return costOf(month.shop.lists, call.service.billable, call.tokens, at) ?? zero;
}

/** Counts a request of ours with what it was expected to cost. */
export function countRequest(month: Month, expected: Money): void {
  month.tally.count('requests', 1);
  month.tally.add('request', 'expected', expected);
}

/** Splits the serving charge against the expected cost: price at another time, another model, other tokens. */
export function settleServing(month: Month, kind: string, call: Call, charge: Charge, modelStep: 'fallback' | 'model_drift'): void {
  const { lists } = month.shop;
  const expected = expectedCost(month, call, call.at);
  const atCharge = expectedCost(month, call, charge.row.at);
  const served = costOf(lists, charge.row.billed, call.tokens, charge.row.at) ?? zero;
  countRequest(month, expected);
  month.tally.add(kind === 'plain' ? 'price-timing' : kind, 'price_timing', atCharge.minus(expected));
  month.tally.add(kind, modelStep, served.minus(atCharge));
  month.tally.add(kind, 'token_difference', charge.value.minus(served));
}
