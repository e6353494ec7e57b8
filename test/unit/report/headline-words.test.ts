/** What the first line says of a period, and what it never says. */
import { amountOf } from '../../../src/model/money.ts';
import { expect, it } from 'vitest';
import { finding, type FindingCode } from '../../../src/model/finding.ts';
import type { Result } from '../../../src/model/result.ts';
import { verdictWords, weakWords } from '../../../src/report/headline-words.ts';
import { reconciliationOf, inputOf } from '../policy/facts-of.ts';
import { resultOf } from './sample-run.ts';

const words = (result: Result) => verdictWords(result, (name) => name);
const moneyWords = (result: Result): string => words(result).rest;

const reconciliation = reconciliationOf({ expected: '200' }, { requests: 5411 });
const clean = resultOf(inputOf(reconciliation));
const found = (code: 'coverage-low' | 'nothing-to-reconcile', change: Partial<Result> = {}): Result => {
  const { severity, count, amount, args, samples } = finding(code, 'warn', { args: { period: '2026-05', charges: '2', compared: '1', requests: '2' } });
  return { ...clean, findings: [{ code, severity, count, amount, args, samples, source: null }], ...change };
};

it('says what was compared with what', () => {
  expect(words(clean)).toEqual({ head: 'May 2026 adds up', rest: '5,411 requests, USD 200.00 charged, compared with 5,411 charges, all explained' });
});

it('says both sides where opposite errors cancel, and not that all is explained', () => {
  const totals = { ...clean.totals, unexplained_net: amountOf('0'), unexplained_gross: amountOf('400') };
  expect(moneyWords({ ...clean, totals })).toMatch(/^USD 400\.00 of 200\.00 charged \(200\.0 %\) has no explanation: 0\.00 net, 200\.00 up and 200\.00 down; /);
});

it('says that nothing was compared where nothing was', () => {
  const empty = resultOf(inputOf({ ...reconciliationOf({}, { requests: 0 }) }));
  expect(moneyWords({ ...found('nothing-to-reconcile'), counts: empty.counts })).toBe('no rows');
  const counts = clean.counts === null ? null : { ...clean.counts, comparable: 100, linked_charges: 4 };
  expect(moneyWords(found('coverage-low', { counts }))).toMatch(/^only 4 of 100 charges could be held against a counted request$/);
  const none = counts === null ? null : { ...counts, linked_charges: 0 };
  expect(moneyWords(found('coverage-low', { counts: none }))).toMatch(/^no charge could be held against a counted request$/);
});

it('names first what decides where its sums do not, and calls nothing explained then', () => {
  const failing = (...codes: FindingCode[]): string => {
    const findings = codes.map((code) => ({ code, severity: 'fail' as const, count: 1, amount: null, args: {}, samples: [], source: null }));
    return moneyWords({ ...clean, verdict: 'fail', findings });
  };
  expect(failing('currency-mismatch')).toMatch(/^an amount in another currency; 5,411 requests, .*, nothing of it unexplained$/);
  expect(failing('currency-mismatch', 'unknown-model')).toMatch(/^an amount in another currency and 1 more; /);
  expect(failing('threshold-total', 'currency-mismatch')).toMatch(/^5,411 requests, .*, nothing of it unexplained$/);
});

it('says of a final period that finality cuts that it is not final, and holds no sum of its part against the whole', () => {
  const { severity, count, amount, args, samples } = finding('provider-not-final', 'inconclusive', {
    args: { period: '2026-05', end: '2026-06-01T00:00:00Z', judged_end: '2026-05-02T00:00:00Z' },
  });
  const cut = {
    ...clean,
    verdict: 'inconclusive' as const,
    findings: [{ code: 'provider-not-final' as const, severity, count, amount, args, samples, source: null }],
  };
  expect(moneyWords(cut)).toMatch(/^a provider that is not final through the period; no more than a part of the money could be compared$/);
});

it('says what is weaker than rows', () => {
  const weak = resultOf(
    inputOf({
      ...reconciliation,
      totals: { providerReported: amountOf('2'), providerComputed: amountOf('198') },
      providerCounted: { count: 2, expected: amountOf('1.5') },
    }),
  );
  expect(moneyWords(weak)).toContain(
    "; USD 198.00 priced by our snapshot, not confirmed by the provider; USD 1.50 expected by the provider's token counts alone",
  );
  expect(weakWords(weak, 'words').join()).not.toMatch(/USD|198/);
  expect(weakWords(clean, 'amounts')).toEqual([]);
});

it('says what to do about the period, by its name', () => {
  const headOf = (verdict: Result['verdict'], period: Partial<Result['period']> = {}): string =>
    words({ ...clean, verdict, period: { ...clean.period, ...period } }).head;
  expect(headOf('warn')).toBe('May 2026 adds up, with warnings');
  expect(headOf('fail')).toBe('Do not approve May 2026');
  expect(headOf('inconclusive')).toBe('May 2026 cannot be judged');
  expect(headOf('pass', { id: 'may' })).toBe('may adds up');
  expect(headOf('pass', { end_utc: '2026-05-31T00:00:00Z' })).toBe('2026-05 adds up');
  expect(headOf('pass', { id: '2026-12', start_utc: '2026-12-01T00:00:00Z', end_utc: '2027-01-01T00:00:00Z' })).toBe('December 2026 adds up');
});
