/** A period of some keys, worked by hand: nano costs 1 a token of input and 2 of output, so that each charge below is worth 20. */
import { describe, expect, it } from 'vitest';
import { referenceReconcile } from './reconcile.ts';
import { applicationRow, providerRow, smallLedger, type SmallLedger } from './small-ledger.ts';

const told = (small: SmallLedger) => {
  const { steps, counts } = referenceReconcile(smallLedger(small));
  const money = Object.fromEntries(steps.filter(({ amount }) => amount !== '0').map(({ step, amount }) => [step, amount]));
  return { ...money, aside: counts.provider.setAside, requests: counts.application.requests };
};
const period = { keys: ['ours'] };

describe('a charge of another key', () => {
  it('is set aside where no counted request is its own', () => {
    expect(told({ period, provider: [providerRow({ request_id: 'r9', key_ref: 'theirs' })] })).toEqual({ aside: { key: 1 }, requests: 0 });
  });

  it('stays where a counted request is: who paid for it is a question', () => {
    expect(told({ period, application: [applicationRow()], provider: [providerRow({ key_ref: 'theirs' })] })).toEqual({
      expected: '20',
      aside: {},
      requests: 1,
    });
  });

  it('goes by its environment first, and by its model last', () => {
    const provider = [
      providerRow({ request_id: 'r8', provider_request_id: 'p8', environment: 'staging', key_ref: 'theirs' }),
      providerRow({ request_id: 'r9', provider_request_id: 'p9', model_billed: 'big', key_ref: 'theirs' }),
    ];
    expect(told({ period: { ...period, environment: 'production', models: ['nano'] }, provider }).aside).toEqual({ environment: 1, key: 1 });
  });
});

it('a charge without a key is inside', () => {
  expect(told({ period, provider: [providerRow({ request_id: 'r9' })] })).toEqual({ unlinked: '20', aside: {}, requests: 0 });
});

it('a request of another key is not counted, and its charge is set aside', () => {
  const small = { period, application: [applicationRow({ key_ref: 'theirs' })], provider: [providerRow({ key_ref: 'theirs' })] };
  expect(told(small)).toEqual({ aside: { key: 1 }, requests: 0 });
});

it('a request of another key that ours was billed for is out of scope', () => {
  const small = { period, application: [applicationRow({ key_ref: 'theirs' })], provider: [providerRow({ key_ref: 'ours' })] };
  expect(told(small)).toEqual({ out_of_scope: '20', aside: {}, requests: 0 });
});
