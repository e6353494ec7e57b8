/** Exceptions share money out: held against counting single cents, and against the laws that every share must keep. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Money, sumMoney, zero } from '../../../src/model/money.ts';
import { allocateExceptions } from '../../../src/policy/allocate-exceptions.ts';
import type { Allocation, Coverable } from '../../../src/policy/allocate-exceptions.ts';

/** One part in whole cents; `expected` is the other side of it in the cut by model. */
interface Cents {
  readonly matches: readonly number[];
  readonly group: string;
  readonly amount: number;
  readonly expected: number;
}

function partOf({ matches, group, amount, expected }: Cents): Coverable {
  const up = new Money(Math.max(amount, 0));
  const net = new Money(amount);
  return { matches, group, amount: net, billed: net.minus(expected), expected: new Money(expected), increase: up, decrease: net.minus(up) };
}

function allocate(parts: readonly Cents[], caps: readonly (number | null)[]): Allocation {
  return allocateExceptions(
    parts.map(partOf),
    caps.map((cap) => (cap === null ? null : new Money(cap))),
  );
}

const exceptions = 4;
const matches = fc.uniqueArray(fc.nat(exceptions - 1), { minLength: 1 }).map((places) => places.toSorted((a, b) => a - b));
const group = fc.constantFrom('a', 'b', 'c');
const caps = fc.array(fc.option(fc.integer({ min: 1, max: 60 }), { freq: 6 }), { minLength: exceptions, maxLength: exceptions });
const oneWay = fc.record({ matches, group, amount: fc.nat(20), expected: fc.constant(0) });
const anyWay = fc.record({ matches, group, amount: fc.integer({ min: -20, max: 20 }), expected: fc.integer({ min: -20, max: 0 }) });

/** Cent by cent: each exception in file order walks over its groups and takes every cent that nobody has taken, until its cap is used. */
function countCents(parts: readonly Cents[], limits: readonly (number | null)[]): { rests: number[]; taken: number[] } {
  const rests = parts.map(({ amount }) => amount);
  const taken = limits.map((cap, exception) => {
    let count = 0;
    const own = [...parts.keys()].filter((place) => parts[place]?.matches.includes(exception));
    const groups = [...new Set(own.map((place) => parts[place]?.group))];
    for (const name of groups) {
      for (const place of own.filter((candidate) => parts[candidate]?.group === name)) {
        while ((rests[place] ?? 0) > 0 && count < (cap ?? 0)) {
          rests[place] = (rests[place] ?? 0) - 1;
          count += 1;
        }
      }
    }
    return count;
  });
  return { rests, taken };
}

describe('money that goes one way', () => {
  it('is shared out as if cent by cent', () => {
    fc.assert(
      fc.property(fc.array(oneWay, { maxLength: 12 }), caps, (parts, limits) => {
        const { rests, uses } = allocate(parts, limits);
        const counted = countCents(parts, limits);
        expect(rests.map(({ amount }) => amount.toString())).toEqual(counted.rests.map(String));
        expect(uses.map(({ used, covered }) => [used.toString(), covered.toString()])).toEqual(counted.taken.map((count) => [String(count), String(count)]));
      }),
    );
  });

  it('is shared out alike when it all goes down', () => {
    fc.assert(
      fc.property(fc.array(oneWay, { maxLength: 12 }), caps, (parts, limits) => {
        const down = parts.map((part) => ({ ...part, amount: 0 - part.amount }));
        const counted = countCents(parts, limits);
        expect(allocate(down, limits).uses.map(({ used, covered }) => used.plus(covered).toString())).toEqual(limits.map(() => '0'));
        expect(allocate(down, limits).rests.map(({ amount }) => amount.negated().toNumber() || 0)).toEqual(counted.rests);
      }),
    );
  });
});

describe('money that goes both ways', () => {
  const given = [fc.array(anyWay, { maxLength: 12 }), caps] as const;
  const absolute = (amounts: readonly Money[]): Money => sumMoney(amounts).abs();

  it('is never covered twice, and never more than there is', () => {
    fc.assert(
      fc.property(...given, (parts, limits) => {
        const { rests, uses } = allocate(parts, limits);
        for (const [place, { amount }] of parts.entries()) {
          const rest = rests[place]?.amount ?? zero;
          expect(rest.abs().lessThanOrEqualTo(Math.abs(amount)) && rest.times(amount).greaterThanOrEqualTo(0)).toBe(true);
        }
        const covered = sumMoney(parts.map(({ amount }, place) => new Money(amount).minus(rests[place]?.amount ?? zero)));
        expect(covered.equals(sumMoney(uses.map((use) => use.covered)))).toBe(true);
      }),
    );
  });

  it('stays within every cap, in the whole and on both sides of the cut by model', () => {
    fc.assert(
      fc.property(...given, (parts, limits) => {
        const { rests, uses } = allocate(parts, limits);
        for (const [place, { used, covered }] of uses.entries()) {
          expect(used.lessThanOrEqualTo(limits[place] ?? 0) && covered.abs().lessThanOrEqualTo(used)).toBe(true);
        }
        const before = parts.map(partOf);
        const moved = ['a', 'b', 'c'].map((name) => {
          const places = [...parts.keys()].filter((place) => parts[place]?.group === name);
          const side = (key: 'amount' | 'billed' | 'expected'): Money =>
            absolute(places.map((place) => (before[place]?.[key] ?? zero).minus(rests[place]?.[key] ?? zero)));
          return Money.max(side('amount'), side('billed'), side('expected'));
        });
        expect(sumMoney(moved).lessThanOrEqualTo(sumMoney(uses.map(({ used }) => used)))).toBe(true);
      }),
    );
  });

  it('is nearer to zero with an exception than without', () => {
    fc.assert(
      fc.property(...given, (parts, [cap = null]) => {
        const own = parts.filter((part) => part.matches.includes(0));
        const { rests } = allocate(own, [cap]);
        expect(absolute(rests.map(({ amount }) => amount)).lessThanOrEqualTo(absolute(own.map(({ amount }) => new Money(amount))))).toBe(true);
      }),
    );
  });

  it('keeps its sides and its ups and downs equal to its net', () => {
    fc.assert(
      fc.property(...given, (parts, limits) => {
        for (const { amount, billed, expected, increase, decrease } of allocate(parts, limits).rests) {
          expect(billed.plus(expected).equals(amount) && increase.plus(decrease).equals(amount)).toBe(true);
        }
      }),
    );
  });

  it('is left alone by an exception that has expired', () => {
    fc.assert(
      fc.property(...given, (parts, limits) => {
        const without = parts.map((part) => ({ ...part, matches: part.matches.filter((place) => limits[place] !== null) }));
        expect(allocate(parts, limits).rests).toEqual(allocate(without, limits).rests);
      }),
    );
  });
});

describe('by hand', () => {
  const part = (amount: number, places: readonly number[], name = 'a', expected = 0): Cents => ({ matches: places, group: name, amount, expected });

  it('gives the second exception what the first leaves, and says who was first', () => {
    const { rests, uses } = allocate([part(10, [0, 1])], [6, 100]);
    expect(rests.map(({ amount }) => amount.toString())).toEqual(['0']);
    expect(uses.map(({ used, takenBefore, takers }) => [used.toString(), takenBefore.toString(), takers])).toEqual([
      ['6', '0', []],
      ['4', '6', [0]],
    ]);
  });

  it('covers the net of ups and downs that together exceed the cap', () => {
    const { rests, uses } = allocate([part(1000, [0], 'a'), part(-990, [0], 'b')], [25]);
    expect(rests.map(({ amount }) => amount.toString())).toEqual(['990', '-990']);
    expect([uses[0]?.covered, uses[0]?.used, uses[0]?.matched].map(String)).toEqual(['10', '10', '1990']);
  });

  it('weighs drift between two models by its larger side', () => {
    const drift = part(2, [0], 'a', -8);
    expect(allocate([drift], [10]).rests[0]?.expected.toString()).toBe('0');
    const { rests, uses } = allocate([drift], [9]);
    expect([rests[0]?.amount, rests[0]?.billed, rests[0]?.expected].map(String)).toEqual(['0', '8', '-8']);
    expect([uses[0]?.used, uses[0]?.matched].map(String)).toEqual(['2', '10']);
  });
});
