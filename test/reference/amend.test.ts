/** Refunds and adjustments, worked by hand: r1 was charged 20 under p1 unless said. */
import { describe, expect, test } from 'vitest';
import { Money } from '../../src/model/money.ts';
import { bridge, cut, reconcile } from './by-eye.ts';
import { applicationRow, gatewayRow, providerRow } from './small-ledger.ts';
import type { CanonicalRow } from './input.ts';

const application = [applicationRow()];
const day = (number: number): string => `2026-05-${number}T00:00:00Z`;

function refund(amount: string | null, values: Parameters<typeof providerRow>[0] = {}): CanonicalRow {
  return providerRow({ kind: 'refund', charged_amount: amount, timestamp_utc: day(12), input_tokens: null, output_tokens: null, ...values });
}
/** Without the provider's id it is linked by r1 alone. */
const ofRequest = { provider_request_id: null };

function withAmendments(...amendments: CanonicalRow[]): Record<string, string> {
  return bridge({ application, provider: [providerRow(), ...amendments] });
}

describe('what gives back a charge', () => {
  test('some of it, all of it, not more than it', () => {
    expect(withAmendments(refund('-4.50'))).toEqual({ expected: '20', refund: '-4.5' });
    expect(withAmendments(refund('-20'))).toEqual({ expected: '20', refund: '-20' });
    expect(withAmendments(refund('-20.01'))).toEqual({ expected: '20', adjustment: '-20.01' });
  });

  test('in parts: 12 + 8 = 20 fit; the next cent does not', () => {
    const parts = [refund('-12'), refund('-8', { timestamp_utc: day(13) })];
    expect(withAmendments(...parts)).toEqual({ expected: '20', refund: '-20' });
    expect(withAmendments(...parts, refund('-0.01', { timestamp_utc: day(14) }))).toEqual({ expected: '20', refund: '-20', adjustment: '-0.01' });
  });

  test('a row is a refund as a whole, and one that does not fit takes nothing from the next: 15, then 6, then 5', () => {
    const rows = [refund('-5', { timestamp_utc: day(15) }), refund('-6', { timestamp_utc: day(14) }), refund('-15', { timestamp_utc: day(13) })];
    expect(withAmendments(...rows)).toEqual({ expected: '20', refund: '-20', adjustment: '-6' });
  });

  test('at one time the lower row content comes first: -15 before -6 by its text', () => {
    expect(withAmendments(refund('-6'), refund('-15'))).toEqual({ expected: '20', refund: '-15', adjustment: '-6' });
  });

  test('the kind says nothing: a negative adjustment that fits is a refund', () => {
    const small = { application, provider: [providerRow(), refund('-4', { kind: 'adjustment' })] };
    expect(bridge(small)).toEqual({ expected: '20', refund: '-4' });
    expect(reconcile(small).counts.provider).toMatchObject({ refunds: 1, adjustments: 0, charges: 1 });
  });

  test('the reported amount bounds it, else the rounded cost', () => {
    const provider = [providerRow({ charged_amount: '19' }), refund('-19.5')];
    expect(bridge({ application, provider })).toEqual({ expected: '20', price_difference: '-1', adjustment: '-19.5' });
    const contract = { rounding: { quantum: new Money('7'), mode: 'up', minimum: null } } as const;
    expect(bridge({ application, provider: [providerRow(), refund('-21')], contract })).toEqual({ expected: '20', rounding: '1', refund: '-21' });
  });

  test('a charge that cost nothing gives nothing back', () => {
    const provider = [providerRow({ status: 'error' }), refund('-1')];
    expect(bridge({ application, provider })).toEqual({ expected: '20', non_billable: '-20', adjustment: '-1' });
  });

  test('of a charge that nobody of ours knows', () => {
    expect(bridge({ provider: [providerRow(), refund('-5')] })).toEqual({ unlinked: '20', refund: '-5' });
  });
});

describe('what gives back a request', () => {
  const second = providerRow({ provider_request_id: 'p2', attempt: '2', charged_amount: '30', timestamp_utc: '2026-05-10T12:05:00Z' });
  const twice = [...application, applicationRow({ attempt: '2' })];

  test('all its charges together, 20 + 30', () => {
    const provider = [providerRow(), second, refund('-50', ofRequest)];
    expect(bridge({ application: twice, provider })).toEqual({ expected: '20', retry: '20', price_difference: '10', refund: '-50' });
    expect(bridge({ application: twice, provider: [providerRow(), second, refund('-50.01', ofRequest)] })).toMatchObject({ adjustment: '-50.01' });
  });

  test('an id of the provider that no kept charge has leaves the request', () => {
    expect(withAmendments(refund('-4', { provider_request_id: 're_1' }))).toEqual({ expected: '20', refund: '-4' });
  });

  test('the same money does not come back under both names', () => {
    const [named, nameless] = [refund('-15'), refund('-15', ofRequest)];
    expect(withAmendments(named, { ...nameless, timestamp_utc: day(13) })).toEqual({ expected: '20', refund: '-15', adjustment: '-15' });
    expect(withAmendments({ ...named, timestamp_utc: day(13) }, nameless)).toEqual({ expected: '20', refund: '-15', adjustment: '-15' });
  });

  test('a row that names a charge is held to that charge, however much its request cost', () => {
    const provider = [providerRow(), second, refund('-25')];
    expect(bridge({ application: twice, provider })).toMatchObject({ adjustment: '-25' });
  });

  test('through the gateway, and of a request outside the period', () => {
    const linked = refund('-4', { request_id: null, provider_request_id: 'gw' });
    const gateway = [gatewayRow({ provider_request_id: 'gw' })];
    expect(bridge({ application, gateway, provider: [providerRow(), linked] })).toEqual({ expected: '20', refund: '-4' });
    const april = [applicationRow({ timestamp_utc: '2026-04-30T23:00:00Z' })];
    expect(bridge({ application: april, provider: [providerRow(), refund('-4', ofRequest)] })).toEqual({ out_of_period: '20', refund: '-4' });
  });
});

describe('what gives back nothing', () => {
  test('a positive amount, zero, and no amount at all', () => {
    const rows = [refund('5'), refund('0', { timestamp_utc: day(13) }), refund(null, { timestamp_utc: day(14) })];
    const small = { application, provider: [providerRow(), ...rows] };
    expect(bridge(small)).toEqual({ expected: '20', adjustment: '5' });
    expect(reconcile(small).counts.provider).toMatchObject({ refunds: 0, adjustments: 3 });
  });

  test('an amount in another currency is none', () => {
    expect(withAmendments(refund('-4', { charged_currency: 'EUR' }))).toEqual({ expected: '20' });
  });

  test('a row that nobody can tell what it belongs to', () => {
    expect(withAmendments(refund('-4', { request_id: null, provider_request_id: null }))).toEqual({ expected: '20', adjustment: '-4' });
  });

  test('a charge that is set aside', () => {
    const provider = [providerRow({ timestamp_utc: '2026-04-30T00:00:00Z' }), refund('-4')];
    expect(bridge({ provider })).toEqual({ adjustment: '-4' });
  });

  test('a duplicate: the kept charge alone is given back, once', () => {
    const provider = [providerRow(), providerRow({ timestamp_utc: day(11) }), refund('-21')];
    expect(bridge({ application, provider })).toEqual({ expected: '20', duplicate: '20', adjustment: '-21' });
  });
});

test('refunds stay in their own step and cut, and repeated ones stay as well', () => {
  const provider = [providerRow(), refund('-4'), refund('-4', { timestamp_utc: day(13), model_billed: null })];
  expect(cut({ application, provider }, 'by_model')).toEqual({ nano: { expected: '20', refund: '-4' }, '(none)': { refund: '-4' } });
  expect(cut({ application, provider }, 'by_day')).toEqual({ '2026-05-10': { expected: '20', refund: '-8' } });
  // The same row exported twice is one row here too.
  expect(withAmendments(refund('-4'), refund('-4.0'))).toEqual({ expected: '20', refund: '-4' });
});

test('both hold what was given back: 20 computed, 22 − 4 + 5 reported', () => {
  const other = providerRow({ request_id: 'r2', provider_request_id: 'p2', charged_amount: '22' });
  const provider = [providerRow(), other, refund('-4'), refund('5', { timestamp_utc: day(13) })];
  expect(reconcile({ application, provider }).totals).toEqual({ providerReported: '23', providerComputed: '20' });
});
