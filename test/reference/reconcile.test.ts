/** The reference against cases worked by hand: each step of the bridge, one small ledger each. */
import { describe, expect, test } from 'vitest';
import { Money } from '../../src/model/money.ts';
import { amounts, bridge, countBridge, cut, reconcile } from './by-eye.ts';
import { totalsOf } from './invariants.ts';
import {
  applicationRow,
  at,
  gatewayRow,
  mappingOf,
  priceRow,
  providerRow,
  type SmallLedger,
  snapshotOf,
  standardMappings,
  standardSnapshot,
} from './small-ledger.ts';

const laterSnapshot = snapshotOf('cometapi/2026-05-20', [priceRow('nano', { input: '2', output: '2' }), priceRow('big', { input: '10', output: '20' })]);

describe('a request and its charge', () => {
  test('agree: 10 × 1 + 5 × 2', () => {
    expect(bridge({ application: [applicationRow()], provider: [providerRow()] })).toEqual({ expected: '20' });
  });

  test('token_difference: two more output tokens than the application saw', () => {
    const provider = [providerRow({ output_tokens: '7' })];
    expect(bridge({ application: [applicationRow()], provider })).toEqual({ expected: '20', token_difference: '4' });
  });

  test('price_timing: sent before, charged after the price of input doubled', () => {
    const application = [applicationRow({ timestamp_utc: '2026-05-19T23:59:59Z' })];
    const provider = [providerRow({ timestamp_utc: '2026-05-20T00:00:00Z' })];
    expect(bridge({ application, provider, snapshots: [standardSnapshot, laterSnapshot] })).toEqual({ expected: '20', price_timing: '10' });
  });

  test('fallback: served by the mapped fallback, 200 − 20, and one more output token at 20', () => {
    const small = { application: [applicationRow()], provider: [providerRow({ model_billed: 'big', output_tokens: '6' })] };
    expect(bridge(small)).toEqual({ expected: '20', fallback: '180', token_difference: '20' });
    expect(cut(small, 'by_model')).toEqual({
      nano: { expected: '20', fallback: '-20' },
      big: { fallback: '200', token_difference: '20' },
    });
  });

  test('model_drift: served by a model that no mapping names, 45 − 20', () => {
    const provider = [providerRow({ model_billed: 'other' })];
    expect(bridge({ application: [applicationRow()], provider })).toEqual({ expected: '20', model_drift: '25' });
  });

  test('the serving model cannot price the application tokens: the difference of models takes all the rest', () => {
    const small: SmallLedger = {
      application: [applicationRow({ cached_input_tokens: '4' })],
      provider: [providerRow({ model_billed: 'big', output_tokens: '6' })],
      snapshots: [
        snapshotOf('cometapi/2026-04-30', [priceRow('nano', { input: '1', output: '2', cached_input: '0' }), priceRow('big', { input: '10', output: '20' })]),
      ],
    };
    expect(bridge(small)).toEqual({ expected: '16', fallback: '204' });
    expect(cut(small, 'by_model')).toEqual({ nano: { expected: '16', fallback: '-16' }, big: { fallback: '220' } });
  });

  test('status_difference: an error for us, a success for the provider', () => {
    expect(bridge({ application: [applicationRow({ status: 'error' })], provider: [providerRow()] })).toEqual({ status_difference: '20' });
  });

  test('non_billable: the charge is an error without amount; the expectation goes with it', () => {
    const small = { application: [applicationRow()], provider: [providerRow({ status: 'error' })] };
    expect(bridge(small)).toEqual({ expected: '20', non_billable: '-20' });
    expect(totalsOf(reconcile(small).steps)).toEqual({ providerAtSnapshot: '0', providerCharged: '0' });
  });

  test('non_billable: an error that the provider billed all the same', () => {
    const provider = [providerRow({ status: 'error', charged_amount: '19' })];
    expect(bridge({ application: [applicationRow({ status: 'error' })], provider })).toEqual({ non_billable: '20', price_difference: '-1' });
  });

  test('unpriced: no price for the billed model; the reported amount stands', () => {
    const small = { application: [applicationRow()], provider: [providerRow({ model_billed: 'new', charged_amount: '7' })] };
    expect(bridge(small)).toEqual({ expected: '20', unpriced: '-13' });
    expect(cut(small, 'by_model')).toEqual({ nano: { expected: '20', unpriced: '-20' }, new: { unpriced: '7' } });
  });

  test('unpriced: a class with tokens has no price, a class without tokens needs none', () => {
    const application = [applicationRow()];
    expect(bridge({ application, provider: [providerRow({ cached_input_tokens: '0' })] })).toEqual({ expected: '20' });
    expect(bridge({ application, provider: [providerRow({ cached_input_tokens: '1' })] })).toEqual({ expected: '20', unpriced: '-20' });
  });

  test('unpriced: an unmapped request', () => {
    const small = { application: [applicationRow({ model_requested: 'unheard-of' })], provider: [providerRow()] };
    expect(bridge(small)).toEqual({ unpriced: '20' });
    expect(cut(small, 'by_model')).toEqual({ '(unmapped)': {}, nano: { unpriced: '20' } });
  });

  test('missing_usage: of the charge, valued at what it reports', () => {
    const provider = [providerRow({ output_tokens: null, charged_amount: '21' })];
    expect(bridge({ application: [applicationRow()], provider })).toEqual({ expected: '20', missing_usage: '1' });
  });

  test('missing_usage: of the application', () => {
    expect(bridge({ application: [applicationRow({ input_tokens: null })], provider: [providerRow()] })).toEqual({ missing_usage: '20' });
  });

  test('missing_usage: a count that is none makes all counts of its row missing', () => {
    const provider = [providerRow({ reasoning_tokens: '6' })];
    const reconciliation = reconcile({ application: [applicationRow()], provider });
    expect(amounts(reconciliation.steps)).toEqual({ expected: '20', missing_usage: '-20' });
    expect(reconciliation.tokens.input).toEqual({ application: '10', provider: '0' });
  });
});

describe('a request without a charge', () => {
  test('not_charged', () => {
    expect(bridge({ application: [applicationRow()] })).toEqual({ expected: '20', not_charged: '-20' });
  });

  test('not_forwarded, only when a gateway layer exists', () => {
    expect(bridge({ application: [applicationRow()], gateway: [] })).toEqual({ expected: '20', not_forwarded: '-20' });
    expect(bridge({ application: [applicationRow()], gateway: [gatewayRow()] })).toEqual({ expected: '20', not_charged: '-20' });
  });

  test('in_transit from finalized_through on', () => {
    const small = { application: [applicationRow()], finalizedThrough: at('2026-05-10T12:00:00Z') };
    expect(bridge(small)).toEqual({ expected: '20', in_transit: '-20' });
    expect(bridge({ ...small, finalizedThrough: at('2026-05-10T12:00:01Z') })).toEqual({ expected: '20', not_charged: '-20' });
  });

  test('in_transit when its charge came after the end', () => {
    const small = {
      application: [applicationRow({ timestamp_utc: '2026-05-31T23:59:59Z' })],
      provider: [providerRow({ timestamp_utc: '2026-06-01T00:00:00Z', charged_amount: '20' })],
    };
    const reconciliation = reconcile(small);
    expect(amounts(reconciliation.steps)).toEqual({ expected: '20', in_transit: '-20' });
    expect(reconciliation.counts.provider.setAside).toEqual({ period: 1 });
    expect(reconciliation.setAsideAmounts).toEqual({ period: '20' });
  });

  test('not_billable: counted, without money', () => {
    const small = { application: [applicationRow({ status: 'error' })] };
    expect(bridge(small)).toEqual({});
    expect(countBridge(small)).toEqual({ requests: 1, not_billable: -1 });
  });

  test('an error row without amount is no charge; with an amount it is one', () => {
    const small = { application: [applicationRow()], provider: [providerRow({ kind: 'error' })] };
    expect(bridge(small)).toEqual({ expected: '20', not_charged: '-20' });
    expect(reconcile(small).counts.provider).toMatchObject({ charges: 0, byStatus: { success: 1 } });
    expect(bridge({ ...small, provider: [providerRow({ kind: 'error', charged_amount: '20' })] })).toEqual({ expected: '20' });
  });
});

describe('charges beside the serving one', () => {
  const application = [applicationRow(), applicationRow({ attempt: '2', timestamp_utc: '2026-05-10T12:05:00Z' })];
  const second = providerRow({ provider_request_id: 'p2', attempt: '2', timestamp_utc: '2026-05-10T12:05:01Z' });

  test('retry: both attempts were logged', () => {
    const small = { application, provider: [providerRow(), second] };
    expect(bridge(small)).toEqual({ expected: '20', retry: '20' });
    expect(countBridge(small)).toEqual({ requests: 1, extra_retry: 1, charges: 2, provider_rows: 2 });
    expect(reconcile(small).counts).toMatchObject({ linkedCharges: 2, requestsWithCharge: 1, application: { attempts: 2 } });
  });

  test('fallback: the first attempt ran on the expected model, the fallback served', () => {
    const provider = [providerRow(), { ...second, model_billed: 'big' }];
    expect(bridge({ application, provider })).toEqual({ expected: '20', fallback: '200' });
  });

  test('model_drift: an attempt on a model that nothing names', () => {
    const provider = [providerRow({ model_billed: 'other' }), second];
    expect(bridge({ application, provider })).toEqual({ expected: '20', model_drift: '45' });
  });

  test('unbacked: one attempt logged, two charges', () => {
    const small = { application: [applicationRow()], provider: [providerRow(), second] };
    expect(bridge(small)).toEqual({ expected: '20', unbacked: '20' });
    expect(countBridge(small)).toEqual({ requests: 1, unbacked: 1, charges: 2, provider_rows: 2 });
  });

  test('a final-only row stands for all attempts up to its own', () => {
    const provider = [providerRow(), second];
    expect(bridge({ application: application.slice(1), provider, rowsMode: 'final-only' })).toEqual({ expected: '20', retry: '20' });
    expect(bridge({ application: application.slice(1), provider })).toEqual({ expected: '20', unbacked: '20' });
  });

  test('the gateway logs the attempts if it has any row of the request', () => {
    const provider = [providerRow(), second];
    const gateway = [gatewayRow(), gatewayRow({ attempt: '2' })];
    expect(bridge({ application: [applicationRow()], gateway, provider })).toEqual({ expected: '20', retry: '20' });
    expect(bridge({ application, gateway: gateway.slice(1), provider })).toEqual({ expected: '20', unbacked: '20' });
  });

  test('the final row names the serving charge, whatever its attempt', () => {
    const named = [applicationRow({ provider_request_id: 'p1', attempt: null })];
    const provider = [providerRow({ model_billed: 'big', attempt: null }), second];
    const reconciliation = reconcile({ application: named, provider });
    expect(amounts(reconciliation.steps)).toEqual({ expected: '20', fallback: '180', unbacked: '20' });
  });

  test('charges without attempt number fill what is left of L, oldest first', () => {
    const provider = [
      second,
      providerRow({ provider_request_id: 'p3', attempt: null, input_tokens: '1' }),
      providerRow({ provider_request_id: 'p4', attempt: null, timestamp_utc: '2026-05-10T11:00:00Z' }),
    ];
    expect(bridge({ application, provider })).toEqual({ expected: '20', retry: '20', unbacked: '11' });
  });
});

describe('charges without a counted request', () => {
  test('unlinked', () => {
    const small = { provider: [providerRow()] };
    expect(bridge(small)).toEqual({ unlinked: '20' });
    expect(cut(small, 'by_day')).toEqual({ '2026-05-10': { unlinked: '20' } });
    expect(countBridge(small)).toEqual({ unlinked: 1, charges: 1, provider_rows: 1 });
  });

  test('gateway_only, by its own keys', () => {
    const small = { gateway: [gatewayRow()], provider: [providerRow({ service: 'batch' })] };
    expect(bridge(small)).toEqual({ gateway_only: '20' });
    expect(cut(small, 'by_service')).toEqual({ batch: { gateway_only: '20' } });
  });

  test('linked through the provider request id: the gateway before the application, none when two requests share it', () => {
    const provider = [providerRow({ request_id: null })];
    const application = [applicationRow(), applicationRow({ request_id: 'r2', provider_request_id: 'p1' })];
    expect(bridge({ application, gateway: [gatewayRow({ provider_request_id: 'p1' })], provider })).toEqual({
      expected: '40',
      not_forwarded: '-20',
    });
    const shared = [gatewayRow({ provider_request_id: 'p1' }), gatewayRow({ request_id: 'r2', provider_request_id: 'p1' })];
    expect(bridge({ application, gateway: shared, provider })).toEqual({ expected: '40', not_charged: '-40', unlinked: '20' });
  });

  test('out_of_period: sent in April, charged in May', () => {
    const application = [applicationRow({ timestamp_utc: '2026-04-30T23:59:59Z' })];
    expect(bridge({ application, provider: [providerRow({ timestamp_utc: '2026-05-01T00:00:00Z' })] })).toEqual({ out_of_period: '20' });
  });

  test('out_of_scope: sent for another account', () => {
    expect(bridge({ application: [applicationRow({ account_ref: 'other' })], provider: [providerRow()] })).toEqual({ out_of_scope: '20' });
  });

  test('the scope of models: the expected model decides for requests, the billed one only without a counted request', () => {
    const small = { application: [applicationRow()], provider: [providerRow({ model_billed: 'big', charged_amount: '9' })] };
    expect(bridge({ ...small, period: { models: ['nano'] } })).toEqual({ expected: '20', fallback: '180', price_difference: '-191' });
    const outside = reconcile({ ...small, period: { models: ['other'] } });
    expect(amounts(outside.steps)).toEqual({});
    expect(outside.setAsideAmounts).toEqual({ model: '9' });
  });

  test('the reasons to set aside, the first that applies', () => {
    const provider = [
      providerRow({ timestamp_utc: '2026-04-01T00:00:00Z', account_ref: 'other' }),
      providerRow({ account_ref: 'other', environment: 'test' }),
      providerRow({ environment: 'test', charged_amount: '3' }),
      providerRow({ environment: null, model_billed: 'big' }),
    ];
    const reconciliation = reconcile({ provider, period: { environment: 'production', models: ['nano'] } });
    expect(reconciliation.counts.provider.setAside).toEqual({ period: 1, account: 1, environment: 1, model: 1 });
    expect(reconciliation.setAsideAmounts['environment']).toBe('3');
  });
});

describe('repeated rows', () => {
  test('a row exported twice is one row', () => {
    const same = [providerRow({ charged_amount: '20.0' }), providerRow({ charged_amount: '20', kind: 'charge', charged_currency: 'USD' })];
    const reconciliation = reconcile({ application: [applicationRow(), applicationRow()], provider: same });
    expect(amounts(reconciliation.steps)).toEqual({ expected: '20' });
    expect(reconciliation.counts.provider.exportDuplicates).toBe(1);
    expect(reconciliation.counts.application.exportDuplicates).toBe(1);
  });

  test('duplicate: the same provider request id; the earliest is kept', () => {
    const late = providerRow({ timestamp_utc: '2026-05-11T00:00:00Z', input_tokens: '100' });
    const small = { application: [applicationRow()], provider: [late, providerRow()] };
    expect(bridge(small)).toEqual({ expected: '20', duplicate: '110' });
    expect(cut(small, 'by_day')).toEqual({ '2026-05-10': { expected: '20', duplicate: '110' } });
    expect(countBridge(small)).toEqual({ requests: 1, charges: 1, duplicate: 1, provider_rows: 2 });
  });

  test('duplicate: the same request and attempt, without provider request id', () => {
    const provider = [providerRow({ provider_request_id: null }), providerRow({ provider_request_id: null, charged_amount: '5' })];
    expect(bridge({ application: [applicationRow()], provider })).toEqual({ expected: '20', price_difference: '-15', duplicate: '20' });
  });

  test('duplicate: what is not billable and reports nothing costs nothing', () => {
    const again = providerRow({ status: 'error', timestamp_utc: '2026-05-10T12:00:02Z' });
    const small = { application: [applicationRow()], provider: [providerRow(), again] };
    expect(bridge(small)).toEqual({ expected: '20' });
    expect(countBridge(small)).toEqual({ requests: 1, charges: 1, duplicate: 1, provider_rows: 2 });
  });

  test('rows without any id are never duplicates', () => {
    const provider = [
      providerRow({ provider_request_id: null, request_id: null, attempt: null }),
      providerRow({ provider_request_id: null, request_id: null, attempt: null }),
    ];
    expect(bridge({ provider })).toEqual({ unlinked: '40' });
  });

  test('duplicate log rows take part in nothing', () => {
    const application = [applicationRow(), applicationRow({ timestamp_utc: '2026-05-10T13:00:00Z', input_tokens: '99' })];
    const reconciliation = reconcile({ application, provider: [providerRow()] });
    expect(amounts(reconciliation.steps)).toEqual({ expected: '20' });
    expect(reconciliation.counts.application).toMatchObject({ requests: 1, attempts: 1, duplicates: 1 });
  });
});

describe('from value to charge', () => {
  const application = [applicationRow()];

  test('rounding: 20 up to a multiple of 3, price_difference from there', () => {
    const contract = { rounding: { quantum: new Money('3'), mode: 'up', minimum: null } } as const;
    const small = { application, provider: [providerRow({ charged_amount: '22' })], contract };
    expect(bridge(small)).toEqual({ expected: '20', rounding: '1', price_difference: '1' });
    expect(totalsOf(reconcile(small).steps)).toEqual({ providerAtSnapshot: '20', providerCharged: '22' });
  });

  test.each([
    ['half-up', '1'],
    ['half-even', '1'],
    ['up', '1'],
    ['down', '-6'],
  ] as const)('rounding %s of 20 by 7, which is nearer to 21', (mode, difference) => {
    const contract = { rounding: { quantum: new Money('7'), mode, minimum: null } };
    expect(bridge({ application, provider: [providerRow()], contract })).toEqual({ expected: '20', rounding: difference });
  });

  test.each([
    ['half-up', '4'],
    ['half-even', '-4'],
    ['up', '4'],
    ['down', '-4'],
  ] as const)('rounding %s of 20 by 8, which is halfway', (mode, difference) => {
    const contract = { rounding: { quantum: new Money('8'), mode, minimum: null } };
    expect(bridge({ application, provider: [providerRow()], contract })).toEqual({ expected: '20', rounding: difference });
  });

  test('minimum: only for costs above zero', () => {
    const contract = { rounding: { quantum: new Money('1'), mode: 'down', minimum: new Money('30') } } as const;
    expect(bridge({ application, provider: [providerRow()], contract })).toEqual({ expected: '20', rounding: '10' });
    const free = [providerRow({ input_tokens: '0', output_tokens: '0' })];
    expect(bridge({ application, provider: free, contract })).toEqual({ expected: '20', token_difference: '-20' });
  });

  test('refund: its amount, under its own model and on the day of its request', () => {
    const refund = providerRow({ kind: 'refund', charged_amount: '-4.50', timestamp_utc: '2026-05-12T00:00:00Z' });
    const small = { application, provider: [providerRow(), refund] };
    expect(bridge(small)).toEqual({ expected: '20', refund: '-4.5' });
    expect(cut(small, 'by_day')).toEqual({ '2026-05-10': { expected: '20', refund: '-4.5' } });
  });

  test('an amount in another currency counts as not reported', () => {
    expect(bridge({ application, provider: [providerRow({ charged_amount: '99', charged_currency: 'EUR' })] })).toEqual({ expected: '20' });
  });
});

describe('prices', () => {
  function expectedCost(prices: Parameters<typeof priceRow>[1], more: Parameters<typeof priceRow>[2], row: Parameters<typeof applicationRow>[0]): string {
    const snapshots = [{ ...snapshotOf('cometapi/2026-04-30', [priceRow('nano', prices, more)]), unitDivisor: 1000n }];
    return bridge({ application: [applicationRow(row)], snapshots })['expected'] ?? '0';
  }

  test('classes are disjoint, the ratio multiplies all, the request price counts once', () => {
    const tokens = { input_tokens: '100', cached_input_tokens: '40', cache_write_tokens: '10', output_tokens: '20', reasoning_tokens: '5' };
    const prices = { input: '1', cached_input: '0.5', cache_write: '2', output: '4', reasoning: '10' };
    // (50 × 1 + 40 × 0.5 + 10 × 2 + 15 × 4 + 5 × 10) ÷ 1000 + 3 = 3.2, × 0.8
    expect(expectedCost(prices, { ratio: new Money('0.8'), requestPrice: new Money('3') }, tokens)).toBe('2.56');
  });

  test('reasoning without a price of its own stays output', () => {
    expect(expectedCost({ input: '0', output: '4' }, {}, { output_tokens: '20', reasoning_tokens: '5' })).toBe('0.08');
  });

  test('a tier holds strictly above its bound and counts cached input too', () => {
    const tiers = [{ inputTokensAbove: 100n, prices: { input: new Money('10'), cached_input: new Money('1'), output: new Money('0') } }];
    const prices = { input: '1', cached_input: '1', output: '0' };
    expect(expectedCost(prices, { tiers }, { input_tokens: '100', cached_input_tokens: '50' })).toBe('0.1');
    expect(expectedCost(prices, { tiers }, { input_tokens: '101', cached_input_tokens: '50' })).toBe('0.56');
  });

  test('null tokens where the price is zero count as none', () => {
    expect(expectedCost({ input: '0', output: '4' }, {}, { input_tokens: null, output_tokens: '20' })).toBe('0.08');
  });
});

describe('which rows are first, final, serving and backed', () => {
  const twice = [applicationRow(), applicationRow({ attempt: '2', timestamp_utc: '2026-05-10T12:05:00Z' })];
  const small = providerRow({ input_tokens: '1', output_tokens: '0' });

  test('the final row is the successful one, even before a later error', () => {
    const application = [applicationRow(), applicationRow({ attempt: '2', status: 'timeout', input_tokens: '99' })];
    expect(bridge({ application, provider: [providerRow()] })).toEqual({ expected: '20' });
  });

  test('without a success it is the highest attempt; null is the lowest, the later wins', () => {
    const failed = { status: 'timeout' };
    const application = [
      applicationRow({ ...failed, attempt: null, timestamp_utc: '2026-05-12T00:00:00Z', input_tokens: '3' }),
      applicationRow({ ...failed, attempt: '1', input_tokens: '2' }),
    ];
    expect(bridge({ application })['expected']).toBe('12');
    const nameless = application.map((row) => ({ ...row, attempt: null }));
    expect(bridge({ application: nameless })['expected']).toBe('13');
  });

  test('the first row is the lowest attempt, null last', () => {
    const mappings = [...standardMappings, mappingOf({ internalName: 'big', requestedModel: 'large-alias', billableModel: 'big' })];
    const large = { model_requested: 'large-alias', timestamp_utc: '2026-05-10T11:00:00Z' };
    expect(bridge({ application: [applicationRow(), applicationRow({ ...large, attempt: null, status: 'error' })], mappings })['expected']).toBe('20');
    expect(bridge({ application: [applicationRow({ attempt: '2' }), applicationRow({ ...large, status: 'error' })], mappings })['expected']).toBe('200');
  });

  test('serving is the highest logged attempt, not the latest time', () => {
    const provider = [{ ...small, attempt: '1', timestamp_utc: '2026-05-10T13:00:00Z' }, providerRow({ provider_request_id: 'p2', attempt: '2' })];
    expect(bridge({ application: twice, provider })).toEqual({ expected: '20', retry: '1' });
  });

  test('an attempt that was logged serves before a higher one that was not', () => {
    const provider = [providerRow(), { ...small, provider_request_id: 'p3', attempt: '3' }];
    expect(bridge({ application: twice, provider })).toEqual({ expected: '20', unbacked: '1' });
  });

  test('a charge without status serves like a success, an error only when there is no other', () => {
    const provider = [{ ...small, attempt: '1' }, providerRow({ provider_request_id: 'p2', attempt: '2', status: null })];
    expect(bridge({ application: twice, provider })).toEqual({ expected: '20', retry: '1' });
    const second = { provider_request_id: 'p2', attempt: '2', status: 'error', charged_amount: '20' };
    expect(bridge({ application: twice, provider: [providerRow(), providerRow(second)] })).toEqual({ expected: '20', non_billable: '20' });
  });

  test('an attempt number backs one charge only', () => {
    const provider = [{ ...small, attempt: '2' }, providerRow({ provider_request_id: 'p2', attempt: '2', timestamp_utc: '2026-05-10T13:00:00Z' })];
    expect(bridge({ application: twice, provider })).toEqual({ expected: '20', unbacked: '1' });
  });

  test('a serving charge that no attempt names still fills one of the L', () => {
    const application = [applicationRow({ provider_request_id: 'p9' })];
    const provider = [providerRow({ provider_request_id: 'p9', attempt: '5' }), { ...small, attempt: '1' }];
    expect(bridge({ application, provider })).toEqual({ expected: '20', unbacked: '1' });
  });

  test('linked through the application when no gateway row carries the provider request id', () => {
    const application = [applicationRow({ provider_request_id: 'p1' })];
    expect(bridge({ application, provider: [providerRow({ request_id: 'unknown' })] })).toEqual({ expected: '20' });
  });
});

describe('what is in force when', () => {
  test('a mapping ends before its end, and the final row decides, not the charge', () => {
    const to = at('2026-05-10T12:00:00Z');
    const early = { timestamp_utc: '2026-05-10T11:59:59Z' };
    expect(bridge({ application: [applicationRow(early)], mappings: [mappingOf({ to })] })['expected']).toBe('20');
    expect(bridge({ application: [applicationRow()], mappings: [mappingOf({ to })] })).toEqual({});
    const mappings = standardMappings.map((mapping) => (mapping.role === 'fallback' ? { ...mapping, to } : mapping));
    const provider = [providerRow({ model_billed: 'big' })];
    expect(bridge({ application: [applicationRow(early)], provider, mappings })).toEqual({ expected: '20', fallback: '180' });
    expect(bridge({ application: [applicationRow()], provider, mappings })).toEqual({ expected: '20', model_drift: '180' });
  });

  test('counts that are missing at one of the two times are missing', () => {
    const free = snapshotOf('cometapi/2026-05-20', [priceRow('nano', { input: '0', output: '2' })]);
    const application = [applicationRow({ timestamp_utc: '2026-05-19T23:59:59Z', input_tokens: null })];
    const provider = [providerRow({ timestamp_utc: '2026-05-20T00:00:00Z' })];
    expect(bridge({ application, provider, snapshots: [standardSnapshot, free] })).toEqual({ missing_usage: '10' });
    const later = [{ ...free, prices: standardSnapshot.prices }];
    const earlier = { ...standardSnapshot, prices: free.prices };
    expect(bridge({ application, provider, snapshots: [earlier, ...later] })).toEqual({ expected: '10', missing_usage: '10' });
  });

  test('missing counts of a charge that costs nothing are no question', () => {
    const provider = [providerRow({ status: 'error', input_tokens: null })];
    expect(bridge({ application: [applicationRow()], provider })).toEqual({ expected: '20', non_billable: '-20' });
    const reported = [providerRow({ status: 'error', input_tokens: null, charged_amount: '5' })];
    expect(bridge({ application: [applicationRow()], provider: reported })).toEqual({ expected: '20', missing_usage: '-15' });
  });
});

describe('names and cuts', () => {
  test('a row that only a fallback names resolves to its primary', () => {
    const small = { application: [applicationRow({ model_requested: 'big-alias' })], provider: [providerRow({ model_billed: 'big' })] };
    expect(bridge(small)).toEqual({ expected: '20', fallback: '180' });
    expect(Object.keys(cut(small, 'by_role'))).toEqual(['fallback']);
  });

  test('primaries that disagree, and a carried name that finds none, leave the request unmapped', () => {
    const mappings = [...standardMappings, mappingOf({ internalName: 'second', billableModel: 'big' })];
    expect(bridge({ application: [applicationRow()], mappings })).toEqual({});
    expect(bridge({ application: [applicationRow({ internal_name: 'second' })], mappings })['expected']).toBe('200');
    expect(bridge({ application: [applicationRow({ internal_name: 'third' })], mappings })).toEqual({});
  });

  test('the first attempt names the model, the final row the tokens, the time and the keys', () => {
    const application = [
      applicationRow({ status: 'error', service: 'first', output_tokens: null }),
      applicationRow({ attempt: '2', model_requested: 'big-alias', service: 'second', input_tokens: '11', retry_reason: 'error' }),
    ];
    expect(cut({ application }, 'by_service')).toEqual({ second: { expected: '21', not_charged: '-21' } });
    expect(cut({ application }, 'by_retry_reason')).toEqual({ error: { expected: '21', not_charged: '-21' } });
  });

  test('by_incident: the first whose interval and services hold the final row', () => {
    const times = { from: at('2026-05-10T12:00:00Z'), to: at('2026-05-10T13:00:00Z'), ticket: null };
    const incidents = [
      { id: 'batch-only', services: ['batch'], ...times },
      { id: 'all', services: [], ...times },
    ];
    const application = [applicationRow(), applicationRow({ request_id: 'r2', timestamp_utc: '2026-05-10T13:00:00Z' })];
    expect(cut({ application, period: { incidents } }, 'by_incident')).toEqual({
      '(none)': { expected: '20', not_charged: '-20' },
      all: { expected: '20', not_charged: '-20' },
    });
  });
});

test('text is compared by code point, not by UTF-16 unit: U+FF5E comes before U+1F600', () => {
  const provider = ['\u{1F600}', '\u{FF5E}'].map((text) => providerRow({ provider_request_id: null, prompt_version: text }));
  expect(cut({ provider }, 'by_prompt_version')).toEqual({ '\u{FF5E}': { unlinked: '20' }, '\u{1F600}': { duplicate: '20' } });
  expect(reconcile({ provider }).cuts.by_prompt_version.map(({ key }) => key)).toEqual(['\u{FF5E}', '\u{1F600}']);
});
