/** Volume per day against the trailing median, on figures small enough to check by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../../src/model/instant.ts';
import { Money } from '../../../src/model/money.ts';
import type { Observation } from '../../../src/model/reconciliation.ts';
import type { VolumePolicy } from '../../../src/model/policy.ts';
import { judge } from '../../../src/policy/judge.ts';
import { inputOf, periodOf, reconciliationOf } from './facts-of.ts';

const instant = (text: string) => parseInstant(text) ?? 0n;
const policyOf = (change: Partial<VolumePolicy> = {}): VolumePolicy => ({
  requestsPercent: new Money(100),
  tokensPercent: null,
  days: 3,
  minDays: 3,
  minRequests: new Money(1),
  ...change,
});

/** One observation per day from 1 May on; null = a day without rows, which the engine does not mention. */
function daysOf(requests: readonly (number | null)[], tokens: readonly string[] = [], layer = 'application'): Observation[] {
  return requests.flatMap((count, index) => {
    if (count === null) return [];
    const day = `2026-05-${String(index + 1).padStart(2, '0')}`;
    const args = { layer, day, requests: String(count), tokens: tokens[index] ?? '0' };
    return [{ code: 'volume-spike' as const, count, amount: null, args, samples: [], row: null }];
  });
}

/** `layer day value measure > median` of every spike. */
function spikes(observations: readonly Observation[], volume: VolumePolicy | null, change: Parameters<typeof inputOf>[2] = {}): string[] {
  const judged = judge(inputOf(reconciliationOf({ expected: '1' }), { volume }, { observations, ...change }));
  return judged.findings
    .filter(({ code }) => code === 'volume-spike')
    .map(({ args }) => `${args['layer']} ${args['day']?.slice(-2)} ${args['value']} ${args['measure']} > ${args['median']}`)
    .sort();
}

describe('a day is a spike', () => {
  it('strictly above the percentage over the median of the days before it', () => {
    expect(spikes(daysOf([10, 90, 12, 24, 25]), policyOf())).toEqual([]);
    expect(spikes(daysOf([10, 90, 12, 25]), policyOf())).toEqual(['application 04 25 requests > 12']);
    expect(spikes(daysOf([10, 12, 13, 90, 25]), policyOf({ days: 4, minDays: 4 }))).toEqual([]);
    expect(spikes(daysOf([10, 12, 13, 90, 26]), policyOf({ days: 4, minDays: 4 }))).toEqual(['application 05 26 requests > 12.5']);
  });

  it('by tokens that no binary fraction holds', () => {
    const tokens = ['9007199254740993', '9007199254740993', '9007199254740993'];
    const volume = policyOf({ requestsPercent: null, tokensPercent: new Money(0) });
    expect(spikes(daysOf([1, 1, 1, 1], [...tokens, '9007199254740993']), volume)).toEqual([]);
    expect(spikes(daysOf([1, 1, 1, 1], [...tokens, '9007199254740994']), volume)).toEqual(['application 04 9007199254740994 tokens > 9007199254740993']);
  });

  it('after days without a row, which count as 0', () => {
    expect(spikes(daysOf([9, null, null, 1]), policyOf())).toEqual(['application 04 1 requests > 0']);
    expect(spikes(daysOf([9, null, null, 1]), policyOf({ minRequests: new Money(2) }))).toEqual([]);
  });

  it('once enough days stand before it', () => {
    expect(spikes(daysOf([1, 9, 90]), policyOf())).toEqual([]);
    expect(spikes(daysOf([1, 9, 90]), policyOf({ minDays: 2 }))).toEqual(['application 03 90 requests > 5']);
  });

  it('for each witness by itself', () => {
    const seen = [...daysOf([5, 5, 5, 5]), ...daysOf([5, 5, 5, 50], [], 'provider')];
    expect(spikes(seen, policyOf())).toEqual(['provider 04 50 charges > 5']);
  });

  it('only where the policy asks', () => {
    expect(spikes(daysOf([1, 1, 1, 100]), null)).toEqual([]);
  });
});

describe('partial days', () => {
  it('are left out at the end of what is judged', () => {
    expect(spikes(daysOf([1, 1, 1, 100]), policyOf(), { judgedEnd: instant('2026-05-04T23:59:59Z') })).toEqual([]);
    expect(spikes(daysOf([1, 1, 1, 100]), policyOf(), { judgedEnd: instant('2026-05-05T00:00:00Z') })).toHaveLength(1);
  });

  it('are left out at the start of the period', () => {
    const period = periodOf({ start: instant('2026-05-01T06:00:00Z') });
    expect(spikes(daysOf([1, 1, 1, 100]), policyOf(), { period })).toEqual([]);
    expect(spikes(daysOf([1, 1, 1, 1, 100]), policyOf(), { period })).toHaveLength(1);
  });

  it('are left out where the provider is not complete', () => {
    const { source } = periodOf();
    const evidence = (finalized: string) => [
      { layer: 'provider' as const, files: [], format: 'trueup', rows: 'attempts' as const, finalizedThrough: instant(finalized), delay: 0n, source },
    ];
    const seen = daysOf([1, 1, 1, 100], [], 'provider');
    expect(spikes(seen, policyOf(), { period: periodOf({ evidence: evidence('2026-05-04T12:00:00Z') }) })).toEqual([]);
    expect(spikes(seen, policyOf(), { period: periodOf({ evidence: evidence('2026-05-05T00:00:00Z') }) })).toHaveLength(1);
  });
});

it('a day no busier than every day before it is never a spike', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 4, maxLength: 20 }), fc.integer({ min: 1, max: 7 }), (counts, days) => {
      const falling = [...counts].sort((left, right) => right - left);
      expect(spikes(daysOf(falling), policyOf({ days, minDays: 1, requestsPercent: new Money(0) }))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
