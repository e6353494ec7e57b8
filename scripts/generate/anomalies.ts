/** Everything that can go right or wrong with a call, one kind each: its rows, and the exact amount it puts into a bridge step. */
import {
  type Call,
  type CallIds,
  type Charge,
  chargeRow,
  countRequest,
  expectedCost,
  invoice,
  logBoth,
  logRow,
  type Month,
  newIds,
  settleServing,
  writeCharge,
} from './month.ts';
import { costOf, ratio, roundedCost } from './pricing.ts';
import { type Service, serviceOf, type Shop } from './shop.ts';
import type { Step } from '../../src/model/bridge.ts';
import { zero } from '../../src/model/money.ts';

export interface CallKind {
  readonly kind: string;
  /** Where its money shows; null when it moves none. */
  readonly step: Step | null;
  /** What happened, for the record. */
  readonly story: string;
  /** The service it needs; null: any. */
  readonly service: ((shop: Shop) => Service) | null;
  /** Moves the call to where the kind can happen; null: anywhere. */
  readonly place: ((month: Month, call: Call) => Call) | null;
  readonly write: (month: Month, call: Call) => void;
}

/** A call that goes well. */
export function writePlain(month: Month, call: Call): { readonly ids: CallIds; readonly charge: Charge } {
  const ids = newIds(month, call.at);
  logBoth(month, call, ids);
  const charge = writeCharge(month, call, ids);
  settleServing(month, 'plain', call, charge, 'model_drift');
  return { ids, charge };
}

/** A call just before the period whose charge falls into it. */
export function writeOutOfPeriod(month: Month, call: Call, ids: CallIds, at: number): void {
  logBoth(month, call, ids);
  const charge = writeCharge(month, call, ids, { at });
  record(month, 'out-of-period', 'out_of_period', charge.value);
  month.tally.count('out_of_period', 1);
}

/** A call just before the end of the period whose charge comes after it: the provider's row is in the export and is set aside. */
export function writeLateCharge(month: Month, call: Call, ids: CallIds, at: number): void {
  logBoth(month, call, ids);
  const row = chargeRow(month, call, ids, { at });
  month.sink.provider({ ...row, amount: roundedCost(costOf(month.shop.lists, row.billed, call.tokens, at) ?? zero) });
  forgo(month, 'late-charge', 'in_transit', call);
}

export const callKinds: readonly CallKind[] = [
  kind('long-context', null, 'A prompt above the bound of a price tier; it goes well.', writePlain, changing, (month, call) => {
    return aboveBound(call, month.shop.changing.minimumInput + 1 + month.random.below(60_000));
  }),
  kind('error', null, 'The provider refuses the call; nothing is charged.', (month, call) => {
    const ids = newIds(month, call.at);
    logBoth(month, call, ids, { status: 'error' });
    writeRefusal(month, call, ids);
    countRequest(month, zero);
    month.tally.count('not_billable', -1);
  }),
  kind('retry', 'retry', 'The client gives up waiting and tries again; the provider finishes and charges both.', (month, call) => {
    writeRetry(month, call, 'retry');
  }),
  kind(
    'outage-retry',
    'retry',
    'The same, while an incident lasts.',
    (month, call) => {
      writeRetry(month, call, 'outage-retry');
    },
    withFallback,
    (month, call) => {
      if (month.incident === null) throw new RangeError('no incident in the month');
      return moveInto(month, call, month.incident.from, month.incident.to - 60_000);
    },
  ),
  kind('fallback', 'fallback', 'The gateway gets an error and sends the call to the fallback model.', writeGatewayFallback, withFallback),
  kind('fallback-after-timeout', 'fallback', 'The client times out and itself asks the fallback model; both are charged.', writeClientFallback, withFallback),
  kind('price-timing', 'price_timing', 'Sent before a price change, charged after it.', writePriceTiming, changing, (month, call) => {
    const { from, minimumInput } = changeOf(month);
    const moved = { ...call, at: from - 1000 - month.random.below(1000) };
    return minimumInput === 0 ? moved : aboveBound(moved, minimumInput + 1 + month.random.below(40_000));
  }),
  kind('duplicate-charge', 'duplicate', 'The provider lists one charge twice, seconds apart.', (month, call) => {
    const { charge } = writePlain(month, call);
    writeDuplicate(month, 'duplicate-charge', charge, charge.amount);
  }),
  kind('conflicting-duplicate', 'duplicate', 'The second listing of a charge states another amount.', (month, call) => {
    const { charge } = writePlain(month, call);
    writeDuplicate(month, 'conflicting-duplicate', charge, charge.amount.plus('0.001'));
  }),
  kind('export-duplicate', null, 'The export holds one row twice, equal in every column.', (month, call) => {
    const { charge } = writePlain(month, call);
    month.sink.provider(charge.row);
  }),
  kind('unlinked', 'unlinked', 'Somebody else uses a leaked key: no log of ours knows the call.', (month, call) => {
    const charge = writeCharge(month, call, newIds(month, call.at), { named: 'unnamed' });
    record(month, 'unlinked', 'unlinked', charge.value);
    month.tally.count('unlinked', 1);
  }),
  kind(
    'not-charged',
    'not_charged',
    'Answered, but the provider has no record of it.',
    (month, call) => {
      logBoth(month, call, newIds(month, call.at));
      forgo(month, 'not-charged', 'not_charged', call);
    },
    null,
    beforeSettlement,
  ),
  kind('not-forwarded', 'not_forwarded', 'The application logs a success that the gateway never saw.', (month, call) => {
    month.sink.application(logRow(month, call, newIds(month, call.at), { providerId: null }));
    forgo(month, 'not-forwarded', 'not_forwarded', call);
  }),
  kind('gateway-only', 'gateway_only', 'A load test goes through the gateway but not through the application.', (month, call) => {
    const ids = newIds(month, call.at);
    month.sink.gateway(logRow(month, call, ids));
    const charge = writeCharge(month, call, ids);
    record(month, 'gateway-only', 'gateway_only', charge.value);
    month.tally.count('gateway_only', 1);
  }),
  kind('unbacked', 'unbacked', 'The provider retries on its own and charges a second time.', (month, call) => {
    const { ids } = writePlain(month, call);
    const again = newIds(month, call.at + 2000);
    const extra = writeCharge(month, { ...call, at: call.at + 2000 }, { ...again, requestId: ids.requestId }, { attempt: null });
    record(month, 'unbacked', 'unbacked', extra.value);
    month.tally.count('unbacked', 1);
  }),
  kind(
    'model-drift',
    'model_drift',
    'The provider lets an alias point to a larger model.',
    (month, call) => {
      const ids = newIds(month, call.at);
      logBoth(month, call, ids);
      const charge = writeCharge(month, call, ids, { billed: month.shop.moved.billable });
      settleServing(month, 'model-drift', call, charge, 'model_drift');
    },
    (shop) => serviceOf(shop, shop.moved.service),
    secondHalf,
  ),
  kind('wrong-price', 'price_difference', 'The provider forgets its ratio and charges the official price.', (month, call) => {
    const ids = newIds(month, call.at);
    logBoth(month, call, ids);
    const row = chargeRow(month, call, ids);
    const full = (costOf(month.shop.lists, row.billed, call.tokens, row.at) ?? zero).div(ratio);
    settleServing(month, 'wrong-price', call, writeCharge(month, call, ids, { at: row.at, amount: roundedCost(full) }), 'model_drift');
  }),
  kind(
    'cached-twice',
    'token_difference',
    'The provider counts cached tokens as input once more.',
    (month, call) => {
      const ids = newIds(month, call.at);
      logBoth(month, call, ids);
      const tokens = { ...call.tokens, input: call.tokens.input + call.tokens.cached };
      settleServing(month, 'cached-twice', call, writeCharge(month, call, ids, { tokens }), 'model_drift');
    },
    (shop) => serviceOf(shop, shop.moved.service),
    withCache,
  ),
  kind('missing-usage', 'missing_usage', 'A stream without include_usage: the application has no token counts.', (month, call) => {
    record(month, 'missing-usage', 'missing_usage', writeUncounted(month, call, 'success').value);
    countRequest(month, zero);
  }),
  kind('client-stopped', 'missing_usage', 'The user stops a stream; the provider charges what it had produced.', (month, call) => {
    writeInterrupted(month, { ...call, tokens: { ...call.tokens, output: Math.ceil(call.tokens.output / 3) } }, 'client-stopped', 'canceled');
  }),
  kind('timeout-charged', 'missing_usage', 'The call times out for good; the provider charges it.', (month, call) => {
    writeInterrupted(month, call, 'timeout-charged', 'timeout');
  }),
  kind('status-difference', 'status_difference', 'The application calls the answer an error; the provider calls it a success.', (month, call) => {
    const ids = newIds(month, call.at);
    month.sink.application(logRow(month, call, ids, { status: 'error' }));
    month.sink.gateway(logRow(month, call, ids));
    record(month, 'status-difference', 'status_difference', writeCharge(month, call, ids).value);
    countRequest(month, zero);
  }),
  kind('billed-error', 'non_billable', 'A failed attempt is charged although the contract says it is free.', (month, call) => {
    const first = newIds(month, call.at);
    logBoth(month, call, first, { status: 'error' });
    const failed = writeCharge(month, call, first, { status: 'error' });
    record(month, 'billed-error', 'non_billable', failed.value);
    month.tally.count('extra_retry', 1);
    writeSecondAttempt(month, call, first.requestId, 'billed-error', 'error');
  }),
  kind(
    'unpriced',
    'unpriced',
    'A model that no price snapshot lists.',
    (month, call) => {
      const ids = newIds(month, call.at);
      logBoth(month, call, ids);
      record(month, 'unpriced', 'unpriced', writeCharge(month, call, ids).value);
      countRequest(month, zero);
    },
    (shop) => shop.unpriced.service,
  ),
  kind(
    'unmapped',
    'unpriced',
    'A service calls a model that models.yaml does not name.',
    (month, call) => {
      const ids = newIds(month, call.at);
      logBoth(month, call, ids);
      record(month, 'unmapped', 'unpriced', writeCharge(month, call, ids).value);
      countRequest(month, zero);
    },
    (shop) => shop.unmapped,
  ),
  kind('out-of-scope', 'out_of_scope', 'A staging service uses the production key.', (month, call) => {
    const ids = newIds(month, call.at);
    logBoth(month, call, ids, { environment: 'staging' });
    record(month, 'out-of-scope', 'out_of_scope', writeCharge(month, call, ids).value);
    month.tally.count('out_of_scope', 1);
  }),
  kind(
    'out-of-period',
    'out_of_period',
    'Sent in the last seconds of the month before, charged in this one.',
    (month, call) => {
      writeOutOfPeriod(month, call, newIds(month, call.at), month.start + month.random.below(20_000));
    },
    null,
    (month, call) => ({ ...call, at: month.start - 1000 - month.random.below(20_000) }),
  ),
  kind(
    'in-transit',
    'in_transit',
    'Sent in the last hours; the provider has not settled it yet.',
    (month, call) => {
      logBoth(month, call, newIds(month, call.at));
      forgo(month, 'in-transit', 'in_transit', call);
    },
    null,
    (month, call) => ({ ...call, at: month.settledUntil + month.random.below(month.end - month.settledUntil) }),
  ),
  kind(
    'refund',
    'refund',
    'The provider gives a charge back a day later.',
    (month, call) => {
      const { charge } = writePlain(month, call);
      const amount = charge.amount.neg();
      month.sink.provider({ ...charge.row, at: charge.row.at + 86_400_000, kind: 'refund', status: null, attempt: null, tokens: null, amount });
      record(month, 'refund', 'refund', amount);
      invoice(month, charge.row.billed, amount, 0);
    },
    null,
    firstHalf,
  ),
  kind('other-account', null, 'The export holds a row of another account; it is set aside.', (month, call) => {
    const row = chargeRow(month, call, newIds(month, call.at), { named: 'unnamed', account: 'acct_other' });
    month.sink.provider({ ...row, amount: roundedCost(costOf(month.shop.lists, row.billed, call.tokens, row.at) ?? zero) });
  }),
];

/** The kind of that name; throws when there is none. */
export function callKindOf(name: string): CallKind {
  const found = callKinds.find((entry) => entry.kind === name);
  if (found === undefined) throw new RangeError(`no kind of call is named ${name}`);
  return found;
}

function kind(
  name: string,
  step: Step | null,
  story: string,
  write: CallKind['write'],
  service: CallKind['service'] = null,
  place: CallKind['place'] = null,
): CallKind {
  return { kind: name, step, story, service, place, write };
}

function record(month: Month, name: string, step: Step, amount: Charge['value']): void {
  month.tally.add(name, step, amount);
}

/** A counted request without any charge. */
function forgo(month: Month, name: string, step: 'in_transit' | 'not_charged' | 'not_forwarded', call: Call): void {
  const expected = expectedCost(month, call, call.at);
  countRequest(month, expected);
  record(month, name, step, expected.neg());
  month.tally.count(step, -1);
}

/** The provider's record of a refused call: kind error, no amount. */
function writeRefusal(month: Month, call: Call, ids: CallIds): void {
  const row = chargeRow(month, call, ids, { status: 'error' });
  month.sink.provider({ ...row, at: call.at + 300, kind: 'error', tokens: null });
}

/** A first attempt that the client stopped waiting for: only the gateway learns the provider's id. */
function writeLostAttempt(month: Month, call: Call, ids: CallIds): Charge {
  month.sink.application(logRow(month, call, ids, { status: 'timeout', providerId: null }));
  month.sink.gateway(logRow(month, call, ids, { status: 'timeout', at: call.at + 9 }));
  return writeCharge(month, call, ids);
}

function writeRetry(month: Month, call: Call, name: string): void {
  const first = newIds(month, call.at);
  record(month, name, 'retry', writeLostAttempt(month, call, first).value);
  month.tally.count('extra_retry', 1);
  writeSecondAttempt(month, call, first.requestId, name, 'timeout');
}

function writeSecondAttempt(month: Month, call: Call, requestId: string, name: string, reason: string): void {
  const later = { ...call, at: call.at + 5000 + month.random.below(3000) };
  const ids = { ...newIds(month, later.at), requestId };
  logBoth(month, later, ids, { attempt: 2, retryReason: reason });
  settleServing(month, name, later, writeCharge(month, later, ids, { attempt: 2 }), 'model_drift');
}

function writeGatewayFallback(month: Month, call: Call): void {
  const first = newIds(month, call.at);
  const served = { ...newIds(month, call.at + 700), requestId: first.requestId };
  const fallback = fallbackOf(call);
  month.sink.application(logRow(month, call, served));
  month.sink.gateway(logRow(month, call, first, { status: 'error', at: call.at + 9 }));
  month.sink.gateway(logRow(month, call, served, { requested: fallback.requested, attempt: 2, at: call.at + 700, retryReason: 'error' }));
  writeRefusal(month, call, first);
  const charge = writeCharge(month, call, served, { billed: fallback.billable, requested: fallback.requested, attempt: 2 });
  settleServing(month, 'fallback', call, charge, 'fallback');
}

function writeClientFallback(month: Month, call: Call): void {
  const first = newIds(month, call.at);
  const lost = writeLostAttempt(month, call, first);
  record(month, 'fallback-after-timeout', 'fallback', lost.value);
  month.tally.count('extra_fallback', 1);
  const fallback = fallbackOf(call);
  const later = { ...call, at: call.at + 5000 };
  const served = { ...newIds(month, later.at), requestId: first.requestId };
  logBoth(month, later, served, {
    attempt: 2,
    requested: fallback.requested,
    internalName: fallback.internalName,
    retryReason: 'timeout',
  });
  const charge = writeCharge(month, later, served, { billed: fallback.billable, requested: fallback.requested, attempt: 2 });
  settleServing(month, 'fallback-after-timeout', later, charge, 'fallback');
}

function writePriceTiming(month: Month, call: Call): void {
  const ids = newIds(month, call.at);
  logBoth(month, call, ids);
  const at = changeOf(month).from + 1000 + month.random.below(5000);
  settleServing(month, 'price-timing', call, writeCharge(month, call, ids, { at }), 'model_drift');
}

function writeDuplicate(month: Month, name: string, charge: Charge, amount: Charge['amount']): void {
  month.sink.provider({ ...charge.row, at: charge.row.at + 2000 + month.random.below(3000), amount });
  record(month, name, 'duplicate', amount);
  month.tally.count('duplicate', 1);
  invoice(month, charge.row.billed, amount, 1);
}

/** A call that ends without token counts on our side; the provider charges it. */
function writeUncounted(month: Month, call: Call, status: 'success' | 'canceled' | 'timeout'): Charge {
  const ids = newIds(month, call.at);
  logBoth(month, call, ids, { status, tokens: null, stream: true, completed: status === 'success', stopped: status === 'canceled' });
  return writeCharge(month, call, ids, { status });
}

/** Where the contract lets the provider's counts stand for ours, the charge is what was expected; else all of it is `missing_usage`. */
function writeInterrupted(month: Month, call: Call, name: string, status: 'canceled' | 'timeout'): void {
  const charge = writeUncounted(month, call, status);
  if (month.shop.interrupted === 'provider-counts') {
    settleServing(month, name, call, charge, 'model_drift');
    return;
  }
  record(month, name, 'missing_usage', charge.value);
  countRequest(month, zero);
}

function fallbackOf(call: Call): NonNullable<Service['fallback']> {
  if (call.service.fallback === null) throw new RangeError(`${call.service.name} has no fallback`);
  return call.service.fallback;
}

function withFallback(shop: Shop): Service {
  const found = shop.services.find((service) => service.fallback !== null);
  if (found === undefined) throw new RangeError('no service has a fallback');
  return found;
}

function changing(shop: Shop): Service {
  return serviceOf(shop, shop.changing.service);
}

/** The first price change inside the month. */
function changeOf(month: Month): { readonly from: number; readonly minimumInput: number } {
  const list = month.shop.lists.find((entry) => entry.from > month.start && entry.from < month.end);
  if (list === undefined) throw new RangeError('no price changes inside the month');
  return { from: list.from, minimumInput: month.shop.changing.minimumInput };
}

function firstHalf(month: Month, call: Call): Call {
  return moveInto(month, call, month.start + 60_000, (month.start + month.end) / 2);
}

function secondHalf(month: Month, call: Call): Call {
  return moveInto(month, call, (month.start + month.end) / 2, month.settledUntil - 3_600_000);
}

function beforeSettlement(month: Month, call: Call): Call {
  return moveInto(month, call, month.start + 60_000, month.settledUntil - 3_600_000);
}

/** Leaves a call that already lies there where it is. */
function moveInto(month: Month, call: Call, from: number, to: number): Call {
  return call.at >= from && call.at < to ? call : { ...call, at: from + month.random.below(to - from) };
}

function aboveBound(call: Call, input: number): Call {
  return { ...call, tokens: { ...call.tokens, input: Math.max(call.tokens.input, input) } };
}

/** At least half of a prompt of at least four blocks is cached; a call that has cached tokens stays as it is. */
function withCache(_month: Month, call: Call): Call {
  if (call.tokens.cached > 0) return call;
  const input = Math.max(call.tokens.input, 2048);
  const cached = Math.floor(input / 1024) * 512;
  return { ...call, tokens: { ...call.tokens, input, cached, write: 0 } };
}
