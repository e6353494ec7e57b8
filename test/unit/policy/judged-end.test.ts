/** How far a period is judged, and how long its requests may be late. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatInstant, microsPerDay, parseDuration, parseInstant } from '../../../src/model/instant.ts';
import { calendarEndOf, delayInForce, judgedEndOf } from '../../../src/model/judged-end.ts';
import type { LayerEvidence } from '../../../src/model/ledger.ts';
import { judge } from '../../../src/policy/judge.ts';
import { inputOf, invoiceLine, invoiceOf, periodOf, reconciliationOf } from './facts-of.ts';

const at = (text: string) => parseInstant(text) ?? 0n;
const source = { file: 'periods/2026-05/period.yaml', line: 14, column: 13 };
function provider(finalized: string | null, delay = '24h'): LayerEvidence {
  const finalizedThrough = finalized === null ? null : at(finalized);
  return { layer: 'provider', files: ['p.csv'], format: 'trueup', rows: 'attempts', finalizedThrough, delay: parseDuration(delay) ?? 0n, source };
}

describe('the judged end', () => {
  it.each([
    ['the period itself', '2026-06-15', null, '2026-06-02T00:00:00Z', '2026-06-01T00:00:00Z'],
    ['the last complete day', '2026-05-20', null, '2026-06-02T00:00:00Z', '2026-05-20T00:00:00Z'],
    ['the day asked for', '2026-06-15', '2026-05-10', '2026-06-02T00:00:00Z', '2026-05-11T00:00:00Z'],
    ['the last day through which the provider is final', '2026-06-15', null, '2026-05-30T23:59:59Z', '2026-05-30T00:00:00Z'],
    ['the end, when the provider is final to the second', '2026-06-15', null, '2026-06-01T00:00:00Z', '2026-06-01T00:00:00Z'],
    ['the calendar, when nothing is said of the provider', '2026-05-20', null, null, '2026-05-20T00:00:00Z'],
  ])('is %s', (_, asOf, through, finalized, expected) => {
    const period = periodOf({ evidence: [provider(finalized)] });
    expect(formatInstant(judgedEndOf(period, { asOf, through }))).toBe(expected);
  });

  it('takes an end that is no UTC midnight as it is, once the provider is final through it', () => {
    const end = at('2026-05-31T16:00:00Z');
    const asOf = { asOf: '2026-06-15', through: null };
    expect(judgedEndOf(periodOf({ end, evidence: [provider('2026-05-31T16:00:00Z')] }), asOf)).toBe(end);
    expect(formatInstant(judgedEndOf(periodOf({ end, evidence: [provider('2026-05-31T15:59:59Z')] }), asOf))).toBe('2026-05-31T00:00:00Z');
  });

  it('is never later than the calendar, the period or the provider allow', () => {
    const day = fc.integer({ min: 1, max: 60 });
    const dayText = (n: number) => formatInstant(at('2026-04-20T00:00:00Z') + BigInt(n) * microsPerDay).slice(0, 10);
    fc.assert(
      fc.property(day, fc.option(day, { nil: null }), fc.bigInt({ min: 0n, max: 60n * 86_400n }), (asOf, through, seconds) => {
        const finalized = at('2026-04-20T00:00:00Z') + seconds * 1_000_000n;
        const period = periodOf({ evidence: [provider(formatInstant(finalized))] });
        const cuts = { asOf: dayText(asOf), through: through === null ? null : dayText(through) };
        const end = judgedEndOf(period, cuts);
        expect(end <= calendarEndOf(period, cuts) && end <= period.end && end <= finalized).toBe(true);
        expect(end === period.end || end % microsPerDay === 0n).toBe(true);
      }),
    );
  });
});

describe('what is said about finality', () => {
  const invoice = invoiceOf('100', [invoiceLine('usage', '100')]);
  const run = (finalized: string | null, stage: 'usage' | 'final', asOf = '2026-06-15') => {
    const period = periodOf({ stage, invoices: [invoice], evidence: [provider(finalized)] });
    const cuts = { asOf, through: null };
    const ends = { judgedEnd: judgedEndOf(period, cuts), calendarEnd: calendarEndOf(period, cuts) };
    return judge(inputOf(reconciliationOf({ expected: '100' }), {}, { period, asOf, ...ends }));
  };
  const codes = (judged: ReturnType<typeof run>) => judged.findings.map(({ code, severity }) => `${severity} ${code}`);

  it('stops a final period that only finality cuts, and notes it at stage usage', () => {
    expect(codes(run('2026-05-30T00:00:00Z', 'final'))).toEqual(['inconclusive provider-not-final']);
    expect(codes(run('2026-05-30T00:00:00Z', 'usage'))).toEqual(['info provider-not-final']);
    expect(codes(run('2026-05-10T00:00:00Z', 'final', '2026-05-20'))).toEqual(['info provider-not-final']);
  });

  it('asks a final period for finality, and no other', () => {
    expect(codes(run(null, 'final'))).toEqual(['warn finality-unstated']);
    expect(codes(run(null, 'usage'))).toEqual([]);
    expect(codes(run('2026-06-01T00:00:00Z', 'final'))).toEqual([]);
  });
});

describe('the delay', () => {
  const policy = { maxDelay: 3n * microsPerDay };

  it('is what the period says, up to what policy allows', () => {
    const delayOf = (delay: string) => delayInForce(periodOf({ evidence: [provider(null, delay)] }), policy);
    expect([delayOf('24h'), delayOf('72h'), delayOf('73h'), delayOf('365d')]).toEqual([microsPerDay, policy.maxDelay, policy.maxDelay, policy.maxDelay]);
    expect(delayInForce(periodOf(), policy)).toBe(0n);
  });

  it('is a finding beyond that', () => {
    const said = (delay: string) =>
      judge(inputOf(reconciliationOf({ expected: '1' }), {}, { period: periodOf({ evidence: [provider(null, delay)] }) })).findings;
    expect(said('72h')).toEqual([]);
    expect(said('4321m')).toMatchObject([{ code: 'delay-capped', severity: 'warn', args: { delay: '4321m', max_delay: '72h' }, source }]);
  });
});
