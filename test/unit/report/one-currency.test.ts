/** What people read of a month whose invoices are in another currency: one currency, and the same figures however often it is asked for. */
import { describe, expect, it } from 'vitest';
import { Money } from '../../../src/model/money.ts';
import { verdictWords } from '../../../src/report/headline-words.ts';
import { assembleResult } from '../../../src/report/assemble-result.ts';
import { beforeInOneCurrency, inOneCurrency } from '../../../src/report/one-currency.ts';
import { numberRows, whyOf } from '../../../src/report/overview.ts';
import { judge } from '../../../src/policy/judge.ts';
import { inputOf, invoiceLine, invoiceOf, periodOf, reconciliationOf, threshold } from '../policy/facts-of.ts';

const source = { file: 'periods/2026-05/invoice.yaml', line: 3, column: 5 };
const fx = { from: 'USD', rate: new Money('0.5'), on: '2026-06-01', basis: 'https://rates.example', sha256: null, source };
// USD 100 expected and 104 charged, 4 of it without a cause; at 0.5 that is EUR 52, and the invoice bills 53.
const facts = reconciliationOf({ expected: '100', unlinked: '4' }, {}, { by_service: { chat: { expected: '100', unlinked: '4' } } });
const invoice = { ...invoiceOf('53', [invoiceLine('usage', '53')]), currency: 'EUR', fx };
const period = periodOf({ stage: 'final', invoices: [invoice] });
const policy = {
  total: { warn: null, fail: threshold({ percent: '1' }) },
  fx: new Map([['EUR', { reference: new Money('0.5'), evidenceReference: null, tolerancePercent: new Money(1) }]]),
};
const input = inputOf(facts, policy, { period });
const result = assembleResult({
  judgement: judge(input),
  reconciliation: facts,
  period,
  judgedEnd: period.end,
  asOf: '2026-06-15',
  toolVersion: '0.0.0-test',
  inputsDigest: `sha256:${'0'.repeat(64)}`,
  ledgerFiles: [],
});
const read = inOneCurrency(result);

describe('a result with two currencies', () => {
  it('keeps both for machines', () => {
    expect(result.totals).toMatchObject({ provider_charged: '104', charged_converted: '52', invoice_total: '53', unexplained_gross: '3' });
    expect(result.by_service[0]?.totals).toMatchObject({ unexplained_gross: '4' });
  });

  it('is read in the currency of the invoices', () => {
    expect(read.totals).toMatchObject({ expected: '50', provider_charged: '52', invoice_total: '53', unexplained_gross: '3' });
    expect(read.by_service[0]?.totals).toMatchObject({ provider_charged: '52', unexplained_gross: '2' });
    expect(read.bridge.map(({ step }) => step)).not.toContain('charged_converted');
    expect(verdictWords(read, (text) => text).rest).toContain('EUR 3.00 of 52.00 charged (5.8 %) has no explanation');
  });

  it('is the same when it is read twice', () => expect(inOneCurrency(read)).toEqual(read));

  it('has its causes, and both rates, in that currency', () => {
    expect(whyOf(read, 5, (text) => text).rows.map(({ amount }) => amount)).toEqual(['+2.00', '+1.00']);
    expect(numberRows(read, null).find(({ name }) => name === 'Exchange rate')?.now).toBe('0.5 EUR for 1 USD by the policy, 0.5 on the invoice');
  });

  it('has no month beside it that is in other terms', () => {
    const before = { period: result.period, totals: result.totals };
    expect(beforeInOneCurrency(before, result)).toBeNull();
    expect(beforeInOneCurrency(before, {})).toBeNull();
  });
});
