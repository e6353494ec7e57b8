/** Exceptions in the judgement: what they cover is explained, thresholds judge what is left, and what is said about each. */
import { describe, expect, it } from 'vitest';
import type { Exception } from '../../../src/model/exception.ts';
import { amountOf, Money, formatMoney, sumMoney } from '../../../src/model/money.ts';
import type { Judgement } from '../../../src/model/judgement.ts';
import type { Policy } from '../../../src/model/policy.ts';
import type { CutRow, ExceptionUse, Reconciliation, StepAmount } from '../../../src/model/reconciliation.ts';
import { judge } from '../../../src/policy/judge.ts';
import type { JudgeInput } from '../../../src/policy/facts.ts';
import { inputOf, invoiceLine, invoiceOf, periodOf, reconciliationOf, threshold } from './facts-of.ts';

const source = { file: 'periods/2026-05/exceptions.yaml', line: 2, column: 5 };

function exceptionOf(change: Partial<Exception>): Exception {
  const filters = { model: null, service: null, requestIds: null, from: null, to: null };
  const words = { reason: 'known', ticket: 'OPS-7', owner: 'platform', approvedBy: 'jane' };
  const caps = { maxAmount: new Money(5), maxCount: null };
  return { id: 'exc-1', category: 'price_difference', ...filters, ...words, ...caps, expiresOn: '2026-12-31', source, ...change };
}

const useOf = (change: Partial<ExceptionUse>): ExceptionUse => ({
  covered: amountOf('0'),
  used: amountOf('0'),
  matched: amountOf('0'),
  takenBefore: amountOf('0'),
  takers: [],
  count: 0,
  matchedCount: 0,
  ...change,
});

/** What the engine says where exceptions cover `covered` of the price differences under each key. */
function covering(facts: Reconciliation, covered: Readonly<Record<string, string>>): Reconciliation {
  const whole = formatMoney(sumMoney(['chat', 'batch'].map((key) => new Money(covered[key] ?? 0))));
  const lessened = (rows: readonly StepAmount[], amount: string): StepAmount[] =>
    rows.map((row) => {
      if (row.step !== 'price_difference') return row;
      const left = { increase: formatMoney(new Money(row.amount).minus(amount)), decrease: amountOf('0') };
      return { ...row, excepted: amountOf(amount), left, open: left };
    });
  const cut = (rows: readonly CutRow[]): CutRow[] => rows.map((row) => ({ ...row, steps: lessened(row.steps, covered[row.key] ?? whole) }));
  return { ...facts, steps: lessened(facts.steps, whole), cuts: { ...facts.cuts, by_service: cut(facts.cuts.by_service), by_model: cut(facts.cuts.by_model) } };
}

/** Two services of one model each: chat was charged 4 too much and batch 3; 5 of it are covered, chat first. */
function run(exceptions: readonly Exception[], use: Partial<ExceptionUse>, policy: Partial<Policy> = {}, change: Partial<JudgeInput> = {}): Judgement {
  const split = { chat: { expected: '60', price_difference: '4' }, batch: { expected: '40', price_difference: '3' } };
  const facts = reconciliationOf({ expected: '100', price_difference: '7' }, {}, { by_service: split, by_model: { nano: split.chat, haiku: split.batch } });
  const covered = { chat: '4', nano: '4', batch: '1', haiku: '1' };
  const reconciliation = { ...covering(facts, use.covered === '5' ? covered : { chat: '0', nano: '0', batch: '0', haiku: '0' }), exceptionUses: [useOf(use)] };
  return judge(inputOf(reconciliation, policy, { period: periodOf({ exceptions }), ...change }));
}

const five = { covered: amountOf('5'), used: amountOf('5'), matched: amountOf('7') };
const codesOf = ({ findings }: Judgement): string[] => findings.map(({ code, severity }) => `${code} ${severity}`);

describe('an exception', () => {
  it('explains what it covers, and the totals still add up', () => {
    const { totals, bridge, findings } = run([exceptionOf({})], five);
    expect([totals.explained, totals.unexplained_net, totals.unexplained_gross]).toEqual(['5', '2', '2']);
    expect(bridge.find(({ step }) => step === 'price_difference')).toMatchObject({ amount: amountOf('7'), excepted: amountOf('5'), runningTotal: '107' });
    expect(formatMoney(sumMoney([totals.expected, totals.explained, totals.unexplained_net].map((amount) => new Money(amount ?? 0))))).toBe('107');
    expect(findings.map(({ code, amount }) => `${code} ${amount}`)).toEqual(['exception-overdrawn 2', 'exception-used 5', 'unexplained-step 2']);
    expect(findings[2]).toMatchObject({ args: { increase: amountOf('2'), decrease: amountOf('0'), excepted: amountOf('5') } });
  });

  it('leaves to every threshold what is left', () => {
    const fail = (amount: string) => ({ warn: null, fail: threshold({ amount }) });
    const policy = (amount: string): Partial<Policy> => ({
      model: fail(amount),
      categories: { price_difference: fail(amount) },
      overrides: [{ services: ['batch'], models: [], level: fail(amount), require: 'any', source }],
    });
    expect(run([exceptionOf({})], five, policy('2')).verdict).toBe('warn');
    const failed = run([exceptionOf({})], five, policy('1.9')).findings.filter(({ severity }) => severity === 'fail');
    expect(failed.map(({ code, args, amount }) => [code, args['scope'], amount])).toEqual([
      ['threshold-category', 'category:price_difference', '2'],
      ['threshold-model', 'model:haiku', '2'],
      ['threshold-total', 'service:batch', '2'],
    ]);
  });

  it('says so after its last day, also when nothing could be computed', () => {
    expect(codesOf(run([exceptionOf({ expiresOn: '2026-06-15' })], five))).not.toContain('exception-expired warn');
    expect(codesOf(run([exceptionOf({ expiresOn: '2026-06-14' })], {}))).toEqual(['exception-expired warn', 'unexplained-step info']);
    expect(codesOf(run([exceptionOf({ expiresOn: '2026-06-14' })], {}, {}, { reconciliation: null }))).toContain('exception-expired warn');
    expect(codesOf(run([exceptionOf({})], {}, {}, { reconciliation: null })).filter((code) => code.startsWith('exception-'))).toEqual([]);
  });

  it('warns from 14 days before its end', () => {
    expect(codesOf(run([exceptionOf({ expiresOn: '2026-06-29' })], five))).toContain('exception-expiring warn');
    expect(codesOf(run([exceptionOf({ expiresOn: '2026-06-30' })], five))).not.toContain('exception-expiring warn');
  });

  it('is unused, or overlaps, by what earlier ones took', () => {
    const two = [exceptionOf({}), exceptionOf({ id: 'exc-2' })];
    const uses = (second: Partial<ExceptionUse>) => {
      const reconciliation = {
        ...reconciliationOf({ expected: amountOf('100') }),
        exceptionUses: [useOf({ covered: amountOf('5'), used: amountOf('5'), matched: amountOf('5') }), useOf(second)],
      };
      const { findings } = judge(inputOf(reconciliation, {}, { period: periodOf({ exceptions: two }) }));
      return findings.filter(({ args }) => args['exception'] === 'exc-2').map(({ code, amount, args }) => `${code} ${amount} ${args['covered_by']}`);
    };
    expect(uses({ takenBefore: amountOf('5'), takers: [0] })).toEqual(['exception-unused null exc-1']);
    expect(uses({ takenBefore: amountOf('3'), takers: [0], covered: amountOf('2'), used: amountOf('2'), matched: amountOf('2') })).toEqual([
      'exception-overlap 3 exc-1',
      'exception-used 2 undefined',
    ]);
  });
});

describe('an exception with max_count', () => {
  const counts = { warn: null, fail: threshold({ percent: '0' }) };
  const judged = (open: number, use: Partial<ExceptionUse>, maxCount: bigint | null) => {
    const facts = reconciliationOf({ expected: '100' }, { not_charged: -2 });
    const countBridge = facts.countBridge.map((row) => (row.step === 'not_charged' ? { ...row, open } : row));
    const exceptions = [exceptionOf({ category: 'not_charged', maxCount })];
    const period = periodOf({ exceptions });
    return judge(inputOf({ ...facts, countBridge, exceptionUses: [useOf(use)] }, { counts }, { period }));
  };

  it('clears a count, and says how much of it is used', () => {
    const cleared = judged(0, { count: 2, matchedCount: 2 }, 3n);
    expect(cleared.verdict).toBe('pass');
    expect(cleared.findings).toMatchObject([{ code: 'exception-used', args: { count_used: '2', count_cap: '3' } }]);
  });

  it('leaves what is beyond it', () => {
    const beyond = judged(1, { count: 1, matchedCount: 2 }, 1n);
    expect(beyond.findings.map(({ code, count }) => `${code} ${count}`)).toEqual(['threshold-counts 1', 'exception-overdrawn 1', 'exception-used 1']);
  });

  it('covers no counts without it', () => {
    expect(codesOf(judged(2, { matchedCount: 2 }, null))).toEqual(['threshold-counts fail', 'exception-unused warn']);
  });
});

describe('an exception about the invoice', () => {
  const lines = [
    invoiceLine('usage', '60', { billableModel: 'nano' }),
    invoiceLine('usage', '49', { billableModel: 'haiku' }),
    invoiceLine('fx', '0.3'),
    invoiceLine('fx', '0.5'),
  ];
  const about = { ...periodOf({ stage: 'final', invoices: [invoiceOf('109.8', lines)] }) };
  const judged = (exceptions: readonly Exception[]): Judgement => run([], {}, {}, { period: { ...about, exceptions } });

  it('covers line by line, in their order', () => {
    const { bridge, findings } = judged([exceptionOf({ category: 'fx', maxAmount: new Money('0.6') })]);
    expect(bridge.filter(({ step }) => step === 'fx').map(({ amount, excepted }) => [amount, excepted])).toEqual([
      ['0.3', '0.3'],
      ['0.5', '0.3'],
    ]);
    expect(findings.filter(({ code }) => code.startsWith('exception-')).map(({ code, amount }) => `${code} ${amount}`)).toEqual([
      'exception-overdrawn 0.2',
      'exception-used 0.6',
    ]);
  });

  it('covers the usage by model where the lines name their models, ups and downs against its cap', () => {
    // nano is invoiced 4 below what was charged, haiku 6 above: 10 in all, 2 net.
    const usage = (cap: string): string[] => {
      const { bridge, cuts } = judged([exceptionOf({ category: 'usage_subtotal', maxAmount: new Money(cap) })]);
      const rows = [bridge, ...cuts.by_model.map((cut) => cut.bridge)].map((row) => row.find(({ step }) => step === 'usage_subtotal'));
      return rows.map((row) => `${row?.amount} ${row?.excepted}`);
    };
    expect(usage('10')).toEqual(['2 2', '6 6', '-4 -4']);
    // The cap goes to the models in their order: haiku's 6 whole, 3 of nano's 4.
    expect(usage('9')).toEqual(['2 3', '6 6', '-4 -3']);
  });

  it('takes what earlier ones left, and nothing after its last day', () => {
    const first = exceptionOf({ category: 'fx', maxAmount: new Money('0.4') });
    const { bridge, findings } = judged([first, { ...first, id: 'exc-2' }]);
    expect(bridge.filter(({ step }) => step === 'fx').map(({ excepted }) => excepted)).toEqual(['0.3', '0.5']);
    expect(findings.find(({ code }) => code === 'exception-overlap')).toMatchObject({ amount: '0.4', args: { exception: 'exc-2', covered_by: 'exc-1' } });
    expect(
      judged([{ ...first, expiresOn: '2026-06-14' }])
        .bridge.filter(({ step }) => step === 'fx')
        .map(({ excepted }) => excepted),
    ).toEqual(['0', '0']);
  });

  it('is not called unused where there is no invoice yet', () => {
    expect(codesOf(run([exceptionOf({ category: 'fx' })], {})).filter((code) => code.startsWith('exception-'))).toEqual([]);
  });
});
