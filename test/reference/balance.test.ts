/** What a prepaid balance paid for beside the period, worked by hand: each charge reports its amount but where it says so. */
import { expect, it } from 'vitest';
import { referenceReconcile } from './reconcile.ts';
import { at, providerRow, smallLedger, type SmallLedger } from './small-ledger.ts';

const readings = { opening: at('2026-05-01T00:00:00Z'), closing: at('2026-06-01T00:00:00Z') };
const balanceOf = (small: SmallLedger) => referenceReconcile(smallLedger(small)).balance;
const nothing = { increase: '0', decrease: '0', count: 0 };

it('asks nothing without readings', () => {
  expect(balanceOf({ provider: [providerRow({ charged_amount: '5' })] })).toBeNull();
});

it('finds nothing beside a period that the readings bound and that holds every row', () => {
  expect(balanceOf({ readings, provider: [providerRow({ charged_amount: '5' })] })).toEqual({ otherScope: nothing, timing: nothing });
});

it('takes what lies outside of environment or models, and no other account', () => {
  const provider = [
    providerRow({ provider_request_id: 'p1', environment: 'staging', charged_amount: '5' }),
    providerRow({ provider_request_id: 'p2', environment: 'staging', kind: 'refund', charged_amount: '-2' }),
    providerRow({ provider_request_id: 'p3', environment: 'staging', account_ref: 'another', charged_amount: '100' }),
  ];
  const small = { readings, period: { environment: 'production' }, provider };
  expect(balanceOf(small)).toEqual({ otherScope: { increase: '5', decrease: '-2', count: 2 }, timing: nothing });
});

it('takes a row that was exported twice once, and two rows without any id twice', () => {
  const twice = providerRow({ provider_request_id: 'p1', environment: 'staging', charged_amount: '5' });
  const nameless = providerRow({ request_id: null, provider_request_id: null, attempt: null, environment: 'staging', charged_amount: '3' });
  const small = { readings, period: { environment: 'production' }, provider: [twice, twice, nameless, nameless] };
  expect(balanceOf(small)?.otherScope).toEqual({ increase: '11', decrease: '0', count: 3 });
});

it('adds what lies between the readings alone and takes off what lies in the period alone', () => {
  // Read from 2 May to 2 June: 1 May is paid for before, 1 June is paid for and charged to the next period, the reading's own moment is after it.
  const late = { opening: at('2026-05-02T00:00:00Z'), closing: at('2026-06-02T00:00:00Z') };
  const provider = [
    providerRow({ provider_request_id: 'p1', timestamp_utc: '2026-05-01T23:59:59Z', charged_amount: '5' }),
    providerRow({ provider_request_id: 'p2', timestamp_utc: '2026-05-02T00:00:00Z', charged_amount: '7' }),
    providerRow({ provider_request_id: 'p3', timestamp_utc: '2026-06-01T00:00:00Z', charged_amount: '11' }),
    providerRow({ provider_request_id: 'p4', timestamp_utc: '2026-06-02T00:00:00Z', charged_amount: '13' }),
  ];
  expect(balanceOf({ readings: late, provider })?.timing).toEqual({ increase: '11', decrease: '-5', count: 2 });
});

it('counts a charge of another scope that lies in the period alone in both steps, so that neither is left', () => {
  const late = { opening: at('2026-05-02T00:00:00Z'), closing: at('2026-06-01T00:00:00Z') };
  const provider = [providerRow({ timestamp_utc: '2026-05-01T12:00:00Z', environment: 'staging', charged_amount: '5' })];
  const small = { readings: late, period: { environment: 'production' }, provider };
  expect(balanceOf(small)).toEqual({ otherScope: { increase: '5', decrease: '0', count: 1 }, timing: { increase: '0', decrease: '-5', count: 1 } });
});
