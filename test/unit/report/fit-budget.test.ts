/** Documents within a number of bytes. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Money } from '../../../src/model/money.ts';
import { type Block, bytesOf, fitBudget, leastBytes, type Row } from '../../../src/report/fit-budget.ts';

const row = (text: string, magnitude: number | string = 0, tier = 0): Row => ({ text: () => text, tier, magnitude: new Money(magnitude) });
const list = (rows: readonly Row[], beyond = 0): Block => ({
  kind: 'rows',
  head: '<details>\n\n',
  rows,
  foot: '\n\n</details>',
  beyond,
  leftOut: (count) => `${count} more are left out`,
});
const fixed = (text: string): Block => ({ kind: 'fixed', text });

it('writes everything when there is room', () => {
  expect(fitBudget([fixed('first'), list([row('a'), row('b')]), list([]), fixed('last')], 1000)).toBe('first\n\n<details>\n\na\nb\n\n</details>\n\nlast\n');
});

it('keeps the dearest, in their order, and says how many are left out', () => {
  const rows = [row('cheap', 1), row('dear', 100), row('middling', 50), row('dearest', 1000)];
  const whole = bytesOf('first\n\n<details>\n\ndear\ndearest\n\n2 more are left out\n\n</details>\n');
  expect(fitBudget([fixed('first'), list(rows)], whole + 4)).toBe('first\n\n<details>\n\ndear\ndearest\n\n2 more are left out\n\n</details>\n');
});

it('keeps the lower tier before the dearer row', () => {
  const rows = [row('x'.repeat(30), 1_000_000, 1), row('y'.repeat(30), 1, 0)];
  expect(fitBudget([list(rows)], 100)).toContain('y'.repeat(30));
  expect(fitBudget([list(rows)], 100)).not.toContain('xxx');
});

it('counts what nobody asked to see among what is left out', () => {
  expect(fitBudget([list([row('a')], 7)], 1000)).toContain('7 more are left out');
});

it('passes over a row that is huge by itself, but lets no cheaper one take the place of another', () => {
  expect(fitBudget([list([row('h'.repeat(500), 9), row('small', 1)])], 400)).toContain('small');
  const rows = Array.from({ length: 12 }, (_, index) => row('r'.repeat(100), 100 - index));
  expect(fitBudget([list([...rows, row('cheap', 1)])], 1000)).not.toContain('cheap');
});

it('keeps what is fixed even beyond the budget', () => {
  expect(fitBudget([fixed('first'), list([row('a')]), fixed('last')], 1)).toBe('first\n\n1 more are left out\n\nlast\n');
});

it('asks a row for its text only while there is room', () => {
  let asked = 0;
  const lazy = (index: number): Row => ({ text: () => `${(asked += 1)}${'x'.repeat(90)}`, tier: 0, magnitude: new Money(-index) });
  fitBudget([list(Array.from({ length: 10_000 }, (_, index) => lazy(index)))], 2000);
  expect(asked).toBeLessThan(30);
});

it('takes secrets out of rows and of what is fixed', () => {
  const secret = `${'ghp'}_${'a1B2'.repeat(9)}`;
  expect(fitBudget([fixed(`x ${secret}`), list([row(secret)])], 1000)).not.toContain('a1B2');
});

it('never exceeds the budget when the least fits, in any script', () => {
  const anyRow = fc.record({ text: fc.string({ unit: 'grapheme', maxLength: 40 }), magnitude: fc.nat(), tier: fc.nat(3) });
  const anyBlock = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }).map(fixed),
    fc.tuple(fc.array(anyRow, { maxLength: 20 }), fc.nat(1000)).map(([rows, beyond]) =>
      list(
        rows.map((one) => row(one.text, one.magnitude, one.tier)),
        beyond,
      ),
    ),
  );
  fc.assert(
    fc.property(fc.array(anyBlock, { maxLength: 8 }), fc.nat(2000), (blocks, budget) => {
      const written = bytesOf(fitBudget(blocks, budget));
      expect(written).toBeLessThanOrEqual(Math.max(budget, leastBytes(blocks)));
    }),
    { numRuns: 500 },
  );
});
