/** What an invoice's usage differs from the charges, and what of it rounding explains: laws that hold for any amounts and any rule. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InvoiceRounding } from '../../../src/model/ledger.ts';
import { formatMoney, Money, roundTo, sumMoney, zero } from '../../../src/model/money.ts';
import { compareUsage } from '../../../src/policy/compare-usage.ts';
import { invoiceLine, invoiceOf, reconciliationOf } from './facts-of.ts';

const modes = ['half-up', 'half-even', 'up', 'down'] as const;
const millionths = fc.integer({ min: -2_000_000, max: 5_000_000 }).map((count) => formatMoney(new Money(count).div(1_000_000)));
const models = fc.dictionary(fc.constantFrom('m-a', 'm-b', 'm-c'), millionths, { minKeys: 1, noNullPrototype: true });
const rules = fc.record({
  quantum: fc.constantFrom('0.01', '0.001', '0.05').map((text) => new Money(text)),
  mode: fc.constantFrom(...modes),
  per: fc.constantFrom('line' as const, 'total' as const),
});
const stated = fc.array(
  fc.tuple(
    fc.constantFrom('m-a', 'm-b', 'm-d'),
    millionths.map((text) => formatMoney(roundTo(new Money(text), new Money('0.01'), 'half-up'))),
  ),
  { maxLength: 5 },
);

function compared(charged: Readonly<Record<string, string>>, lines: readonly (readonly [string, string])[], rule: InvoiceRounding | null) {
  const keys = Object.fromEntries(Object.entries(charged).map(([model, amount]) => [model, { expected: amount }]));
  const whole = { expected: formatMoney(sumMoney(Object.values(charged).map((amount) => new Money(amount)))) };
  const invoice = invoiceOf(
    '0',
    lines.map(([billableModel, amount]) => invoiceLine('usage', amount, { billableModel })),
  );
  return compareUsage(reconciliationOf(whole, {}, { by_model: keys }), [invoice], { conversion: null, rounding: rule });
}

const sum = (amounts: readonly (Money | null)[]): string => formatMoney(sumMoney(amounts.map((amount) => amount ?? zero)));

describe('usage on the invoice against what was charged', () => {
  it('is rounding and rest, without a remainder', () => {
    fc.assert(
      fc.property(models, stated, rules, (charged, lines, rule) => {
        const differences = compared(charged, lines, rule);
        const invoiced = sumMoney(lines.map(([, amount]) => new Money(amount)));
        const whole = invoiced.minus(sumMoney(Object.values(charged).map((amount) => new Money(amount))));
        expect(sum(differences.flatMap(({ rounding, rest }) => [rounding, rest]))).toBe(formatMoney(whole));
      }),
    );
  });

  it('leaves nothing of lines that are rounded as declared, one for each model', () => {
    fc.assert(
      fc.property(models, rules, (charged, rule) => {
        const lines = Object.entries(charged).map(([model, amount]) => [model, formatMoney(roundTo(new Money(amount), rule.quantum, rule.mode))] as const);
        for (const { rest } of compared(charged, lines, { ...rule, per: 'line' })) expect(formatMoney(rest)).toBe('0');
      }),
    );
  });

  it('explains no more than a quantum for each line, and in one direction only where the mode has one', () => {
    fc.assert(
      fc.property(models, stated, rules, (charged, lines, rule) => {
        for (const { model, rounding } of compared(charged, lines, { ...rule, per: 'line' })) {
          // Without any usage line there is one comparison, of the whole, and no amount that was rounded.
          const own = lines.filter(([name]) => name === model);
          const most = rule.quantum.times(own.length).times(rule.mode.startsWith('half') ? '0.5' : 1);
          expect((rounding ?? zero).abs().lessThanOrEqualTo(most)).toBe(true);
          const isPositive = own.every(([, amount]) => new Money(amount).greaterThan(0)) && new Money(charged[model ?? ''] ?? 0).greaterThan(0);
          if (isPositive && rule.mode === 'up') expect((rounding ?? zero).greaterThanOrEqualTo(0)).toBe(true);
          if (isPositive && rule.mode === 'down') expect((rounding ?? zero).lessThanOrEqualTo(0)).toBe(true);
        }
      }),
    );
  });

  it('does not let two models make up for each other, whatever is rounded as a whole', () => {
    const differences = compared(
      { 'm-a': '1', 'm-b': '2' },
      [
        ['m-a', '1.5'],
        ['m-b', '1.5'],
      ] as const,
      { quantum: new Money('0.01'), mode: 'half-up', per: 'total' },
    );
    expect(differences.map(({ rest }) => formatMoney(rest))).toEqual(['0.5', '-0.5']);
  });

  it('knows no rounding that nobody declared', () => {
    expect(compared({ 'm-a': '1.004' }, [['m-a', '1']], null)).toEqual([{ model: 'm-a', conversion: null, rounding: null, rest: new Money('-0.004') }]);
  });
});

describe('rounding to a multiple', () => {
  it.each([
    ['0.015', 'half-up', '0.02'],
    ['-0.015', 'half-up', '-0.02'],
    ['0.025', 'half-even', '0.02'],
    ['0.035', 'half-even', '0.04'],
    ['0.0101', 'up', '0.02'],
    ['-0.0101', 'up', '-0.02'],
    ['0.0199', 'down', '0.01'],
    ['-0.0199', 'down', '-0.01'],
    ['0.03', 'up', '0.03'],
  ] as const)('%s %s is %s', (amount, mode, rounded) => {
    expect(formatMoney(roundTo(new Money(amount), new Money('0.01'), mode))).toBe(rounded);
  });
});
