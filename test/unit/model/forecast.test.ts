/** The forecast against plain loops in binary floating point, and against months whose end is known beforehand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fewestDays, forecastOf } from '../../../src/model/forecast.ts';
import { dayOf, microsPerDay, startOfDay } from '../../../src/model/instant.ts';
import { amountOf } from '../../../src/model/money.ts';

const start = startOfDay('2026-05-01');
const at = (days: number): bigint => start + BigInt(days) * microsPerDay;
/** A month of 31 days of which the first are known, in cents. */
const month = (cents: readonly number[]) => {
  const text = (value: number): string => `${Math.trunc(value / 100)}.${String(value % 100).padStart(2, '0')}`;
  const days = cents.map((value, index) => ({ day: dayOf(at(index)), amount: amountOf(text(value)) }));
  const charged = amountOf(text(cents.reduce((sum, value) => sum + value, 0)));
  return { start, judgedEnd: at(cents.length), end: at(31), charged, days };
};

/** The same in plain numbers. */
function reference(cents: readonly number[]): { amount: number; reach: number } {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const alike = (index: number): number[] => cents.filter((_, other) => other % 7 === index % 7);
  const meanOf = (index: number): number => (alike(index).length > 1 ? mean(alike(index)) : mean(cents));
  const ahead = Array.from({ length: 31 - cents.length }, (_, index) => meanOf(cents.length + index));
  const means = new Set(cents.map((_, index) => (alike(index).length > 1 ? index % 7 : 'all')));
  const variance = cents.reduce((sum, value, index) => sum + (value - meanOf(index)) ** 2, 0) / Math.max(1, cents.length - means.size);
  const reach = 2 * Math.sqrt(variance * (ahead.length + ahead.length ** 2 / cents.length));
  const total = cents.reduce((sum, value) => sum + value, 0);
  return { amount: total + ahead.reduce((sum, value) => sum + value, 0), reach };
}

describe('forecastOf', () => {
  it('knows the end of a month whose days are all alike, and of one whose weekdays are', () => {
    expect(forecastOf(month(Array.from({ length: 10 }, () => 150)))).toEqual({ amount: '46.5', low: '46.5', high: '46.5', known_days: 10, days_to_come: 21 });
    const weekly = [100, 200, 300, 400, 500, 10, 20];
    const whole = Array.from({ length: 31 }, (_, index) => weekly[index % 7] ?? 0);
    const end = whole.reduce((sum, value) => sum + value, 0);
    expect(Number(forecastOf(month(whole.slice(0, 14)))?.amount) * 100).toBeCloseTo(end, 6);
  });

  it('says nothing of a whole month, and nothing while fewer than seven days are known', () => {
    expect(forecastOf(month(Array.from({ length: 31 }, () => 1)))).toBeNull();
    expect(forecastOf(month(Array.from({ length: fewestDays - 1 }, () => 1)))).toBeNull();
    expect(forecastOf(month(Array.from({ length: fewestDays }, () => 1)))).not.toBeNull();
  });

  it('takes a day without charges for a day that cost nothing, and adds what lies on other days', () => {
    const full = month([700, 0, 0, 0, 0, 0, 0, 700]);
    const sparse = { ...full, days: full.days.filter(({ amount }) => amount !== '0') };
    expect(forecastOf(sparse)).toEqual(forecastOf(full));
    const late = { ...full, charged: amountOf('15'), days: [...full.days, { day: '2026-04-30', amount: amountOf('1') }] };
    expect(Number(forecastOf(late)?.amount)).toBeCloseTo(Number(forecastOf(full)?.amount) + 1, 6);
  });

  it('comes to what plain loops come to, and never below what is charged', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: fewestDays, maxLength: 30 }), (cents) => {
        const input = month(cents);
        const forecast = forecastOf(input);
        const { amount, reach } = reference(cents);
        const [middle, low, high, charged] = [forecast?.amount, forecast?.low, forecast?.high, input.charged].map((text) => Number(text) * 100);
        expect(Math.abs((middle ?? NaN) - amount)).toBeLessThan(1);
        expect(Math.abs((high ?? NaN) - (amount + reach))).toBeLessThan(1);
        expect(Math.abs((low ?? NaN) - Math.max(charged ?? NaN, amount - reach))).toBeLessThan(1);
      }),
    );
  });
});
