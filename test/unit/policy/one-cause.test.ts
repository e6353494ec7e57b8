/** Findings that repeat another leave it the word, and never take anything graver with them. */
import { amountOf } from '../../../src/model/money.ts';
import { describe, expect, it } from 'vitest';
import { finding } from '../../../src/model/finding.ts';
import { oncePerCause } from '../../../src/policy/severities.ts';

const conflict = finding('conflicting-duplicate', 'warn', { amount: amountOf('2'), args: { layer: 'provider' }, samples: ['r-1'] });
const repeated = finding('duplicate-charge', 'warn', { amount: amountOf('2'), args: { layer: 'provider' }, samples: ['r-1'] });
const codesOf = (findings: Parameters<typeof oncePerCause>[0]) => oncePerCause(findings).map(({ code }) => code);

describe('one cause', () => {
  it('is one finding, whatever the order', () => {
    expect(codesOf([conflict, repeated])).toEqual(['conflicting-duplicate']);
    expect(codesOf([repeated, conflict])).toEqual(['conflicting-duplicate']);
    expect(codesOf([repeated])).toEqual(['duplicate-charge']);
  });

  it('keeps what is graver, and what speaks of other rows', () => {
    expect(codesOf([conflict, { ...repeated, severity: 'fail' }])).toEqual(['conflicting-duplicate', 'duplicate-charge']);
    expect(codesOf([conflict, { ...repeated, count: 2 }])).toEqual(['conflicting-duplicate', 'duplicate-charge']);
    expect(codesOf([conflict, { ...repeated, samples: ['r-2'] }])).toEqual(['conflicting-duplicate', 'duplicate-charge']);
  });

  it('names a wrong join, and says with it how little was compared', () => {
    const low = finding('coverage-low', 'inconclusive', { args: { compared: '1', charges: '12', requests: '12' } });
    const [only, ...more] = oncePerCause([low, finding('linkage-low', 'inconclusive', { args: { charges: '11' } })]);
    expect(more).toEqual([]);
    expect(only).toMatchObject({ code: 'linkage-low', args: { charges: '11', compared: '1', comparable: '12' } });
  });

  it('says once how far a period is judged', () => {
    const part = finding('period-partial', 'info', { args: { period: '2026-05', judged_end: 'a', end: 'c' } });
    const open = finding('provider-not-final', 'info', { args: { period: '2026-05', judged_end: 'a', end: 'c' } });
    expect(codesOf([part, open])).toEqual(['provider-not-final']);
    expect(codesOf([part, { ...open, args: { ...open.args, judged_end: 'b' } }])).toEqual(['period-partial', 'provider-not-final']);
  });
});
