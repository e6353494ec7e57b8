/** Laws of the judge that hold for any amounts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutNames, plainRowSteps } from '../../../src/model/bridge.ts';
import { amountOf, formatMoney, Money, sumMoney } from '../../../src/model/money.ts';
import { verdicts } from '../../../src/model/verdict.ts';
import { judge } from '../../../src/policy/judge.ts';
import { weighThreshold } from '../../../src/policy/weigh-threshold.ts';
import { drawsOf } from '../../properties/drawn-seeds.ts';
import { type Amounts, inputOf, invoiceLine, invoiceOf, laxPolicy, periodOf, reconciliationOf, threshold } from './facts-of.ts';

const units = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
const decimal = fc
  .tuple(units, fc.integer({ min: 0, max: 18 }))
  .map(([digits, scale]) => formatMoney(new Money(digits.toString()).times(new Money(10).pow(-scale))));
const positive = decimal.map((text) => text.replace('-', ''));
const optional = fc.option(positive, { nil: null });
const amounts = fc
  .tuple(...plainRowSteps.map((step) => fc.tuple(fc.constant(step), fc.oneof(fc.constant('0'), decimal))))
  .map((entries) => Object.fromEntries(entries) as Amounts);
const epsilon = new Money(10).pow(-40);

describe('a threshold', () => {
  const weighed = fc.record({
    amount: optional,
    percent: optional,
    value: positive,
    base: positive,
    ignoreBelow: positive,
    require: fc.constantFrom('any', 'both'),
  });
  const weigh = (facts: { amount: string | null; percent: string | null; base: string; ignoreBelow: string; require: 'any' | 'both' }, value: Money) =>
    weighThreshold({
      scope: 'total',
      fact: 'unexplained_gross',
      level: 'fail',
      value,
      base: new Money(facts.base),
      unit: new Money(1),
      threshold: {
        ...threshold({}),
        amount: facts.amount === null ? null : new Money(facts.amount),
        percent: facts.percent === null ? null : new Money(facts.percent),
      },
      require: facts.require,
      ignoreBelow: new Money(facts.ignoreBelow),
      default: false,
      override: null,
    });

  it('is breached exactly when the definition says so', () => {
    fc.assert(
      fc.property(weighed, (facts) => {
        const value = new Money(facts.value);
        const decision = weigh(facts as Parameters<typeof weigh>[0], value);
        const exceeded = [
          ...(facts.amount === null ? [] : [value.greaterThan(facts.amount)]),
          ...(facts.percent === null ? [] : [value.times(100).greaterThan(new Money(facts.percent).times(facts.base))]),
        ];
        if (exceeded.length === 0) return decision === null;
        const bounds = facts.require === 'any' ? exceeded.some(Boolean) : exceeded.every(Boolean);
        return decision?.outcome === (value.greaterThan(facts.ignoreBelow) && bounds ? 'fail' : 'pass');
      }),
      { numRuns: drawsOf(300) },
    );
  });

  it('turns at its distance and not before', () => {
    fc.assert(
      fc.property(weighed, (facts) => {
        const value = new Money(facts.value);
        const outcomeAt = (moved: Money) => weigh(facts as Parameters<typeof weigh>[0], moved)?.outcome;
        const decision = weigh(facts as Parameters<typeof weigh>[0], value);
        if (decision === null) return;
        const distance = new Money(decision.distance);
        if (decision.outcome === 'pass') {
          expect(outcomeAt(value.plus(distance))).toBe('pass');
          expect(outcomeAt(value.plus(distance).plus(epsilon))).toBe('fail');
        } else {
          expect(outcomeAt(value.minus(distance))).toBe('pass');
          expect(outcomeAt(value.minus(distance).plus(epsilon))).toBe('fail');
        }
      }),
      { numRuns: drawsOf(300) },
    );
  });
});

describe('the verdict', () => {
  /** Unexplained charges beside the expected ones, at a base that stays: a duplicate costs nothing at snapshot prices. */
  const verdictWith = (duplicate: Money, bounds: { percent: string }) =>
    judge(inputOf(reconciliationOf({ expected: '1000', duplicate: formatMoney(duplicate) }), { total: { warn: null, fail: threshold(bounds) } }));

  it('turns when the stated distance is added or taken away', () => {
    const cents = fc.integer({ min: 0, max: 100_000 }).map((count) => new Money(count).div(100));
    fc.assert(
      fc.property(cents, fc.constantFrom('0.1', '1', '2.5', '33.333'), (duplicate, percent) => {
        const judged = verdictWith(duplicate, { percent });
        const total = judged.decision.find(({ scope }) => scope === 'total');
        const distance = new Money(total?.distance ?? 'NaN');
        const turned = judged.verdict === 'pass' ? duplicate.plus(distance).plus(epsilon) : duplicate.minus(distance);
        const short = judged.verdict === 'pass' ? duplicate.plus(distance) : duplicate.minus(distance).plus(epsilon);
        expect(verdictWith(short, { percent }).verdict).toBe(judged.verdict);
        expect(verdictWith(turned, { percent }).verdict).toBe(judged.verdict === 'pass' ? 'fail' : 'pass');
      }),
      { numRuns: drawsOf(100) },
    );
  });

  it('is never better for a stricter policy', () => {
    fc.assert(
      fc.property(amounts, positive, positive, (steps, a, b) => {
        const [strict = a, lax = b] = new Money(a).lessThan(b) ? [a, b] : [b, a];
        const rank = (percent: string) =>
          verdicts.indexOf(judge(inputOf(reconciliationOf(steps), { total: { warn: null, fail: threshold({ percent }) } })).verdict);
        return rank(strict) >= rank(lax);
      }),
      { numRuns: drawsOf(60) },
    );
  });
});

describe('the bridge', () => {
  const invoice = fc.tuple(
    decimal,
    fc.array(fc.tuple(fc.constantFrom('credit', 'discount', 'tax', 'fx', 'minimum', 'other'), decimal, fc.boolean()), { maxLength: 6 }),
    decimal,
  );

  it('sums exactly at every =, and its parts to the whole', () => {
    fc.assert(
      fc.property(amounts, invoice, (steps, [usage, adjustments, total]) => {
        const lines = [
          invoiceLine('usage', usage),
          ...adjustments.map(([kind, amount, named]) => invoiceLine(kind as 'tax', amount, { reference: named ? 'R' : null })),
        ];
        const { bridge, totals } = judge(inputOf(reconciliationOf(steps), {}, { period: periodOf({ stage: 'final', invoices: [invoiceOf(total, lines)] }) }));
        let sum = new Money(0);
        for (const row of bridge) {
          if (row.kind === 'step') sum = sum.plus(row.amount);
          expect(row.runningTotal).toBe(formatMoney(sum));
          if (row.kind === 'subtotal') expect(row.amount).toBe(formatMoney(sum));
          expect(formatMoney(new Money(row.increase).plus(row.decrease))).toBe(row.amount);
        }
        expect(totals.invoice_total).toBe(total);
        expect(totals.invoice_usage).toBe(usage);
        const parts = [totals.expected, totals.explained, totals.unexplained_net].map((text) => new Money(text ?? 'NaN'));
        expect(formatMoney(sumMoney(parts))).toBe(total);
        expect(new Money(totals.unexplained_gross ?? 'NaN').greaterThanOrEqualTo(new Money(totals.unexplained_net ?? 'NaN').abs())).toBe(true);
      }),
      { numRuns: drawsOf(100) },
    );
  });

  it('gives every cut the same sums', () => {
    fc.assert(
      fc.property(amounts, (steps) => {
        const { cuts, totals } = judge(inputOf(reconciliationOf(steps)));
        for (const name of cutNames) {
          expect(formatMoney(sumMoney(cuts[name].map((cut) => new Money(cut.totals.provider_charged ?? 'NaN'))))).toBe(totals.provider_charged);
        }
      }),
      { numRuns: drawsOf(20) },
    );
  });
});

it('does not depend on the order of what it is handed', () => {
  const found = (code: 'set-aside' | 'new-model', amount: string) =>
    ({ code, count: 1, amount: amountOf(amount), args: { model: amount }, samples: [], row: null }) as const;
  const seen = [found('set-aside', '1'), found('new-model', '2'), found('set-aside', '3'), found('new-model', '2.5')];
  fc.assert(
    fc.property(fc.shuffledSubarray(seen, { minLength: seen.length }), (observations) => {
      const reference = judge(inputOf(reconciliationOf({ expected: amountOf('1') }), laxPolicy, { observations: seen }));
      expect(judge(inputOf(reconciliationOf({ expected: amountOf('1') }), laxPolicy, { observations }))).toEqual(reference);
    }),
  );
});

describe('invoices in another currency', () => {
  const rateOf = (text: string) => ({ from: 'USD', rate: new Money(text), on: '2026-06-01', basis: 'https://rates.example', sha256: null, source: at });
  const at = { file: 'periods/2026-05/invoice.yaml', line: 3, column: 5 };
  const factor = fc.constantFrom('0.92', '6.6667', '157.3');
  const billed = (lines: readonly (readonly [kind: string, amount: string])[], times: Money, fx: ReturnType<typeof rateOf> | null) => {
    const scaled = lines.map(([kind, amount]) => [kind, formatMoney(new Money(amount).times(times))] as const);
    const total = formatMoney(sumMoney(scaled.map(([, amount]) => new Money(amount))));
    const invoice = invoiceOf(
      total,
      scaled.map(([kind, amount]) => invoiceLine(kind as 'usage', amount, { reference: 'R', billableModel: kind === 'usage' ? 'all' : null })),
    );
    return periodOf({ stage: 'final', invoices: [fx === null ? invoice : { ...invoice, currency: 'EUR', fx }] });
  };
  const policyOf = (reference: string, tolerance: string) => ({
    total: { warn: null, fail: threshold({ percent: '1', amount: '500' }) },
    fx: new Map([['EUR', { reference: new Money(reference), evidenceReference: null, tolerancePercent: new Money(tolerance) }]]),
  });
  const lines = fc
    .array(fc.tuple(fc.constantFrom('usage', 'tax', 'credit'), decimal), { minLength: 1, maxLength: 4 })
    .filter((all) => all.some(([kind]) => kind === 'usage'));

  it('are judged as they would be in the currency of the period, where the rate is the reference', () => {
    fc.assert(
      fc.property(amounts, lines, factor, (steps, bill, rate) => {
        const facts = reconciliationOf(steps, {}, { by_model: { all: steps } });
        const own = judge(inputOf(facts, policyOf(rate, '0'), { period: billed(bill, new Money(1), null) }));
        const other = judge(inputOf(facts, policyOf(rate, '0'), { period: billed(bill, new Money(rate), rateOf(rate)) }));
        expect(other.verdict).toBe(own.verdict);
        expect(other.decision.map(({ scope, outcome }) => [scope, outcome]).toSorted()).toEqual(
          own.decision.map(({ scope, outcome }) => [scope, outcome]).toSorted(),
        );
        const scaled = (amount: string | null) => formatMoney(new Money(amount ?? 'NaN').times(rate));
        expect(other.totals.unexplained_gross).toBe(scaled(own.totals.unexplained_gross));
        expect(other.totals.invoice_total).toBe(scaled(own.totals.invoice_total));
      }),
      { numRuns: drawsOf(60) },
    );
  });

  it('add up in each currency, and explain a rate as a whole or not at all', () => {
    fc.assert(
      fc.property(amounts, lines, factor, fc.constantFrom('0.99', '1.004', '1.02'), (steps, bill, reference, drift) => {
        const rate = formatMoney(new Money(reference).times(drift));
        const facts = reconciliationOf(steps, {}, { by_model: { all: steps } });
        const { bridge, totals } = judge(inputOf(facts, policyOf(reference, '1'), { period: billed(bill, new Money(reference), rateOf(rate)) }));
        const from = bridge.findIndex(({ step }) => step === 'charged_converted');
        expect(bridge.map(({ currency }) => currency)).toEqual(bridge.map((_, index) => (index < from ? 'USD' : 'EUR')));
        expect(totals.charged_converted).toBe(formatMoney(new Money(totals.provider_charged ?? 'NaN').times(reference)));
        const moved = bridge.slice(from).filter(({ kind }) => kind === 'step');
        expect(formatMoney(sumMoney([totals.charged_converted ?? 'NaN', ...moved.map(({ amount }) => amount)].map((amount) => new Money(amount))))).toBe(
          totals.invoice_total,
        );
        const rest = new Money(totals.explained ?? 'NaN').plus(totals.unexplained_net ?? 'NaN');
        expect(formatMoney(new Money(totals.expected ?? 'NaN').times(reference).plus(rest))).toBe(totals.invoice_total);
        const row = bridge.find(({ step }) => step === 'fx_rate');
        const isOpen = row?.open.increase !== '0' || row.open.decrease !== '0';
        expect(isOpen).toBe(drift === '1.02' && row?.amount !== '0');
      }),
      { numRuns: drawsOf(60) },
    );
  });

  it('enter no sum without a reference, and vouch for nothing', () => {
    const facts = reconciliationOf({ expected: '100' });
    const judged = judge(
      inputOf(facts, { ...policyOf('0.92', '1'), fx: new Map() }, { period: billed([['usage', '100']], new Money('0.92'), rateOf('0.92')) }),
    );
    expect(judged.totals).toMatchObject({ invoice_usage: null, invoice_total: null, unexplained_gross: '0' });
  });
});
