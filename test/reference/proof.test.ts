/** What a pass rests on, worked by hand: who witnessed the money, what was compared, what is explained and what only seems so. */
import { describe, expect, test } from 'vitest';
import { amounts, bridge, countBridge, gross, openCounts, reconcile } from './by-eye.ts';
import { referenceObservations } from './observe.ts';
import { applicationRow, at, gatewayRow, providerRow, smallLedger, type SmallLedger } from './small-ledger.ts';

const hour = 3_600_000_000n;

describe('reported and computed', () => {
  test('a charge that reports is reported, one that does not is computed, a free one is neither', () => {
    const application = ['r1', 'r2', 'r3'].map((id) => applicationRow({ request_id: id }));
    const provider = [
      providerRow({ charged_amount: '21' }),
      providerRow({ request_id: 'r2', provider_request_id: 'p2' }),
      providerRow({ request_id: 'r3', provider_request_id: 'p3', status: 'error' }),
    ];
    expect(reconcile({ application, provider }).totals).toEqual({ providerReported: '21', providerComputed: '20' });
  });

  test('duplicates count on their side: 21 + 4 reported, 20 computed', () => {
    const provider = [
      providerRow({ charged_amount: '21' }),
      providerRow({ charged_amount: '4', timestamp_utc: '2026-05-11T00:00:00Z' }),
      providerRow({ timestamp_utc: '2026-05-12T00:00:00Z' }),
    ];
    expect(reconcile({ application: [applicationRow()], provider }).totals).toEqual({ providerReported: '25', providerComputed: '20' });
  });
});

describe('what can be compared', () => {
  const april = { timestamp_utc: '2026-04-30T23:00:00Z' };

  test('kept charges, whether they link or not; neither duplicates nor what is set aside', () => {
    const provider = [
      providerRow(),
      providerRow({ timestamp_utc: '2026-05-11T00:00:00Z' }),
      providerRow({ request_id: 'r9', provider_request_id: 'p9' }),
      providerRow({ provider_request_id: 'p8', account_ref: 'other' }),
    ];
    expect(reconcile({ application: [applicationRow()], provider }).counts).toMatchObject({ linkedCharges: 1, comparable: 2 });
    expect(reconcile({ application: [applicationRow(april)], provider: [providerRow()] }).counts).toMatchObject({ linkedCharges: 0, comparable: 1 });
  });

  test('what another period answers for need not be compared here', () => {
    const small = { application: [applicationRow({ account_ref: 'other' })], provider: [providerRow()] };
    expect(reconcile(small).counts.comparable).toBe(1);
    expect(reconcile({ ...small, otherScopes: [other()] }).counts.comparable).toBe(0);
  });
});

/** Another period of May, for the account `other`. */
function other(values: Partial<NonNullable<SmallLedger['otherScopes']>[number]> = {}) {
  return { start: at('2026-05-01T00:00:00Z'), end: at('2026-06-01T00:00:00Z'), accounts: ['other'], environment: null, models: null, keys: null, ...values };
}

describe('out_of_scope', () => {
  const small = { application: [applicationRow({ account_ref: 'other', environment: 'production' })], provider: [providerRow()] };
  const open = (otherScopes: SmallLedger['otherScopes'] = []) => {
    const { steps } = reconcile({ ...small, otherScopes });
    expect(amounts(steps)).toEqual({ out_of_scope: '20' });
    expect(gross(steps, 'left')).toEqual({ out_of_scope: '+20 0' });
    return [gross(steps, 'open'), openCounts({ ...small, otherScopes })];
  };
  const isOpen = [{ out_of_scope: '+20 0' }, { out_of_scope: 1 }];

  test('is explained by a period of the ledger that declares account, environment, model and time', () => {
    expect(open()).toEqual(isOpen);
    expect(open([other()])).toEqual([{}, {}]);
    expect(open([other({ environment: 'production', models: ['nano', 'big'] })])).toEqual([{}, {}]);
  });

  test.each<[string, Partial<ReturnType<typeof other>>]>([
    ['another account', { accounts: ['third'] }],
    ['another environment', { environment: 'staging' }],
    ['another model', { models: ['big'] }],
    ['a time that ended before', { end: at('2026-05-10T12:00:00Z') }],
    ['a time that began after', { start: at('2026-05-10T12:00:01Z') }],
  ])('is not explained by %s', (_, values) => {
    expect(open([other(values)])).toEqual(isOpen);
  });
});

describe('in_transit', () => {
  const late = applicationRow({ timestamp_utc: '2026-05-31T20:00:00Z' });
  const after = providerRow({ timestamp_utc: '2026-06-01T02:00:00Z' });
  const open = (small: SmallLedger) => {
    const { steps } = reconcile({ application: [late], ...small });
    expect(amounts(steps)).toEqual({ expected: '20', in_transit: '-20' });
    return [gross(steps, 'open'), openCounts({ application: [late], ...small })];
  };

  test('is explained as long as the charge may still come: four hours of delay before the end', () => {
    expect(open({ finalizedThrough: at('2026-06-01T00:00:00Z'), delay: 4n * hour })).toEqual([{}, {}]);
    expect(bridge({ application: [late], finalizedThrough: at('2026-06-01T00:00:00Z'), delay: 4n * hour - 1n })).toEqual({
      expected: '20',
      not_charged: '-20',
    });
  });

  test('is explained by a charge after the end no later than delay after the request: six hours', () => {
    expect(open({ provider: [after], delay: 6n * hour, finalizedThrough: at('2026-06-03T00:00:00Z') })).toEqual([{}, {}]);
    expect(open({ provider: [after], delay: 6n * hour - 1n, finalizedThrough: at('2026-06-03T00:00:00Z') })).toEqual([
      { in_transit: '+0 -20' },
      { in_transit: 1 },
    ]);
  });

  test('one charge in time is enough', () => {
    const provider = [{ ...after, timestamp_utc: '2026-06-01T00:00:00Z', provider_request_id: 'p2' }, after];
    expect(open({ provider, delay: 4n * hour, finalizedThrough: at('2026-06-03T00:00:00Z') })).toEqual([{}, {}]);
  });

  test('a refund or an error without amount after the end is no charge', () => {
    for (const kind of ['refund', 'adjustment', 'error']) {
      const small = { application: [late], provider: [{ ...after, kind }], finalizedThrough: at('2026-06-03T00:00:00Z'), delay: 6n * hour };
      expect(bridge(small)).toEqual({ expected: '20', not_charged: '-20' });
    }
  });
});

describe('the provider counts for a client that stopped', () => {
  const stopped = applicationRow({ status: 'canceled', input_tokens: null, output_tokens: null });
  const proved = { clientStopped: { canceled: 'provider-counts' } } as const;
  const small = { application: [stopped], provider: [providerRow({ status: 'canceled' })] };

  test('without proof the charge is missing usage, with it the counts of the serving charge are expected', () => {
    expect(bridge(small)).toEqual({ missing_usage: '20' });
    expect(reconcile(small).providerCounted).toEqual({ count: 0, expected: '0' });
    expect(bridge({ ...small, ...proved })).toEqual({ expected: '20' });
    expect(reconcile({ ...small, ...proved }).providerCounted).toEqual({ count: 1, expected: '20' });
  });

  test('proof holds for its own status', () => {
    const timeout = { application: [{ ...stopped, status: 'timeout' }], provider: [providerRow({ status: null })] };
    expect(bridge({ ...timeout, ...proved })).toEqual({ missing_usage: '20' });
    expect(bridge({ ...timeout, clientStopped: { timeout: 'provider-counts' } })).toEqual({ expected: '20' });
    expect(bridge({ application: [{ ...stopped, status: 'success' }], provider: [providerRow()], ...proved })).toEqual({ missing_usage: '20' });
  });

  test('counts that the application has are not replaced, nor are they made up without a charge', () => {
    const own = [applicationRow({ status: 'canceled', output_tokens: '1' })];
    expect(bridge({ ...small, application: own, ...proved })).toEqual({ expected: '12', token_difference: '8' });
    expect(reconcile({ ...small, application: own, ...proved }).providerCounted.count).toBe(0);
    expect(bridge({ application: [stopped], ...proved })).toEqual({});
    expect(countBridge({ application: [stopped], ...proved })).toEqual({ requests: 1, not_charged: -1 });
  });

  test('one count that is missing takes all of the provider', () => {
    const half = [applicationRow({ status: 'canceled', input_tokens: '3', output_tokens: null })];
    expect(bridge({ ...small, application: half, ...proved })).toEqual({ expected: '20' });
  });

  test('a charge without counts has none to give', () => {
    const provider = [providerRow({ status: 'canceled', output_tokens: null, charged_amount: '7' })];
    expect(bridge({ ...small, provider, ...proved })).toEqual({ missing_usage: '7' });
    expect(reconcile({ ...small, provider, ...proved }).providerCounted.count).toBe(0);
  });

  test('the model is still ours to expect: a fallback served it, 200 − 20', () => {
    const provider = [providerRow({ status: 'canceled', model_billed: 'big' })];
    expect(bridge({ ...small, provider, ...proved })).toEqual({ expected: '20', fallback: '180' });
  });

  test('what our contract says is free is expected to be free', () => {
    const contract = { billing: { success: 'billable', error: 'not-billable', timeout: 'billable', canceled: 'not-billable' } } as const;
    expect(bridge({ ...small, ...proved, contract })).toEqual({});
    expect(reconcile({ ...small, ...proved, contract }).providerCounted.count).toBe(0);
  });

  test('the tokens that the application reports stay as it reports them', () => {
    expect(reconcile({ ...small, ...proved }).tokens.input).toEqual({ application: '0', provider: '10' });
  });
});

describe('free charges', () => {
  test('are valued 0 as not billable and carry tokens', () => {
    const application = ['r1', 'r2', 'r3', 'r4'].map((id) => applicationRow({ request_id: id, status: 'error' }));
    const failed = (id: string, values: Parameters<typeof providerRow>[0] = {}) =>
      providerRow({ request_id: id, provider_request_id: `p-${id}`, status: 'error', ...values });
    const provider = [
      failed('r1'),
      failed('r2', { status: null, output_tokens: null }),
      failed('r3', { input_tokens: '0', output_tokens: '0' }),
      failed('r4', { charged_amount: '0' }),
    ];
    // r1 would have cost 20; of r2 nobody knows the output; r3 carries nothing; r4 says what it costs.
    expect(reconcile({ application, provider }).freeCharges).toEqual({ count: 2, cost: '20' });
  });
});

describe('observations', () => {
  const observed = (small: SmallLedger, code: string) => referenceObservations(smallLedger(small)).filter((fact) => fact.code === code);

  test('status-conflict: the serving charge is billable and the final row is not, or the other way', () => {
    const ofApplication = { application: [applicationRow({ status: 'error' })], provider: [providerRow()] };
    expect(observed(ofApplication, 'status-conflict')).toEqual([{ code: 'status-conflict', count: 1, amount: '20', args: {} }]);
    const ofProvider = { application: [applicationRow()], provider: [providerRow({ status: 'error' })] };
    expect(observed(ofProvider, 'status-conflict')).toEqual([{ code: 'status-conflict', count: 1, amount: '0', args: {} }]);
    expect(observed({ application: [applicationRow()], provider: [providerRow({ status: 'timeout' })] }, 'status-conflict')).toEqual([]);
    expect(observed({ application: [applicationRow({ status: 'error' })], provider: [providerRow({ status: null })] }, 'status-conflict')).toEqual([]);
  });

  test('leak: what no log knows, by key and model', () => {
    const lone = (id: string, values: Parameters<typeof providerRow>[0]) => providerRow({ request_id: id, provider_request_id: `p-${id}`, ...values });
    const provider = [lone('x1', { key_ref: 'k1' }), lone('x2', { key_ref: 'k1' }), lone('x3', { model_billed: 'big' }), providerRow()];
    expect(observed({ application: [applicationRow()], provider }, 'leak')).toEqual([
      { code: 'leak', count: 2, amount: '40', args: { key_ref: 'k1', model: 'nano' } },
      { code: 'leak', count: 1, amount: '200', args: { key_ref: '(none)', model: 'big' } },
    ]);
  });

  test('stated-amount: what each of our layers says, beside expected and charged', () => {
    const application = [
      applicationRow({ stated_amount: '9.5' }),
      applicationRow({ request_id: 'r2', stated_amount: '0.5' }),
      applicationRow({ request_id: 'r3' }),
    ];
    const gateway = [gatewayRow({ stated_amount: '7' }), gatewayRow({ attempt: '2', stated_amount: '3' }), gatewayRow({ request_id: 'r2' })];
    const provider = [providerRow({ charged_amount: '19' })];
    // Of r1 and r2 the application says 10 where 40 was expected; of r1 the gateway says 7 + 3 where 20 was.
    expect(observed({ application, gateway, provider }, 'stated-amount')).toEqual([
      { code: 'stated-amount', count: 2, amount: null, args: { layer: 'application', model: 'nano', stated: '10', expected: '40', charged: '19' } },
      { code: 'stated-amount', count: 1, amount: null, args: { layer: 'gateway', model: 'nano', stated: '10', expected: '20', charged: '19' } },
    ]);
  });

  test('stated-amount: what a log calls charged is what it states, and nothing in another currency is', () => {
    const application = [
      applicationRow({ charged_amount: '8' }),
      applicationRow({ request_id: 'r2', charged_amount: '8', stated_amount: '1' }),
      applicationRow({ request_id: 'r3', stated_amount: '5', charged_currency: 'EUR' }),
    ];
    expect(observed({ application }, 'stated-amount')).toEqual([
      { code: 'stated-amount', count: 2, amount: null, args: { layer: 'application', model: 'nano', stated: '9', expected: '40', charged: '0' } },
    ]);
  });
});
