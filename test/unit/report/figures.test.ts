/** Figures for people: rounded half to even, never to nothing where there is something. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountOf, moneyOf } from '../../../src/model/money.ts';
import { exactFigure, moneyFigure, shareFigure, signedFigure } from '../../../src/report/figures.ts';

describe('figures', () => {
  it.each([
    ['0', '0.00'],
    ['5', '5.00'],
    ['1234567.891', '1,234,567.89'],
    ['-1234.5', '-1,234.50'],
    ['0.125', '0.12'],
    ['0.135', '0.14'],
    ['0.0145', '0.014'],
    ['0.05', '0.050'],
    ['0.0069948', '0.0070'],
    ['0.0021', '0.0021'],
    ['0.00000000123', '0.0000000012'],
    ['-0.000067', '-0.000067'],
    ['0.0999', '0.10'],
  ])('%s reads %s', (amount, figure) => expect(moneyFigure(amountOf(amount))).toBe(figure));

  it('has a sign where it adds, and shares to a tenth', () => {
    expect([signedFigure(amountOf('2.5')), signedFigure(amountOf('-2.5')), signedFigure(amountOf('0'))]).toEqual(['+2.50', '-2.50', '0.00']);
    expect([shareFigure(amountOf('1'), amountOf('8')), shareFigure(amountOf('1'), amountOf('-3')), shareFigure(amountOf('1'), amountOf('0'))]).toEqual([
      '12.5%',
      '33.3%',
      null,
    ]);
    expect(exactFigure(amountOf('1393.39'))).toBe('1,393.39');
  });

  it('is nothing only where the amount is, and off by at most half of its last digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.integer({ min: 0, max: 12 }), (units, scale) => {
        const money = moneyOf(amountOf('1'))
          .times(units.toString())
          .div(moneyOf(amountOf('10')).pow(scale));
        const amount = amountOf(money.toFixed());
        const shown = moneyOf(amountOf(moneyFigure(amount).replaceAll(',', '')));
        expect(shown.isZero()).toBe(money.isZero());
        expect(shown.minus(money).abs().times(20).lessThanOrEqualTo(money.abs())).toBe(true);
      }),
    );
  });
});
