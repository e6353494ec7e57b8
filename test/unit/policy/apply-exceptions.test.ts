/** Exceptions in the judgement: what they cover is explained, thresholds judge what is left, and every cut adds up to the whole. */
import { describe, expect, it } from 'vitest';
import { cutNames } from '../../../src/model/bridge.ts';
import type { Exception, ExceptionPart } from '../../../src/model/exception.ts';
import { Money, formatMoney, sumMoney } from '../../../src/model/money.ts';
import type { Judgement } from '../../../src/model/judgement.ts';
import type { Policy } from '../../../src/model/policy.ts';
import { judge } from '../../../src/policy/judge.ts';
import type { JudgeInput } from '../../../src/policy/judge-input.ts';
import { inputOf, invoiceLine, invoiceOf, periodOf, reconciliationOf, threshold } from './facts-of.ts';

const source = { file: 'periods/2026-05/exceptions.yaml', line: 2, column: 5 };

function exceptionOf(change: Partial<Exception>): Exception {
  const filters = { model: null, service: null, requestIds: null, from: null, to: null };
  const words = { reason: 'known', ticket: 'OPS-7', owner: 'platform', approvedBy: 'jane' };
  return {
    id: 'exc-1',
    category: 'price_difference',
    ...filters,
    ...words,
    maxAmount: new Money(5),
    maxCount: null,
    expiresOn: '2026-12-31',
    source,
    ...change,
  };
}

function partOf(service: string, model: string, amount: string, change: Partial<ExceptionPart> = {}): ExceptionPart {
  const keys = {
    by_service: service,
    by_cost_center: 'all',
    by_day: 'all',
    by_role: 'all',
    by_prompt_version: 'all',
    by_retry_reason: 'all',
    by_incident: 'all',
  };
  const [increase, decrease] = amount.startsWith('-') ? ['0', amount] : [amount, '0'];
  const sides = { billedModel: model, expectedModel: null, billed: amount, expected: '0' };
  return { step: 'price_difference', matches: [0], keys, amount, increase, decrease, ...sides, ...change };
}

/** Two services of one model each: chat was charged 4 too much and batch 3. */
function run(exceptions: readonly Exception[], policy: Partial<Policy> = {}, change: Partial<JudgeInput> = {}): Judgement {
  const spoken = change.period?.exceptions ?? exceptions;
  const amounts = { expected: '100', price_difference: '7' };
  const split = { chat: { expected: '60', price_difference: '4' }, batch: { expected: '40', price_difference: '3' } };
  const reconciliation = {
    ...reconciliationOf(amounts, {}, { by_service: split, by_model: { nano: split.chat, haiku: split.batch } }),
    exceptionParts: spoken.some(({ category }) => category === 'price_difference') ? [partOf('chat', 'nano', '4'), partOf('batch', 'haiku', '3')] : [],
  };
  return judge(inputOf(reconciliation, policy, { period: periodOf({ exceptions }), ...change }));
}

const codesOf = ({ findings }: Judgement): string[] => findings.map(({ code, severity }) => `${code} ${severity}`);
const exceptedBy = (judgement: Judgement, name: (typeof cutNames)[number]): string[] =>
  judgement.cuts[name].map(({ key, bridge }) => `${key} ${bridge.find(({ step }) => step === 'price_difference')?.excepted}`);

describe('an exception', () => {
  it('explains what it covers, and the totals still add up', () => {
    const { totals, bridge } = run([exceptionOf({ maxAmount: new Money(7) })]);
    expect([totals.explained, totals.unexplained_net, totals.unexplained_gross]).toEqual(['7', '0', '0']);
    expect(bridge.find(({ step }) => step === 'price_difference')).toMatchObject({ amount: '7', excepted: '7', runningTotal: '107' });
    expect(formatMoney(sumMoney([totals.expected, totals.explained, totals.unexplained_net].map((amount) => new Money(amount ?? 0))))).toBe('107');
  });

  it('covers up to its cap, in the same shares in every cut', () => {
    const judgement = run([exceptionOf({})]);
    expect(judgement.totals.unexplained_gross).toBe('2');
    expect(exceptedBy(judgement, 'by_service')).toEqual(['chat 4', 'batch 1']);
    expect(exceptedBy(judgement, 'by_model')).toEqual(['haiku 1', 'nano 4'].toSorted((a, b) => Number(a < b) - Number(a > b)));
    for (const name of cutNames) {
      const sum = sumMoney(judgement.cuts[name].map(({ bridge }) => new Money(bridge.find(({ step }) => step === 'price_difference')?.excepted ?? 0)));
      expect(formatMoney(sum), name).toBe('5');
    }
    expect(codesOf(judgement)).toEqual(['exception-overdrawn warn', 'exception-used info', 'unexplained-step info']);
    expect(judgement.findings[2]).toMatchObject({ amount: '2', args: { increase: '2', decrease: '0', excepted: '5' } });
  });

  it('leaves to every threshold what is left', () => {
    const fail = (amount: string) => ({ warn: null, fail: threshold({ amount }) });
    const policy = (amount: string): Partial<Policy> => ({
      total: fail(amount),
      model: fail(amount),
      categories: { price_difference: fail(amount) },
      overrides: [{ services: ['batch'], models: [], level: fail(amount), require: 'any', source }],
    });
    expect(run([exceptionOf({})], policy('2')).verdict).toBe('warn');
    const failed = run([exceptionOf({})], policy('1.9')).findings.filter(({ severity }) => severity === 'fail');
    expect(failed.map(({ code, args, amount }) => [code, args['scope'], amount])).toEqual([
      ['threshold-category', 'category:price_difference', '2'],
      ['threshold-model', 'model:haiku', '2'],
      ['threshold-total', 'service:batch', '2'],
    ]);
  });

  it('covers nothing after its last day, and says so even when nothing could be computed', () => {
    expect(run([exceptionOf({ expiresOn: '2026-06-15' })]).totals.unexplained_gross).toBe('2');
    const expired = run([exceptionOf({ expiresOn: '2026-06-14' })]);
    expect(expired.totals.unexplained_gross).toBe('7');
    expect(codesOf(expired)).toEqual(['exception-expired warn', 'unexplained-step info']);
    expect(codesOf(run([exceptionOf({ expiresOn: '2026-06-14' })], {}, { reconciliation: null }))).toContain('exception-expired warn');
    expect(codesOf(run([exceptionOf({})], {}, { reconciliation: null })).filter((code) => code.startsWith('exception-'))).toEqual([]);
  });

  it('warns from 14 days before its end', () => {
    expect(codesOf(run([exceptionOf({ expiresOn: '2026-06-29' })]))).toContain('exception-expiring warn');
    expect(codesOf(run([exceptionOf({ expiresOn: '2026-06-30' })]))).not.toContain('exception-expiring warn');
  });
});

describe('an exception about the invoice', () => {
  const lines = [
    invoiceLine('usage', '60', { billableModel: 'nano' }),
    invoiceLine('usage', '49', { billableModel: 'haiku' }),
    invoiceLine('fx', '0.3'),
    invoiceLine('fx', '0.5'),
  ];
  const about = { ...periodOf({ stage: 'final', invoice: invoiceOf('109.8', lines) }) };
  const judged = (exceptions: readonly Exception[]): Judgement => run([], {}, { period: { ...about, exceptions } });

  it('covers line by line, in their order', () => {
    const { bridge } = judged([exceptionOf({ category: 'fx', maxAmount: new Money('0.6') })]);
    expect(bridge.filter(({ step }) => step === 'fx').map(({ amount, excepted }) => [amount, excepted])).toEqual([
      ['0.3', '0.3'],
      ['0.5', '0.3'],
    ]);
  });

  it('covers the usage by model where the lines name their models', () => {
    // nano is invoiced 4 below what was charged, haiku 6 above: 10 in all, 2 net.
    const usage = (cap: string): string[] => {
      const { bridge, cuts } = judged([exceptionOf({ category: 'usage_subtotal', maxAmount: new Money(cap) })]);
      const rows = [bridge, ...cuts.by_model.map((cut) => cut.bridge)].map((row) => row.find(({ step }) => step === 'usage_subtotal'));
      return rows.map((row) => `${row?.amount} ${row?.excepted}`);
    };
    expect(usage('10')).toEqual(['2 2', '6 6', '-4 -4']);
    expect(usage('9')).toEqual(['2 2', '6 2', '-4 0']);
  });

  it('is not called unused where there is no invoice yet', () => {
    expect(codesOf(run([exceptionOf({ category: 'fx' })])).filter((code) => code.startsWith('exception-'))).toEqual([]);
  });
});
