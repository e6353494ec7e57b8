/** Requests that were in transit at the close before, worked by hand: the reference, and the engine beside it. */
import { describe, expect, test } from 'vitest';
import { Money } from '../../src/model/money.ts';
import type { Reconciliation } from '../../src/model/reconciliation.ts';
import { engineReconcile } from '../properties/engine-implementation.ts';
import { differences } from '../properties/compare-reconciliations.ts';
import type { OpenItem } from './input.ts';
import { brokenInvariants } from './invariants.ts';
import { referenceReconcile } from './reconcile.ts';
import { applicationRow, at, gatewayRow, providerRow, smallLedger, type SmallLedger } from './small-ledger.ts';

/** E was 19: a token less than was charged. */
const item: OpenItem = { requestId: 'r0', providerRequestId: 'p0', at: at('2026-04-30T23:59:00Z'), expected: new Money('19'), details: null };
const late = providerRow({ request_id: 'r0', provider_request_id: 'p0', timestamp_utc: '2026-05-01T00:00:05Z' });
const matched = { application: [applicationRow()], provider: [providerRow()] };

async function reconcile(small: SmallLedger): Promise<Reconciliation> {
  const reconciliation = referenceReconcile(smallLedger(small));
  expect(brokenInvariants(reconciliation, 'parts')).toEqual([]);
  expect(differences(await engineReconcile(smallLedger(small)), reconciliation)).toEqual([]);
  return reconciliation;
}

async function bridge(small: SmallLedger): Promise<Record<string, string>> {
  const { steps } = await reconcile(small);
  return Object.fromEntries(steps.filter(({ count }) => count > 0).map(({ step, amount }) => [step, amount]));
}

describe('a request in transit at the close before', () => {
  test('the stored E is carried_forward, the rest token_difference: 20 − 19', async () => {
    const small = { ...matched, provider: [providerRow(), late], carried: [item] };
    expect(await bridge(small)).toEqual({ expected: '20', carried_forward: '19', token_difference: '1' });
    const { countBridge, counts, cuts } = await reconcile(small);
    expect(countBridge.filter(({ count }) => count !== 0)).toEqual([
      { step: 'requests', count: 1, open: 0 },
      { step: 'carried_forward', count: 1, open: 0 },
      { step: 'charges', count: 2, open: 0 },
      { step: 'provider_rows', count: 2, open: 0 },
    ]);
    // The other period answered for it: only the charge of r1 is to be compared.
    expect(counts).toMatchObject({ linkedAnywhere: 2, linkedCharges: 1, comparable: 1 });
    expect(cuts.by_model.map(({ key }) => key)).toEqual(['nano']);
  });

  describe('of which the close before tells what E was made of', () => {
    const noCounts = { cached_input_tokens: null, cache_write_tokens: null, cache_write_1h_tokens: null, reasoning_tokens: null };
    const variant = { service_tier: null, region: null };
    const told = { model: 'nano', primaries: ['chat-primary'], row: { ...noCounts, ...variant, input_tokens: '9', output_tokens: '5' } };
    const settle = (values: Parameters<typeof providerRow>[0], more: Partial<OpenItem>): Promise<Record<string, string>> =>
      bridge({ ...matched, provider: [providerRow(), providerRow({ ...late, ...values })], carried: [{ ...item, details: told, ...more }] });

    test('9 in and 5 out cost 19 still: the tokens differ by 20 − 19', async () => {
      expect(await settle({}, {})).toEqual({ expected: '20', carried_forward: '19', token_difference: '1' });
    });

    test('they cost 38 at the price of then: price_timing 19 − 38', async () => {
      expect(await settle({}, { expected: new Money('38') })).toEqual({ expected: '20', carried_forward: '38', price_timing: '-19', token_difference: '1' });
    });

    test('billed as the mapped fallback: 9 × 10 + 5 × 20 − 19 = 171, and its tokens 200 − 190', async () => {
      expect(await settle({ model_billed: 'big' }, {})).toEqual({ expected: '20', carried_forward: '19', fallback: '171', token_difference: '10' });
    });

    test('billed as a model that nobody mapped: 9 × 3 + 5 × 3 − 19 = 23, and its tokens 45 − 42', async () => {
      expect(await settle({ model_billed: 'other' }, {})).toEqual({ expected: '20', carried_forward: '19', model_drift: '23', token_difference: '3' });
    });

    test('without counts, or without a mapping, the whole difference says so', async () => {
      const uncounted = { ...told, row: { ...told.row, input_tokens: null, output_tokens: null } };
      expect(await settle({}, { expected: new Money(0), details: uncounted })).toEqual({ expected: '20', missing_usage: '20' });
      expect(await settle({}, { expected: new Money(0), details: { ...told, model: null, primaries: [] } })).toEqual({ expected: '20', unpriced: '20' });
    });
  });

  test('without open items the same charge is unlinked', async () => {
    expect(await bridge({ ...matched, provider: [providerRow(), late] })).toEqual({ expected: '20', unlinked: '20' });
  });

  test('the id of the provider is enough where no layer knows the charge', async () => {
    const provider = [providerRow(), providerRow({ ...late, request_id: null })];
    expect(await bridge({ ...matched, provider, carried: [item] })).toEqual({ expected: '20', carried_forward: '19', token_difference: '1' });
  });

  test('an id of the provider that two items share names neither', async () => {
    const provider = [providerRow(), providerRow({ ...late, request_id: null })];
    const carried = [item, { ...item, requestId: 'r9' }];
    expect(await bridge({ ...matched, provider, carried })).toEqual({ expected: '20', unlinked: '20' });
  });

  test('a row of the old request in this export changes nothing', async () => {
    const application = [applicationRow(), applicationRow({ request_id: 'r0', timestamp_utc: '2026-04-30T23:59:00Z' })];
    expect(await bridge({ application, provider: [providerRow(), late], carried: [item] })).toEqual({
      expected: '20',
      carried_forward: '19',
      token_difference: '1',
    });
  });

  test('its other charges belong to the period before', async () => {
    const retry = providerRow({ ...late, provider_request_id: 'p00', attempt: '2', timestamp_utc: '2026-05-01T00:00:09Z' });
    expect(await bridge({ ...matched, provider: [providerRow(), late, retry], carried: [item] })).toEqual({
      expected: '20',
      carried_forward: '19',
      out_of_period: '20',
      token_difference: '1',
    });
  });

  test('known to the gateway alone it is carried all the same', async () => {
    const gateway = [gatewayRow(), gatewayRow({ request_id: 'r0' })];
    expect(await bridge({ ...matched, gateway, provider: [providerRow(), late], carried: [item] })).toEqual({
      expected: '20',
      carried_forward: '19',
      token_difference: '1',
    });
  });

  test('counted in this period, it is judged by its own E', async () => {
    expect(await bridge({ ...matched, carried: [{ ...item, requestId: 'r1', providerRequestId: 'p1' }] })).toEqual({ expected: '20' });
  });

  test('not billable and without an amount: −E goes to token_difference', async () => {
    const provider = [providerRow(), providerRow({ ...late, status: 'error' })];
    expect(await bridge({ ...matched, provider, carried: [item] })).toEqual({ expected: '20', carried_forward: '19', token_difference: '-19' });
  });

  test('a model without a price comes first', async () => {
    const provider = [providerRow(), providerRow({ ...late, model_billed: 'unheard', charged_amount: '7' })];
    expect(await bridge({ ...matched, provider, carried: [item] })).toEqual({ expected: '20', unpriced: '7' });
  });

  test('an E of more decimals than any price keeps every digit', async () => {
    const expected = new Money('18.000000000000000001');
    expect(await bridge({ ...matched, provider: [providerRow(), late], carried: [{ ...item, expected }] })).toEqual({
      expected: '20',
      carried_forward: '18.000000000000000001',
      token_difference: '1.999999999999999999',
    });
  });
});
