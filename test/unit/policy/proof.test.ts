/** A pass is a proof: something was compared, by two witnesses, nothing nets, and what is explained is bounded (SPEC §5). */
import { describe, expect, it } from 'vitest';
import { finding } from '../../../src/model/finding.ts';
import type { ContractItem } from '../../../src/model/ledger.ts';
import { amountOf, formatMoney, Money } from '../../../src/model/money.ts';
import type { Policy } from '../../../src/model/policy.ts';
import type { Observation, Reconciliation, Sides } from '../../../src/model/reconciliation.ts';
import type { JudgeInput } from '../../../src/policy/facts.ts';
import { judge } from '../../../src/policy/judge.ts';
import { inputOf, invoiceLine, invoiceOf, periodOf, reconciliationOf, threshold } from './facts-of.ts';

const seen = (code: Observation['code'], change: Partial<Observation> = {}): Observation => ({
  code,
  count: 1,
  amount: null,
  args: {},
  samples: [],
  row: null,
  ...change,
});
const codesOf = (input: JudgeInput) => judge(input).findings.map(({ code, severity }) => `${severity} ${code}`);
const fail = (bounds: { amount?: string; percent?: string }) => ({ warn: null, fail: threshold(bounds) });

/** A step whose parts go both ways. */
function withParts(facts: Reconciliation, step: string, sides: Sides): Reconciliation {
  const split = (rows: Reconciliation['steps']) => rows.map((row) => (row.step === step ? { ...row, ...sides, count: 2, left: sides, open: sides } : row));
  const cuts = Object.fromEntries(Object.entries(facts.cuts).map(([name, rows]) => [name, rows.map((row) => ({ ...row, steps: split(row.steps) }))]));
  return { ...facts, steps: split(facts.steps), cuts: cuts as unknown as Reconciliation['cuts'] };
}

describe('something was compared', () => {
  const counts = (change: Partial<Reconciliation['counts']>, aside: Record<string, number> = {}) => {
    const facts = reconciliationOf({ expected: '100' });
    return { ...facts, counts: { ...facts.counts, ...change, provider: { ...facts.counts.provider, setAside: aside, ...change.provider } } };
  };

  it('or there was nothing to compare, which is not green', () => {
    const empty = counts({ linkedCharges: 0, comparable: 0, linkedAnywhere: 0 });
    expect(codesOf(inputOf(empty, {}, { rows: 0 }))).toEqual(['warn nothing-to-reconcile']);
    expect(judge(inputOf(empty, {}, { rows: 1 })).verdict).toBe('inconclusive');
  });

  it('when at least half of the charges met a counted request', () => {
    const compared = (linkedCharges: number) => judge(inputOf(counts({ linkedCharges, comparable: 100 })));
    expect(compared(50).verdict).toBe('pass');
    expect(compared(49).findings).toMatchObject([{ code: 'coverage-low', severity: 'inconclusive', count: 51, args: { compared: '49', charges: '100' } }]);
    expect(compared(49).decision[0]).toMatchObject({ scope: 'coverage', value: '51', threshold: '50', distance: '1', outcome: 'inconclusive' });
  });

  it('as the policy asks, and the default is named as one', () => {
    const facts = counts({ linkedCharges: 60, comparable: 100 });
    expect(judge(inputOf(facts, { minCompared: new Money(61) })).verdict).toBe('inconclusive');
    const unstated: Policy['unstated'] = ['min_compared'];
    expect(judge(inputOf(counts({ linkedCharges: 1, comparable: 100 }), { unstated })).decision[0]).toMatchObject({ scope: 'coverage', default: true });
  });

  it('and a final period that finality cuts before the first charge has one cause', () => {
    const period = periodOf({ stage: 'final', invoices: [invoiceOf('8', [invoiceLine('usage', '8')])] });
    const cut = { judgedEnd: period.start + 1n, calendarEnd: period.end };
    const run = (aside: string, stage: 'usage' | 'final' = 'final') => {
      const evidence = inputOf(null).period.evidence;
      const findings = [
        finding('provider-not-final', 'inconclusive', { args: { period: '2026-05', end: '2026-06-01T00:00:00Z', judged_end: '2026-05-02T00:00:00Z' } }),
      ];
      const facts = counts({ linkedCharges: 0, comparable: 0 }, { [aside]: 4 });
      return judge(inputOf(facts, {}, { period: { ...period, stage, evidence }, findings, ...cut }));
    };
    expect(run('period').findings.map(({ code }) => code)).toEqual(['provider-not-final']);
    expect(run('period').totals).toMatchObject({ invoice_total: null });
    expect(run('account').findings.map(({ code }) => code)).toContain('coverage-low');
    expect(run('period', 'usage').findings.map(({ code }) => code)).toContain('coverage-low');
  });

  it('never when no charge met a counted request', () => {
    expect(codesOf(inputOf(counts({ linkedCharges: 0, comparable: 0 }, { account: 100 })))).toEqual(['inconclusive coverage-low']);
    const seenElsewhere = seen('coverage-low', { args: { accounts: 'application acct_a (100), provider acct_b (100)' } });
    const judged = judge(inputOf(counts({ linkedCharges: 0 }), {}, { observations: [seenElsewhere] }));
    expect(judged.findings).toMatchObject([{ code: 'coverage-low', args: { accounts: 'application acct_a (100), provider acct_b (100)' } }]);
  });

  it('and a leak is one where our own ids are found', () => {
    const leaks = [
      seen('leak', { count: 3, amount: amountOf('1.5'), args: { key_ref: 'k1', model: 'm1' }, samples: ['q-1'] }),
      seen('leak', { count: 40, amount: amountOf('20'), args: { key_ref: 'k2', model: 'm1' }, samples: ['q-9'] }),
    ];
    const facts = { ...reconciliationOf({ expected: '100', unlinked: '21.5' }), counts: counts({ linkedAnywhere: 57, linkedCharges: 45 }).counts };
    const judged = judge(inputOf(facts, {}, { observations: leaks }));
    expect(judged.verdict).toBe('fail');
    expect(judged.findings).toMatchObject([
      { code: 'leak', count: 43, amount: '21.5', args: { spent: 'm1 by key k2: 20; m1 by key k1: 1.5' }, samples: ['q-9', 'q-1'] },
    ]);
    const ours = { ...facts, counts: { ...facts.counts, requestsWithCharge: 60 } };
    expect(judge(inputOf(ours, {}, { observations: leaks })).verdict).toBe('inconclusive');
  });
});

describe('both sides are witnesses', () => {
  const computed = (providerComputed: string): Reconciliation => ({
    ...reconciliationOf({ expected: '200' }),
    totals: { providerReported: formatMoney(new Money(200).minus(providerComputed)), providerComputed: amountOf(providerComputed) },
  });

  it('or the verdict is at best a warning', () => {
    expect(codesOf(inputOf(computed('198')))).toEqual(['warn amount-unreported']);
    expect(judge(inputOf(computed('198'))).findings[0]).toMatchObject({ amount: '198', args: { charged: '200', reason: 'not-confirmed' } });
    expect(codesOf(inputOf(computed('0')))).toEqual([]);
    expect(codesOf(inputOf(computed('0.01')))).toEqual(['info amount-unreported']);
    expect(codesOf(inputOf(computed('0.02')))).toEqual(['warn amount-unreported']);
  });

  it('and an invoice that agrees is a second one', () => {
    const total = { warn: threshold({ percent: '0.1' }), fail: threshold({ percent: '1' }) };
    const final = (usage: string, policy: Partial<Policy> = { total }) => {
      const period = periodOf({ stage: 'final', invoices: [invoiceOf(usage, [invoiceLine('usage', usage)])] });
      return codesOf(inputOf(computed('198'), policy, { period })).filter((code) => code.endsWith('amount-unreported'));
    };
    expect(final('200.2')).toEqual(['info amount-unreported']);
    expect(final('200.3')).toEqual(['warn amount-unreported']);
    expect(final('202', { total: { ...total, warn: null } })).toEqual(['info amount-unreported']);
    expect(final('202.1', { total: { ...total, warn: null } })).toEqual(['warn amount-unreported']);
  });

  it('and adds up what both say', () => {
    expect(judge(inputOf(computed('198'))).totals).toMatchObject({ provider_reported: '2', provider_computed: '198', provider_charged: '200' });
  });

  it('and a status that bills otherwise on the two sides warns', () => {
    const conflict = seen('status-conflict', { count: 2, amount: amountOf('0.5') });
    const judged = judge(inputOf(reconciliationOf({ expected: '1' }), {}, { observations: [conflict] }));
    expect(judged.findings).toMatchObject([{ code: 'status-conflict', severity: 'warn', count: 2, amount: '0.5' }]);
  });

  it('and what our logs state is held against both', () => {
    const stated = (args: Record<string, string>) => seen('stated-amount', { count: 10, args: { layer: 'gateway', model: 'm1', ...args } });
    const total = { warn: threshold({ percent: '1' }), fail: threshold({ percent: '5' }) };
    const said = (args: Record<string, string>) => judge(inputOf(reconciliationOf({ expected: '4' }), { total }, { observations: [stated(args)] })).findings;
    expect(said({ stated: '1.655588', expected: '3.311176', charged: '3.311176' })).toMatchObject([{ severity: 'warn', args: { difference: '1.655588' } }]);
    expect(said({ stated: '3.3', expected: '3.311176', charged: '3.311176' })).toMatchObject([{ severity: 'info' }]);
    expect(said({ stated: '2', expected: '2', charged: '3' })).toMatchObject([{ severity: 'info', args: { difference: '0' } }]);
  });
});

describe('nothing nets', () => {
  const parts = withParts(reconciliationOf({ expected: '200' }), 'price_difference', { increase: amountOf('100'), decrease: amountOf('-100') });

  it('inside a step, in total, model and service alike', () => {
    const override = { services: ['all'], models: [], level: fail({ percent: '50' }), require: 'any' as const, source: threshold({}).source };
    const judged = judge(inputOf(parts, { total: fail({ percent: '1' }), model: fail({ percent: '1' }), overrides: [override] }));
    expect(judged.totals).toMatchObject({ unexplained_net: '0', unexplained_gross: '200', explained: '0' });
    expect(judged.decision.filter(({ outcome }) => outcome === 'fail').map(({ scope, value }) => `${scope} ${value}`)).toEqual([
      'service:all 200',
      'model:all 200',
    ]);
    expect(judge(inputOf(parts, { total: fail({ percent: '1' }) })).findings[0]).toMatchObject({ code: 'threshold-total', amount: '200' });
  });

  it('in a category, but for rounding, which goes both ways by its nature', () => {
    const level = { retry: fail({ amount: '5' }), rounding: fail({ amount: '5' }) };
    const retries = withParts(reconciliationOf({ expected: '200' }), 'retry', { increase: amountOf('4'), decrease: amountOf('-4') });
    const rounded = withParts(reconciliationOf({ expected: '200' }), 'rounding', { increase: amountOf('4'), decrease: amountOf('-4') });
    expect(judge(inputOf(retries, { categories: level })).verdict).toBe('fail');
    expect(judge(inputOf(rounded, { categories: level })).verdict).toBe('pass');
  });

  it('and its finding names its causes', () => {
    const cuts = {
      by_model: { m1: { expected: '90', unlinked: '3' }, m2: { expected: '10', unlinked: '1' } },
      by_service: { chat: { expected: '100', unlinked: '4' } },
    };
    const judged = judge(inputOf(reconciliationOf({ expected: '100', unlinked: '4' }, {}, cuts)));
    expect(judged.findings).toMatchObject([{ code: 'unexplained-step', amount: '4', args: { step: 'unlinked', models: 'm1 3, m2 1', services: 'chat 4' } }]);
  });

  it('takes what is open of an explained step for unexplained', () => {
    const facts = reconciliationOf({ expected: '100', in_transit: '-3' });
    const late = {
      ...facts,
      steps: facts.steps.map((row) => (row.step === 'in_transit' ? { ...row, open: { increase: amountOf('0'), decrease: amountOf('-2') } } : row)),
    };
    expect(judge(inputOf(late)).totals).toMatchObject({ explained: '-1', unexplained_net: amountOf('-2'), unexplained_gross: amountOf('2') });
  });
});

describe('the base of a percent', () => {
  it('is the larger of both sides, so that a short export does not shrink it', () => {
    const short = (percent: string) => judge(inputOf(reconciliationOf({ expected: amountOf('100'), not_charged: '-90' }), { total: fail({ percent }) }));
    expect(short('90').verdict).toBe('pass');
    expect(short('89').decision[0]).toMatchObject({ rule: '89% of 100, and above 0.01' });
    const long = judge(inputOf(reconciliationOf({ expected: '100', unlinked: '100' }), { total: fail({ percent: '50' }) }));
    expect(long.decision.find(({ scope }) => scope === 'total')).toMatchObject({ rule: '50% of 200, and above 0.01', outcome: 'pass' });
  });
});

describe('explained is bounded', () => {
  const verdictOf = (step: string, amount: string, policy: Partial<Policy> = {}) =>
    judge(inputOf(reconciliationOf({ expected: '1000', [step]: amount }), policy));

  it.each([
    ['retry', '111', 'pass'],
    ['retry', '112', 'warn'],
    ['fallback', '112', 'warn'],
    ['price_timing', '52', 'pass'],
    ['price_timing', '53', 'warn'],
    ['refund', '-100', 'pass'],
    ['refund', '-100.1', 'warn'],
    ['rounding', '10', 'pass'],
    ['rounding', '10.1', 'warn'],
    ['in_transit', '-20', 'pass'],
    ['in_transit', '-20.1', 'warn'],
    ['in_transit', '-100', 'warn'],
    ['in_transit', '-100.1', 'fail'],
  ] as const)('%s of %s on 1000 is a %s', (step, amount, verdict) => {
    expect(verdictOf(step, amount).verdict).toBe(verdict);
  });

  it.each([
    ['credit', '-250', 'pass'],
    ['credit', '-250.1', 'warn'],
    ['discount', '-1500.1', 'fail'],
    ['tax', '300', 'pass'],
    ['tax', '300.1', 'warn'],
    ['tax', '600.1', 'fail'],
    ['minimum', '0.01', 'pass'],
    ['minimum', '0.02', 'warn'],
    ['other', '250', 'warn'],
    ['fx', '250.1', 'fail'],
  ] as const)('a line %s of %s on 1000 is a %s', (kind, amount, verdict) => {
    const total = new Money(1000).plus(amount).toFixed();
    const invoice = invoiceOf(total, [invoiceLine('usage', '1000'), invoiceLine(kind, amount, { reference: 'R' })]);
    expect(judge(inputOf(reconciliationOf({ expected: '1000' }), {}, { period: periodOf({ stage: 'final', invoices: [invoice] }) })).verdict).toBe(verdict);
  });

  it('by the default only where the policy names no level, threshold by threshold', () => {
    expect(verdictOf('retry', '300', { categories: { retry: { warn: threshold({ percent: '50' }), fail: null } } }).verdict).toBe('pass');
    const own = { in_transit: { warn: threshold({ percent: '50' }), fail: null } };
    expect(verdictOf('in_transit', '-30', { categories: own }).verdict).toBe('pass');
    expect(verdictOf('in_transit', '-101', { categories: own }).findings).toMatchObject([
      { code: 'threshold-category', severity: 'fail', args: { origin: 'default' } },
    ]);
  });

  it('and the default is printed wherever it looks at an amount', () => {
    const printed = (judged: ReturnType<typeof judge>) =>
      judged.decision.filter((one) => one.default).map(({ scope, level, outcome }) => `${scope} ${level} ${outcome}`);
    expect(printed(verdictOf('in_transit', '-1'))).toEqual(['category:in_transit warn pass', 'category:in_transit fail pass']);
    expect(printed(verdictOf('retry', '0'))).toEqual([]);
    expect(printed(verdictOf('retry', '200'))).toEqual(['category:retry warn warn']);
  });

  it('and rounding not, once its rule is verified', () => {
    const base = inputOf(reconciliationOf({ expected: '1000', rounding: '100' }));
    const item = (change: Partial<ContractItem>): JudgeInput => {
      const words = { detail: 'd', basis: 'b', provenBy: 'p', verifiedOn: '2026-04-01', verifiedBy: 'j', expiresOn: null, source: base.ledger.contract.source };
      const items = [{ area: 'billing-assumptions.rounding', status: 'verified' as const, ...words, ...change }];
      return { ...base, ledger: { ...base.ledger, contract: { ...base.ledger.contract, items } } };
    };
    expect(judge(item({})).verdict).toBe('pass');
    expect(judge(item({ status: 'unverified' })).verdict).toBe('warn');
    expect(judge(item({ expiresOn: '2026-06-14' })).verdict).toBe('warn');
  });

  it('as is what rests on one word', () => {
    const facts = (expected: string, cost = '0') => ({
      ...reconciliationOf({ expected: '1000' }),
      providerCounted: { count: 2, expected: amountOf(expected) },
      freeCharges: { count: cost === '0' ? 0 : 3, cost: amountOf(cost) },
    });
    expect(judge(inputOf(facts('20'))).verdict).toBe('pass');
    expect(codesOf(inputOf(facts('20.1')))).toEqual(['warn threshold-category']);
    expect(judge(inputOf(facts('100.1'))).verdict).toBe('fail');
    expect(codesOf(inputOf(facts('0', '10')))).toEqual(['info free-charges']);
    expect(judge(inputOf(facts('0', '10.1'))).findings).toMatchObject([
      { code: 'free-charges', severity: 'warn', count: 3, amount: amountOf('10.1'), args: { threshold: '10' } },
    ]);
  });
});

describe('money in another currency', () => {
  it('enters no sum, and is named', () => {
    const invoice = { ...invoiceOf('7300', [invoiceLine('usage', '7300')]), currency: 'CNY' };
    const judged = judge(
      inputOf(reconciliationOf({ expected: '1000' }), { total: fail({ percent: '1' }) }, { period: periodOf({ stage: 'final', invoices: [invoice] }) }),
    );
    expect(judged.totals).toMatchObject({ invoice_total: null, invoice_usage: null, unexplained_gross: '0' });
    expect(judged.bridge.at(-1)).toMatchObject({ step: 'provider_charged' });
    expect(judged.findings).toMatchObject([{ code: 'currency-mismatch', args: { left_out: '7300 CNY' } }]);
  });
});
