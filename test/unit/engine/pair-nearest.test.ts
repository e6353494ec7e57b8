/** The nearest two rows are a pair, and each row is in one. */
import { expect, test } from 'vitest';
import { pairNearest, type Reach } from '../../../src/engine/pair-nearest.ts';

const any: Reach = { order: 'any', most: 10n };
const directed: Reach = { order: 'directed', most: 10n };

/** `a0 b5`: rows of the first side are a, of the second b, at so many microseconds. */
function pairs(text: string, reach: Reach): string[] {
  const points = text.split(' ').map((name) => ({ name, side: name.startsWith('a') ? ('first' as const) : ('second' as const), at: BigInt(name.slice(1)) }));
  return pairNearest(points, reach).map(([first, second]) => `${first.name}-${second.name}`);
}

test.each([
  ['a0 b10', any, ['a0-b10']],
  ['a0 b11', any, []],
  ['b0 a1', any, ['a1-b0']],
  ['b0 a1', directed, []],
  ['a0 b0', directed, ['a0-b0']],
  // Of two equally near ones the earlier.
  ['b0 a1 b2', any, ['a1-b0']],
  ['a0 b1 a2 b3', any, ['a0-b1', 'a2-b3']],
  // What is left over meets across the pair that is gone.
  ['a0 b4 a5 b8', any, ['a5-b4', 'a0-b8']],
  ['a0 b5 b6 a7 a8', any, ['a7-b6', 'a8-b5']],
  ['a0 a1 b2 b3', directed, ['a1-b2', 'a0-b3']],
  ['a0', any, []],
] as const)('%s', (text, reach, expected) => {
  expect(pairs(text, reach)).toEqual(expected);
});

/** By trying every pair: nearest first, then the one whose later row is earlier, then the one whose earlier row is later. */
function byEye(points: readonly { side: 'first' | 'second'; at: bigint }[], reach: Reach): string[] {
  const possible = points.flatMap((left, one) =>
    points.flatMap((right, other) => {
      const gap = right.at - left.at;
      const isPair = one < other && left.side !== right.side && gap <= reach.most && (reach.order === 'any' || left.side === 'first');
      return isPair ? [{ one, other, gap }] : [];
    }),
  );
  possible.sort((left, right) => Number(left.gap - right.gap) || left.other - right.other || right.one - left.one);
  const taken = new Set<number>();
  return possible.flatMap(({ one, other }) => {
    if (taken.has(one) || taken.has(other)) return [];
    taken.add(one).add(other);
    return [`${one}-${other}`];
  });
}

test.each([any, directed])('as by trying every pair, $order', (reach) => {
  let state = 7;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let round = 0; round < 300; round += 1) {
    let at = 0;
    const points = Array.from({ length: 1 + next(14) }, (_, index) => {
      at += next(5);
      return { index, side: next(2) === 0 ? ('first' as const) : ('second' as const), at: BigInt(at) };
    });
    const found = pairNearest(points, reach).map(([one, other]) => [one.index, other.index].sort((left, right) => left - right).join('-'));
    expect(found).toEqual(byEye(points, reach));
  }
});
