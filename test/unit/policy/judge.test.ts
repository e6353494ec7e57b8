/** The judge: bridge, totals, rules, verdict and what decided. */
import { describe, expect, it } from 'vitest';
import { finding, type FindingCode } from '../../../src/model/finding.ts';
import { amountOf, Money } from '../../../src/model/money.ts';
import type { DoubtedCharges, Observation } from '../../../src/model/reconciliation.ts';
import { judge } from '../../../src/policy/judge.ts';
import { rules } from '../../../src/policy/rules.ts';
import { inputOf, invoiceLine, invoiceOf, periodOf, reconciliationOf, threshold } from './facts-of.ts';

const doubtedOf = (amount: string, ...codes: FindingCode[]): DoubtedCharges => ({ amount: amountOf(amount), codes });

const codesOf = (findings: readonly { code: string; severity: string }[]) => findings.map(({ code, severity }) => `${severity} ${code}`);
const observation = (code: Observation['code'], change: Partial<Observation> = {}): Observation => ({
  code,
  count: 1,
  amount: null,
  args: {},
  samples: [],
  row: null,
  ...change,
});

describe('a clean run', () => {
  it('passes and says how far the thresholds are', () => {
    const judged = judge(inputOf(reconciliationOf({ expected: '100' }), { total: { warn: null, fail: threshold({ percent: '1', amount: '50' }) } }));
    expect(judged.verdict).toBe('pass');
    expect(judged.findings).toEqual([]);
    const total = judged.decision.find(({ scope }) => scope === 'total');
    expect(total).toMatchObject({ value: '0', threshold: '1', outcome: 'pass', distance: '1', level: 'fail', source: { line: 7 } });
    expect(total?.rule).toBe('1% of 100 or 50, and above 0.01');
    expect(judged.amplification).toBe('1');
  });

  it('ends its bridge at provider_charged without an invoice', () => {
    const judged = judge(inputOf(reconciliationOf({ expected: '100' })));
    expect(judged.bridge.at(-1)).toMatchObject({ step: 'provider_charged', kind: 'subtotal', amount: '100' });
    expect(judged.totals).toMatchObject({ invoice_usage: null, invoice_total: null, provider_charged: '100', quarantined: '0' });
  });
});

describe('gross and net', () => {
  it('does not let opposite errors cancel', () => {
    const facts = reconciliationOf({ expected: '100', unlinked: '30', not_charged: '-30' });
    const judged = judge(inputOf(facts, { total: { warn: null, fail: threshold({ percent: '1' }) } }));
    expect(judged.totals).toMatchObject({ unexplained_net: '0', unexplained_gross: '60' });
    expect(judged.verdict).toBe('fail');
    expect(judged.findings[0]).toMatchObject({ code: 'threshold-total', severity: 'fail', amount: '60', source: { file: 'trueup.yaml' } });
  });

  it('leaves explained money to the categories', () => {
    const total = { warn: null, fail: threshold({ percent: '1' }) };
    expect(judge(inputOf(reconciliationOf({ expected: '100', retry: '11' }), { total })).verdict).toBe('pass');
    const facts = reconciliationOf({ expected: '100', retry: '30' });
    const judged = judge(inputOf(facts, { categories: { retry: { warn: threshold({ percent: '2' }), fail: null } } }));
    expect(judged.verdict).toBe('warn');
    expect(judged.findings).toMatchObject([
      { code: 'threshold-category', severity: 'warn', amount: '30', args: { scope: 'category:retry', threshold: '2.6' } },
    ]);
  });

  it('breaches at a base of zero, and not below ignore_below', () => {
    const strict = { total: { warn: null, fail: threshold({ percent: '50' }) } };
    const offset = (amount: string) => reconciliationOf({ expected: amount, not_charged: `-${amount}` });
    expect(judge(inputOf(offset('0.02'), strict)).verdict).toBe('fail');
    expect(judge(inputOf(offset('0.01'), strict)).verdict).toBe('pass');
  });
});

describe('counts', () => {
  it('fail at zero dollars', () => {
    const facts = reconciliationOf({ expected: '100' }, { unlinked: 1 });
    const judged = judge(inputOf(facts, { counts: { warn: null, fail: threshold({ percent: '0.5' }) } }));
    expect(judged.verdict).toBe('fail');
    expect(judged.findings).toMatchObject([
      { code: 'threshold-counts', count: 1, amount: null, args: { value: '1', threshold: '0', distance: '1', rule: '0.5% of 100' } },
    ]);
  });

  it('leave out what is explained', () => {
    const facts = reconciliationOf({ expected: '100' }, { extra_retry: 20, extra_fallback: 5, out_of_scope: 2 });
    expect(judge(inputOf(facts, { counts: { warn: null, fail: threshold({ percent: '0.5' }) } })).verdict).toBe('pass');
  });

  it('go on to the invoice when every usage line states its requests', () => {
    const lines = [invoiceLine('usage', '60', { requests: 70n }), invoiceLine('usage', '40', { requests: 20n })];
    const period = periodOf({ stage: 'final', invoices: [invoiceOf('100', lines)] });
    const judged = judge(inputOf(reconciliationOf({ expected: '100' }), {}, { period }));
    expect(judged.countBridge.slice(-2)).toEqual([
      { step: 'invoice_grouping', count: -10, open: 10 },
      { step: 'invoice_requests', count: 90, open: 0 },
    ]);
  });

  it('hold the invoice against the rows of each model', () => {
    const lines = [invoiceLine('usage', '60', { billableModel: 'm1', requests: 70n }), invoiceLine('usage', '40', { billableModel: 'm2', requests: 30n })];
    const period = periodOf({ stage: 'final', invoices: [invoiceOf('100', lines)] });
    const facts = reconciliationOf({ expected: '100' }, {}, { by_model: { m1: { expected: '60' }, m2: { expected: '40' } } });
    const provider = { ...facts.counts.provider, rowsByModel: { m1: 60, m2: 40 } };
    const level = { warn: null, fail: threshold({ percent: '0.5' }) };
    const judged = judge(inputOf({ ...facts, counts: { ...facts.counts, provider } }, { counts: level }, { period }));
    expect(judged.countBridge.find(({ step }) => step === 'invoice_grouping')).toEqual({ step: 'invoice_grouping', count: 0, open: 20 });
    expect(judged.findings.map(({ code, count }) => `${code} ${count}`)).toContain('threshold-counts 20');
  });
});

describe('the invoice', () => {
  const lines = [
    invoiceLine('usage', '101', { billableModel: 'm1' }),
    invoiceLine('tax', '8', { reference: 'T1' }),
    invoiceLine('tax', '1'),
    invoiceLine('credit', '-5', { reference: 'C1' }),
  ];
  const judged = judge(
    inputOf(
      reconciliationOf({ expected: '100' }, {}, { by_model: { m1: { expected: '100' } } }),
      {},
      { period: periodOf({ stage: 'final', invoices: [invoiceOf('106', lines)] }) },
    ),
  );

  it('keeps each line as its own row and ends in the stated total', () => {
    const tail = judged.bridge.slice(judged.bridge.findIndex(({ step }) => step === 'usage_subtotal'));
    expect(tail.map(({ step, amount }) => `${step} ${amount}`)).toEqual([
      'usage_subtotal 1',
      'invoice_usage 101',
      'credit -5',
      'discount 0',
      'tax 8',
      'tax 1',
      'fx 0',
      'minimum 0',
      'other 0',
      'residual 1',
      'invoice_total 106',
    ]);
    expect(judged.totals).toMatchObject({ explained: '3', unexplained_net: '3', unexplained_gross: '3' });
  });

  it('reports the residual and the line without reference', () => {
    expect(judged.verdict).toBe('fail');
    expect(codesOf(judged.findings)).toEqual(['fail residual', 'warn adjustment-without-reference', 'info unexplained-step', 'info unexplained-step']);
  });

  it('reaches each model when the usage lines name models', () => {
    const { m1 } = Object.fromEntries(judged.cuts.by_model.map(({ key, totals }) => [key, totals]));
    expect(m1).toMatchObject({ invoice_usage: '101', unexplained_gross: '1', invoice_total: null });
  });

  it('keeps credits and discounts by the model that they name, and those of none under a key that no model level judges', () => {
    const granted = [
      invoiceLine('usage', '100', { billableModel: 'm1' }),
      invoiceLine('credit', '-5'),
      invoiceLine('discount', '-3', { billableModel: 'm1', reference: 'D1' }),
      invoiceLine('tax', '8', { reference: 'T1' }),
    ];
    const facts = reconciliationOf({ expected: '100' }, {}, { by_model: { m1: { expected: '100' } } });
    const policy = { model: { warn: null, fail: threshold({ percent: '1' }) } };
    const seen = judge(inputOf(facts, policy, { period: periodOf({ stage: 'final', invoices: [invoiceOf('100', granted)] }) }));
    const behind = ({ bridge }: (typeof seen.cuts.by_model)[number]) => bridge.slice(-1).map(({ step, amount }) => `${step} ${amount}`);
    expect(seen.cuts.by_model.map((cut) => [cut.key, ...behind(cut)])).toEqual([
      ['(invoice)', 'credit -5'],
      ['m1', 'discount -3'],
    ]);
    expect(seen.cuts.by_model.map(({ totals }) => totals.unexplained_gross)).toEqual(['5', '0']);
    expect(seen.totals.unexplained_gross).toBe('5');
    expect(seen.decision.filter(({ scope, outcome }) => scope.startsWith('model:') && outcome !== 'pass')).toEqual([]);
  });

  it('adds the differences of two models that the net cannot see', () => {
    const swapped = [invoiceLine('usage', '60', { billableModel: 'm1' }), invoiceLine('usage', '40', { billableModel: 'm2' })];
    const facts = reconciliationOf({ expected: '100' }, {}, { by_model: { m1: { expected: '50' }, m2: { expected: '50' } } });
    const policy = { model: { warn: null, fail: threshold({ percent: '1' }) } };
    const seen = judge(inputOf(facts, policy, { period: periodOf({ stage: 'final', invoices: [invoiceOf('100', swapped)] }) }));
    expect(seen.totals).toMatchObject({ unexplained_net: '0', unexplained_gross: '20' });
    expect(seen.findings.filter(({ code }) => code === 'threshold-model')).toHaveLength(2);
  });

  it('is required at stage final, and not looked at in a part of a period', () => {
    const period = periodOf({ stage: 'final' });
    expect(codesOf(judge(inputOf(reconciliationOf({ expected: '1' }), {}, { period })).findings)).toEqual(['fail invoice-missing']);
    const part = judge(inputOf(reconciliationOf({ expected: '1' }), {}, { period, judgedEnd: period.start + 1n, calendarEnd: period.start + 1n }));
    expect(part.stage).toBe('usage');
    expect(codesOf(part.findings)).toEqual(['info period-partial']);
  });
});

describe('overrides', () => {
  const cuts = {
    by_service: { chat: { expected: '100' }, jobs: { expected: '100', unlinked: '2' } },
    by_model: { m1: { expected: '100' }, m2: { expected: '100', unlinked: '2' } },
  };
  const facts = reconciliationOf({ expected: '200', unlinked: '2' }, {}, cuts);
  const override = { services: ['jobs'], models: [], level: { warn: null, fail: threshold({ percent: '3' }) }, require: 'any', source: at() } as const;
  function at() {
    return { file: 'trueup.yaml', line: 20, column: 5 };
  }
  const total = { warn: null, fail: threshold({ percent: '0.5' }) };

  it('take their money out of the total and are named', () => {
    expect(judge(inputOf(facts, { total })).verdict).toBe('fail');
    const judged = judge(inputOf(facts, { total, overrides: [override] }));
    expect(judged.verdict).toBe('pass');
    expect(judged.decision.find(({ scope }) => scope === 'total')).toMatchObject({ value: '0', override: 'without jobs', threshold: '0.5' });
  });

  it('judge their own money', () => {
    const level = { warn: null, fail: threshold({ percent: '1' }) };
    const judged = judge(inputOf(facts, { total, overrides: [{ ...override, level }] }));
    expect(judged.findings[0]).toMatchObject({ code: 'threshold-total', args: { scope: 'service:jobs', override: 'services jobs' } });
  });

  it('do not touch a threshold that they do not set', () => {
    const level = { warn: threshold({ percent: '50' }), fail: null };
    expect(judge(inputOf(facts, { total, overrides: [{ ...override, level }] })).verdict).toBe('fail');
  });

  it('ask for both bounds where they say so', () => {
    const level = { warn: null, fail: threshold({ percent: '1', amount: '10' }) };
    expect(judge(inputOf(facts, { overrides: [{ ...override, level }] })).verdict).toBe('fail');
    expect(judge(inputOf(facts, { overrides: [{ ...override, level, require: 'both' }] })).verdict).toBe('pass');
  });

  it('let the later one win', () => {
    const later = { ...override, level: { warn: null, fail: threshold({ percent: '1' }) } };
    expect(judge(inputOf(facts, { overrides: [override, later] })).verdict).toBe('fail');
    expect(judge(inputOf(facts, { overrides: [later, override] })).verdict).toBe('pass');
  });

  it('replace the level of a model', () => {
    const model = { warn: null, fail: threshold({ percent: '1' }) };
    expect(judge(inputOf(facts, { model })).verdict).toBe('fail');
    expect(judge(inputOf(facts, { model, overrides: [{ ...override, services: [], models: ['m2'] }] })).verdict).toBe('pass');
  });

  it('are refused when they cross services and models', () => {
    const judged = judge(inputOf(facts, { overrides: [{ ...override, models: ['m2'] }] }));
    expect(judged.findings[0]).toMatchObject({ code: 'invalid-value', severity: 'fail', source: { line: 20 } });
  });
});

describe('rules', () => {
  const unpriced = observation('unpriced', { amount: amountOf('12'), count: 3, samples: ['req_1'], row: { layer: 'provider', file: 'p.csv', row: 9 } });

  it('are small named functions', () => {
    expect(new Set(rules.map((rule) => rule.name)).size).toBe(rules.length);
  });

  it('fail closed on what is unknown', () => {
    const judged = judge(inputOf(reconciliationOf({ expected: '100' }), {}, { observations: [unpriced] }));
    expect(judged.verdict).toBe('fail');
    expect(judged.findings).toMatchObject([{ code: 'unpriced', severity: 'fail', amount: '12', source: { file: 'p.csv', line: 9, column: 0 } }]);
    expect(judged.decision[0]).toMatchObject({ scope: 'finding:unpriced', outcome: 'fail', value: '3', distance: '3' });
  });

  it('quarantine on request: stated, and a warning at best', () => {
    const doubted = [doubtedOf('12', 'unpriced'), doubtedOf('3', 'missing-token-usage')];
    const judged = judge(inputOf(reconciliationOf({ expected: '100' }), { rules: { unpriced: 'quarantine' } }, { observations: [unpriced], doubted }));
    expect(judged.verdict).toBe('warn');
    expect(judged.totals.quarantined).toBe('12');
  });

  for (const setting of ['ignore', 'info', 'warn'] as const) {
    it(`refuse ${setting} for what fails closed`, () => {
      const judged = judge(inputOf(reconciliationOf({ expected: '100' }), { rules: { unpriced: setting } }, { observations: [unpriced] }));
      expect(codesOf(judged.findings)).toEqual(['fail unpriced', 'fail invalid-value']);
    });
  }

  it('cannot silence a threshold or a broken sum', () => {
    const facts = reconciliationOf({ expected: '100', unlinked: '30' });
    const policy = { total: { warn: null, fail: threshold({ percent: '1' }) }, rules: { 'threshold-total': 'ignore', residual: 'info' } as const };
    expect(judge(inputOf(facts, policy)).findings.filter(({ severity }) => severity === 'fail')).toHaveLength(3);
  });

  it('never lower what could not be read', () => {
    const lost = finding('evidence-corrupt', 'inconclusive', { args: { layer: 'provider' } });
    expect(judge(inputOf(null, { rules: { 'evidence-corrupt': 'ignore' } }, { findings: [lost] })).verdict).toBe('inconclusive');
  });

  it('ignore what may be ignored, and say so', () => {
    const judged = judge(inputOf(reconciliationOf({ expected: '1' }), { rules: { 'new-model': 'ignore' } }, { observations: [observation('new-model')] }));
    expect(judged.findings).toEqual([]);
    expect(judged.ignored).toEqual([{ code: 'new-model', count: 1 }]);
  });

  it('quarantine interrupted requests by default', () => {
    const judged = judge(
      inputOf(
        reconciliationOf({ expected: '1' }),
        {},
        { observations: [observation('client-stopped-usage', { amount: amountOf('4') })], doubted: [doubtedOf('4', 'client-stopped-usage')] },
      ),
    );
    expect(judged.verdict).toBe('warn');
    expect(judged.totals.quarantined).toBe('4');
  });

  it('count a charge under two quarantined findings once', () => {
    const policy = { rules: { unpriced: 'quarantine', 'unknown-model': 'quarantine' } as const };
    const observations = [observation('unpriced', { amount: amountOf('7') }), observation('unknown-model', { amount: amountOf('5') })];
    const doubted = [doubtedOf('5', 'unknown-model', 'unpriced'), doubtedOf('2', 'unpriced'), doubtedOf('9', 'unverified-billing-rule')];
    expect(judge(inputOf(reconciliationOf({ expected: '1' }), policy, { observations, doubted })).totals.quarantined).toBe('7');
  });

  it('judge a lag by its median, and name the zone', () => {
    const lag = (median_seconds: string) => observation('clock-shift', { args: { from: 'application', to: 'provider', median_seconds, pairs: '10' } });
    const zones = ['900', '901', '-19800.5', '7190', '20700'].map((seconds) =>
      judge(inputOf(reconciliationOf({ expected: '1' }), {}, { observations: [lag(seconds)] })).findings.map(({ args }) => args['likely_zone']),
    );
    expect(zones).toEqual([[], ['+00:15'], ['-05:30'], ['+02:00'], ['+05:45']]);
  });

  it('only say that a stream broke off when it cost nothing', () => {
    const streams = [observation('stream-incomplete', { amount: amountOf('0') }), observation('stream-incomplete', { amount: amountOf('0.5') })];
    const judged = judge(inputOf(reconciliationOf({ expected: '1' }), {}, { observations: streams }));
    expect(judged.findings.map(({ severity, amount }) => `${severity} ${amount}`)).toEqual(['warn 0.5', 'info 0']);
  });

  it('hold charges per request against the cap of the service', () => {
    const seen = (service: string, charges: string) => observation('retry-amplification', { args: { service, charges, requests: '100' } });
    const retryCap = { default: new Money('1.10'), services: { jobs: new Money('1.50') } };
    const observations = [seen('chat', '110'), seen('web', '111'), seen('jobs', '150'), seen('toString', '111')];
    const judged = judge(inputOf(reconciliationOf({ expected: '1' }), { retryCap }, { observations }));
    expect(judged.findings.map(({ args }) => `${args['service']} ${args['cap']}`).sort()).toEqual(['toString 1.1', 'web 1.1']);
  });

  it('ask for thresholds that can fail', () => {
    const open = { warn: null, fail: null };
    const judged = judge(inputOf(reconciliationOf({ expected: '1' }), { total: open, counts: open }));
    expect(judged.findings.map(({ args }) => args['missing'])).toEqual(['counts.fail', 'total.fail']);
  });

  it('show each unexplained step with its samples, also when it nets to zero', () => {
    const facts = reconciliationOf({ expected: '100', unlinked: '3', retry: '5' });
    const even = { increase: amountOf('2'), decrease: amountOf('-2') };
    const steps = facts.steps.map((row) => (row.step === 'token_difference' ? { ...row, ...even, count: 2, left: even, open: even } : row));
    const seen = [
      observation('unexplained-step', { args: { step: 'unlinked' }, samples: ['req_9'] }),
      observation('unexplained-step', { args: { step: 'retry' } }),
    ];
    const judged = judge(inputOf({ ...facts, steps }, {}, { observations: seen }));
    expect(judged.findings.map(({ args, samples }) => [args['step'], samples])).toEqual([
      ['unlinked', ['req_9']],
      ['token_difference', []],
    ]);
  });
});

describe('what cannot be judged', () => {
  it('is inconclusive without rows', () => {
    const judged = judge(inputOf(null));
    expect(judged.verdict).toBe('inconclusive');
    expect(codesOf(judged.findings)).toEqual(['inconclusive engine-failure']);
    expect(judged.totals.expected).toBeNull();
    expect(judged.amplification).toBeNull();
  });

  it('is inconclusive when too few rows link', () => {
    const facts = reconciliationOf({ expected: '100' });
    const linked = (linkedAnywhere: number, requestsWithCharge: number) => ({ ...facts, counts: { ...facts.counts, linkedAnywhere, requestsWithCharge } });
    expect(judge(inputOf(linked(95, 95))).verdict).toBe('pass');
    expect(judge(inputOf(linked(94, 95))).verdict).toBe('inconclusive');
    const shapes = observation('linkage-low', { args: { application_ids: 'req_9999' } });
    const judged = judge(inputOf(linked(100, 94), {}, { observations: [shapes] }));
    expect(judged.findings).toMatchObject([{ code: 'linkage-low', count: 6, args: { application_ids: 'req_9999', requests: '6' } }]);
  });

  it('does not ask for charges where none is due', () => {
    const facts = reconciliationOf({ expected: '100' }, { not_billable: -10 });
    expect(judge(inputOf({ ...facts, counts: { ...facts.counts, requestsWithCharge: 90 } })).verdict).toBe('pass');
    expect(judge(inputOf({ ...facts, counts: { ...facts.counts, requestsWithCharge: 85 } })).verdict).toBe('inconclusive');
  });

  it('is inconclusive when a cut does not add up', () => {
    const judged = judge(inputOf(reconciliationOf({ expected: '100' }, {}, { by_day: { '2026-05-01': { expected: '99' } } })));
    expect(judged.findings).toMatchObject([{ code: 'cross-foot', severity: 'inconclusive', args: { what: 'by_day expected', whole: '100', parts: '99' } }]);
  });

  it('is inconclusive when the bridge does not lead to what was charged', () => {
    const facts = reconciliationOf({ expected: '100', price_difference: '7' });
    const judged = judge(inputOf({ ...facts, totals: { ...facts.totals, providerReported: amountOf('106') } }));
    const broken = judged.findings.filter(({ code }) => code === 'cross-foot');
    expect(broken).toMatchObject([{ severity: 'inconclusive', args: { what: 'provider_charged', whole: '106', parts: '107' } }]);
  });
});

it('orders findings by severity, then money, then code and words', () => {
  const findings = [
    finding('new-model', 'warn', { args: { model: 'b' } }),
    finding('set-aside', 'info', { amount: amountOf('500'), args: { reason: 'period' } }),
    finding('new-model', 'warn', { args: { model: 'a' } }),
    finding('duplicate-charge', 'warn', { amount: amountOf('-7') }),
    finding('refund-repeated', 'warn', { amount: amountOf('6.5') }),
    finding('currency-mismatch', 'fail'),
  ];
  const judged = judge(inputOf(reconciliationOf({ expected: '1' }), {}, { findings }));
  expect(judged.findings.map(({ code, args }) => code + (args['model'] ?? ''))).toEqual([
    'currency-mismatch',
    'duplicate-charge',
    'refund-repeated',
    'new-modela',
    'new-modelb',
    'set-aside',
  ]);
});
