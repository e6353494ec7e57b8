/** What exceptions take of money and of counts, and what is left, worked by hand. */
import { describe, expect, test } from 'vitest';
import { amountOf, Money } from '../../src/model/money.ts';
import type { ExceptionUse } from '../../src/model/reconciliation.ts';
import { gross, openCounts, reconcile } from './by-eye.ts';
import { applicationRow, at, exceptionOf, gatewayRow, providerRow, type SmallLedger } from './small-ledger.ts';

/** Charges that nobody knows, of 20 each unless said, a day apart from the 10th on. */
function lone(...tokens: string[]): SmallLedger {
  return {
    provider: tokens.map((output, index) =>
      providerRow({ request_id: `x${index}`, provider_request_id: `p${index}`, timestamp_utc: `2026-05-${10 + index}T00:00:00Z`, output_tokens: output }),
    ),
  };
}

const unused: ExceptionUse = {
  covered: amountOf('0'),
  used: amountOf('0'),
  matched: amountOf('0'),
  takenBefore: amountOf('0'),
  takers: [],
  count: 0,
  matchedCount: 0,
};

/** `unlinked` as [excepted, left, open]. */
function unlinked(small: SmallLedger): string[] {
  const row = reconcile(small).steps.find(({ step }) => step === 'unlinked');
  return [row?.excepted ?? '', row?.left.increase ?? '', row?.open.increase ?? ''];
}

describe('money', () => {
  test('the oldest first, up to the cap: of 20, 30 and 40 the 20 and 15 of the 30', () => {
    const small = { ...lone('5', '10', '15'), exceptions: [exceptionOf('unlinked', { maxAmount: new Money(35) })] };
    expect(unlinked(small)).toEqual(['35', '55', '55']);
    const days = reconcile(small).cuts.by_day.map(({ key, steps }) => [key, steps.find(({ step }) => step === 'unlinked')?.left.increase]);
    expect(days).toEqual([
      ['2026-05-10', '0'],
      ['2026-05-11', '15'],
      ['2026-05-12', '40'],
    ]);
    expect(reconcile(small).exceptionUses).toEqual([{ ...unused, covered: '35', used: '35', matched: '90', matchedCount: 3 }]);
  });

  test('a part that does not fit wholly ends the cap: nothing is skipped for a smaller one', () => {
    const small = { ...lone('15', '5'), exceptions: [exceptionOf('unlinked', { maxAmount: new Money(25) })] };
    expect(unlinked(small)).toEqual(['25', '35', '35']);
  });

  test('ups and downs are both used: 20 up and 20 down take 40 of the cap and are 0 in sum', () => {
    const provider = [providerRow({ charged_amount: '40' }), providerRow({ request_id: 'r2', provider_request_id: 'p2', charged_amount: '0' })];
    const application = [applicationRow(), applicationRow({ request_id: 'r2' })];
    const whole = reconcile({ application, provider });
    expect(gross(whole.steps, 'open')).toEqual({ price_difference: '+20 -20' });
    const covered = reconcile({ application, provider, exceptions: [exceptionOf('price_difference', { maxAmount: new Money(40) })] });
    expect(gross(covered.steps, 'open')).toEqual({});
    expect(covered.exceptionUses).toEqual([{ ...unused, used: '40', matched: '40' }]);
    const half = reconcile({ application, provider, exceptions: [exceptionOf('price_difference', { maxAmount: new Money(30) })] });
    expect(gross(half.steps, 'open')).toEqual({ price_difference: '+0 -10' });
  });

  test('in the order of the list, each takes what is left', () => {
    const exceptions = [exceptionOf('unlinked', { maxAmount: new Money(30) }), exceptionOf('unlinked', { model: 'nano' }), exceptionOf('retry')];
    const small = { ...lone('5', '5'), exceptions };
    expect(unlinked(small)).toEqual(['40', '0', '0']);
    expect(reconcile(small).exceptionUses).toEqual([
      { ...unused, covered: '30', used: '30', matched: '40', matchedCount: 2 },
      { ...unused, covered: '10', used: '10', matched: '10', takenBefore: '30', takers: [0], matchedCount: 2 },
      unused,
    ]);
  });

  test.each([
    ['model', { model: 'big' }],
    ['service', { service: 'chat' }],
    ['request', { requestIds: ['x9'] }],
    ['from', { from: at('2026-05-10T00:00:00.000001Z') }],
    ['to', { to: at('2026-05-10T00:00:00Z') }],
  ])('the filter %s leaves other rows alone', (_, filter) => {
    expect(unlinked({ ...lone('5'), exceptions: [exceptionOf('unlinked', filter)] })).toEqual(['0', '20', '20']);
  });

  test('filters speak of the request where there is one, else of the charge', () => {
    const filters = [{ requestIds: ['x0'] }, { from: at('2026-05-10T00:00:00Z') }, { to: at('2026-05-10T00:00:00.000001Z') }, { model: 'nano' }];
    for (const filter of filters) expect(unlinked({ ...lone('5'), exceptions: [exceptionOf('unlinked', filter)] })).toEqual(['20', '0', '0']);
    const application = [applicationRow()];
    const exceptions = [exceptionOf('not_charged', { model: 'nano', service: 'chat', requestIds: ['r1'], from: at('2026-05-10T12:00:00Z') })];
    expect(gross(reconcile({ application, exceptions }).steps, 'left')).toEqual({});
    const named = { provider: [providerRow({ request_id: null })], exceptions: [exceptionOf('unlinked', { requestIds: ['p1'] })] };
    expect(unlinked(named)).toEqual(['20', '0', '0']);
  });

  test('one that has expired covers nothing, and still says what it speaks of', () => {
    const small = { ...lone('5'), exceptions: [exceptionOf('unlinked', { expiresOn: '2026-06-30', maxCount: 1n })] };
    expect(unlinked(small)).toEqual(['0', '20', '20']);
    expect(reconcile(small).exceptionUses).toEqual([{ ...unused, matched: '20', matchedCount: 1 }]);
  });

  test('explained money is taken as well, for its category judges all of it', () => {
    const provider = [providerRow(), providerRow({ provider_request_id: 'p2', attempt: '2', timestamp_utc: '2026-05-10T12:05:00Z' })];
    const application = [applicationRow(), applicationRow({ attempt: '2' })];
    const exceptions = [exceptionOf('retry', { maxAmount: new Money(15) })];
    expect(gross(reconcile({ application, provider, exceptions }).steps, 'left')).toEqual({ retry: '+5 0' });
    expect(gross(reconcile({ application, provider, exceptions }).steps, 'open')).toEqual({});
  });
});

describe('money of two models', () => {
  /** `nano` was expected at 20, `other` served at 45: a drift of 25. */
  const drift = { application: [applicationRow()], provider: [providerRow({ model_billed: 'other' })] };
  const byModel = (small: SmallLedger) =>
    reconcile(small).cuts.by_model.map(({ key, steps }) => {
      const row = steps.find(({ step }) => step === 'model_drift');
      return [key, row?.excepted, row?.open.increase, row?.open.decrease];
    });

  test('untouched it is open under both: 45 up and 20 down', () => {
    expect(byModel(drift)).toEqual([
      ['nano', '0', '0', '-20'],
      ['other', '0', '45', '0'],
    ]);
  });

  test('taken wholly it leaves neither side', () => {
    expect(byModel({ ...drift, exceptions: [exceptionOf('model_drift', { maxAmount: new Money(25) })] })).toEqual([
      ['nano', '-20', '0', '0'],
      ['other', '45', '0', '0'],
    ]);
  });

  test('taken in part it comes off the side that points the same way', () => {
    expect(byModel({ ...drift, exceptions: [exceptionOf('model_drift', { maxAmount: new Money(10) })] })).toEqual([
      ['nano', '0', '0', '-20'],
      ['other', '10', '35', '0'],
    ]);
  });

  test('down: 20 of `big` expected at 200; 30 of the 180 come off the expected side', () => {
    const application = [applicationRow({ model_requested: 'big-alias', internal_name: 'big' })];
    const mappings = reconcileMappings();
    const small = { application, mappings, provider: [providerRow()], exceptions: [exceptionOf('model_drift', { maxAmount: new Money(30) })] };
    expect(byModel(small)).toEqual([
      ['big', '-30', '0', '-170'],
      ['nano', '0', '20', '0'],
    ]);
  });
});

function reconcileMappings(): NonNullable<SmallLedger['mappings']> {
  const source = { file: 'small', line: 1, column: 1 };
  return [
    {
      internalName: 'big',
      requestedModel: 'big-alias',
      billableModel: 'big',
      role: 'primary',
      fallbackFor: null,
      owner: 'platform',
      priceSnapshot: null,
      from: at('2026-01-01T00:00:00Z'),
      to: null,
      source,
    },
  ];
}

describe('counts', () => {
  test('without max_count none, with it the oldest so many, those without money too', () => {
    const free = { ...lone('5', '5', '5') };
    const provider = (free.provider ?? []).map((row, index) => (index === 0 ? { ...row, status: 'error' } : row));
    expect(openCounts({ provider, exceptions: [exceptionOf('unlinked')] })).toEqual({ unlinked: 3 });
    const small = { provider, exceptions: [exceptionOf('unlinked', { maxCount: 2n, maxAmount: new Money(0) })] };
    expect(openCounts(small)).toEqual({ unlinked: 1 });
    expect(reconcile(small).exceptionUses).toEqual([{ ...unused, matched: '40', count: 2, matchedCount: 3 }]);
  });

  test('counts and money are taken apart', () => {
    const small = { ...lone('5', '5'), exceptions: [exceptionOf('unlinked', { maxCount: 5n, maxAmount: new Money(20) })] };
    expect(openCounts(small)).toEqual({});
    expect(unlinked(small)).toEqual(['20', '20', '20']);
  });

  test('an entry is covered once, in the order of the list, by filters', () => {
    const exceptions = [exceptionOf('unlinked', { maxCount: 1n }), exceptionOf('unlinked', { maxCount: 1n, requestIds: ['x0'] })];
    const small = { ...lone('5', '5'), exceptions };
    // The first took x0, the older; the second finds nothing.
    expect(openCounts(small)).toEqual({ unlinked: 1 });
    expect(reconcile(small).exceptionUses.map(({ count, matchedCount }) => [count, matchedCount])).toEqual([
      [1, 2],
      [0, 0],
    ]);
  });

  test('model_drift counts as extra_model_drift, duplicates are counted beside the charges', () => {
    const provider = [
      providerRow({ model_billed: 'other', timestamp_utc: '2026-05-10T12:00:00Z' }),
      providerRow({ provider_request_id: 'p2', attempt: '2', timestamp_utc: '2026-05-10T12:05:00Z' }),
      providerRow({ provider_request_id: 'p2', attempt: '2', timestamp_utc: '2026-05-10T12:06:00Z' }),
    ];
    const application = [applicationRow(), applicationRow({ attempt: '2' })];
    expect(openCounts({ application, provider })).toEqual({ extra_model_drift: 1, duplicate: 1 });
    const exceptions = [exceptionOf('model_drift', { maxCount: 1n }), exceptionOf('duplicate', { maxCount: 1n })];
    expect(openCounts({ application, provider, exceptions })).toEqual({});
  });

  test('explained entries use nothing up: of two requests in transit one is explained', () => {
    const late = (id: string, time: string) => applicationRow({ request_id: id, timestamp_utc: time });
    const application = [late('r1', '2026-05-31T20:00:00Z'), late('r2', '2026-05-31T10:00:00Z')];
    const provider = [
      providerRow({ timestamp_utc: '2026-06-01T00:00:00Z' }),
      providerRow({ request_id: 'r2', provider_request_id: 'p2', timestamp_utc: '2026-06-01T00:00:00Z' }),
    ];
    const small = { application, provider, delay: 4n * 3_600_000_000n, finalizedThrough: at('2026-06-02T00:00:00Z') };
    expect(openCounts(small)).toEqual({ in_transit: 1 });
    const covered = { ...small, exceptions: [exceptionOf('in_transit', { maxCount: 1n })] };
    expect(openCounts(covered)).toEqual({});
    expect(reconcile(covered).exceptionUses[0]).toMatchObject({ count: 1, matchedCount: 1, used: '40' });
  });

  test('requests: the oldest by their final row', () => {
    const application = [applicationRow(), applicationRow({ request_id: 'r2', timestamp_utc: '2026-05-09T00:00:00Z' })];
    const exceptions = [exceptionOf('not_forwarded', { maxCount: 1n, maxAmount: new Money(20) })];
    const { cuts } = reconcile({ application, gateway: [gatewayRow({ request_id: 'r9' })], exceptions });
    const open = cuts.by_day.map(({ key, steps }) => [key, steps.find(({ step }) => step === 'not_forwarded')?.open.decrease]);
    expect(open).toEqual([
      ['2026-05-09', '0'],
      ['2026-05-10', '-20'],
    ]);
  });
});

describe('cells', () => {
  /** Charged 30 and 5 where 20 was expected each, an hour apart. */
  const application = [applicationRow(), applicationRow({ request_id: 'r2', timestamp_utc: '2026-05-10T13:00:00Z' })];
  const provider = [providerRow({ charged_amount: '30' }), providerRow({ request_id: 'r2', provider_request_id: 'p2', charged_amount: '5' })];
  const left = (small: SmallLedger) => gross(reconcile({ application, provider, ...small }).steps, 'left');

  test('net inside a model, a service and a UTC day, and nowhere else', () => {
    expect(left({})).toEqual({ price_difference: '+10 -15' });
    expect(left({ gross: 'cells' })).toEqual({ price_difference: '+0 -5' });
    const otherService = application.map((row, index) => ({ ...row, service: index === 0 ? 'chat' : 'batch' }));
    expect(left({ application: otherService, gross: 'cells' })).toEqual({ price_difference: '+10 -15' });
    const otherDay = application.map((row, index) => ({ ...row, timestamp_utc: `2026-05-1${index}T12:00:00Z` }));
    expect(left({ application: otherDay, gross: 'cells' })).toEqual({ price_difference: '+10 -15' });
    const otherModel = provider.map((row, index) => (index === 0 ? row : { ...row, model_billed: 'other', charged_amount: '30' }));
    // 30 − 20 up under `nano`, 30 − 45 down under `other`; the drift of 25 is another step.
    expect(left({ provider: otherModel, gross: 'cells' })).toEqual({ model_drift: '+25 0', price_difference: '+10 -15' });
  });

  test('increase and decrease of the step stay those of the parts', () => {
    const row = reconcile({ application, provider, gross: 'cells' }).steps.find(({ step }) => step === 'price_difference');
    expect(row).toMatchObject({ amount: '-5', increase: '10', decrease: '-15', count: 2 });
  });

  test('exceptions come first: 10 of the 25 are taken before anything nets', () => {
    const exceptions = [exceptionOf('price_difference', { maxAmount: new Money(10) })];
    expect(left({ gross: 'cells', exceptions })).toEqual({ price_difference: '+0 -15' });
  });

  test('a cut nets what stands under its key: 45 − 45 of `other`, both sides of `nano`', () => {
    const served = [providerRow({ model_billed: 'other' }), providerRow({ request_id: 'r2', provider_request_id: 'p2', model_billed: 'other' })];
    const { cuts } = reconcile({ application, provider: served, gross: 'cells' });
    const rows = cuts.by_model.map(({ key, steps }) => [key, steps.find(({ step }) => step === 'model_drift')?.left]);
    expect(rows).toEqual([
      ['nano', { increase: '0', decrease: '-40' }],
      ['other', { increase: '90', decrease: '0' }],
    ]);
  });
});
