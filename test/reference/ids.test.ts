/** The id of the answer as a second name, and which rows are one row, worked by hand. */
import { describe, expect, test } from 'vitest';
import { bridge, countBridge, reconcile } from './by-eye.ts';
import { applicationRow, gatewayRow, providerRow } from './small-ledger.ts';

/** A charge that names its request by the answer alone. */
const answered = (values: Parameters<typeof providerRow>[0] = {}) =>
  providerRow({ request_id: null, provider_request_id: null, response_id: 'chatcmpl-1', ...values });

describe('links by response_id', () => {
  test('through the application, and through the gateway first', () => {
    expect(bridge({ application: [applicationRow({ response_id: 'chatcmpl-1' })], provider: [answered()] })).toEqual({ expected: '20' });
    const application = [applicationRow(), applicationRow({ request_id: 'r2', response_id: 'chatcmpl-1', input_tokens: '11' })];
    // The gateway gives it to r1; r2 was never forwarded: 11 + 10.
    expect(bridge({ application, gateway: [gatewayRow({ response_id: 'chatcmpl-1' })], provider: [answered()] })).toEqual({
      expected: '41',
      not_forwarded: '-21',
    });
  });

  test('the id of the request and the id of the provider come before it', () => {
    const application = [applicationRow(), applicationRow({ request_id: 'r2', response_id: 'chatcmpl-1' })];
    expect(bridge({ application, provider: [answered({ request_id: 'r1' })] })).toEqual({ expected: '40', not_charged: '-20' });
    const named = [applicationRow({ provider_request_id: 'p1', input_tokens: '11' }), applicationRow({ request_id: 'r2', response_id: 'chatcmpl-1' })];
    // p1 leads to r1, so that r2 is not charged: −20, and r1 is charged one token less than it counted.
    expect(bridge({ application: named, provider: [answered({ provider_request_id: 'p1' })] })).toEqual({
      expected: '41',
      not_charged: '-20',
      token_difference: '-1',
    });
  });

  test('an id of the provider that nobody logged leaves it to the answer, one that two requests share does not', () => {
    const application = [applicationRow({ response_id: 'chatcmpl-1' })];
    expect(bridge({ application, provider: [answered({ provider_request_id: 'p1' })] })).toEqual({ expected: '20' });
    const shared = ['r1', 'r2'].map((id) => applicationRow({ request_id: id, provider_request_id: 'p1', response_id: id === 'r1' ? 'chatcmpl-1' : null }));
    expect(bridge({ application: shared, provider: [answered({ provider_request_id: 'p1' })] })).toEqual({
      expected: '40',
      not_charged: '-40',
      unlinked: '20',
    });
  });

  test('an answer that two requests share names neither', () => {
    const application = ['r1', 'r2'].map((id) => applicationRow({ request_id: id, response_id: 'chatcmpl-1' }));
    expect(bridge({ application, provider: [answered()] })).toEqual({ expected: '40', not_charged: '-40', unlinked: '20' });
  });
});

describe('the serving charge', () => {
  const first = providerRow({ response_id: 'a', input_tokens: '1' });
  const second = providerRow({ provider_request_id: 'p2', response_id: 'b', attempt: '2', timestamp_utc: '2026-05-10T12:05:00Z' });
  const attempts = (final: Parameters<typeof applicationRow>[0]) => [applicationRow({ status: 'error' }), applicationRow({ attempt: '2', ...final })];

  test('is the one whose answer the final row carries, whatever its attempt', () => {
    // 11 of the first attempt against 20: the token difference is −9, the second is the retry.
    expect(bridge({ application: attempts({ response_id: 'a' }), provider: [first, second] })).toEqual({ expected: '20', token_difference: '-9', retry: '20' });
    expect(bridge({ application: attempts({}), provider: [first, second] })).toEqual({ expected: '20', retry: '11' });
  });

  test('the id of the provider comes before the answer', () => {
    const application = attempts({ provider_request_id: 'p2', response_id: 'a' });
    expect(bridge({ application, provider: [first, second] })).toEqual({ expected: '20', retry: '11' });
  });
});

describe('which rows are one row', () => {
  const nameless = providerRow({ request_id: null, provider_request_id: null, attempt: null });

  test('equal rows are folded if any id is there, and are two charges if none is', () => {
    expect(countBridge({ provider: [nameless, nameless] })).toEqual({ unlinked: 2, charges: 2, provider_rows: 2 });
    for (const id of [{ provider_request_id: 'p1' }, { response_id: 'a' }, { attempt: '1' }]) {
      const row = { ...nameless, ...id };
      expect(countBridge({ provider: [row, row] })).toEqual({ unlinked: 1, charges: 1, provider_rows: 1 });
      expect(reconcile({ provider: [row, row] }).counts.provider.exportDuplicates).toBe(1);
    }
  });

  test('a request id alone is no id of a charge: two calls of one request may well be equal', () => {
    const row = { ...nameless, request_id: 'r1' };
    expect(bridge({ application: [applicationRow()], provider: [row, row] })).toEqual({ expected: '20', unbacked: '20' });
  });

  test('one answer charged twice at different times is two charges, not a duplicate', () => {
    const rows = [answered(), answered({ timestamp_utc: '2026-05-10T12:00:02Z' })];
    expect(countBridge({ provider: rows })).toEqual({ unlinked: 2, charges: 2, provider_rows: 2 });
  });

  test.each(['response_id', 'key_ref', 'service_tier', 'region', 'tenant'] as const)('rows that differ in %s are two rows', (column) => {
    const rows = [providerRow(), providerRow({ [column]: 'x' })];
    expect(reconcile({ application: [applicationRow()], provider: rows }).counts.provider).toMatchObject({ exportDuplicates: 0, duplicates: 1 });
  });

  test('what is stated is compared as an amount', () => {
    const application = [applicationRow({ stated_amount: '1.50' }), applicationRow({ stated_amount: '1.5' })];
    expect(reconcile({ application }).counts.application).toMatchObject({ exportDuplicates: 1, duplicates: 0 });
    const other = [applicationRow({ stated_amount: '1.5' }), applicationRow({ stated_amount: '1.6' })];
    expect(reconcile({ application: other }).counts.application).toMatchObject({ exportDuplicates: 0, duplicates: 1 });
  });

  test('an exponent is the same digits', () => {
    const rows = [providerRow({ charged_amount: '8.6e-05' }), providerRow({ charged_amount: '0.000086' })];
    const { counts, totals } = reconcile({ application: [applicationRow()], provider: rows });
    expect(counts.provider.exportDuplicates).toBe(1);
    expect(totals.providerReported).toBe('0.000086');
  });
});
