/** Chance that repeats itself: the same seed draws the same rows. */

/** `below(n)` draws a whole number from 0 to n - 1 (Mulberry32). */
export function seededRandom(seed: number): { below: (limit: number) => number } {
  let state = seed >>> 0;
  return {
    below: (limit) => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
    },
  };
}
export type SeededRandom = ReturnType<typeof seededRandom>;

/** At most `count` different items, in drawn order. */
export function draw<Item>(random: SeededRandom, items: readonly Item[], count: number): Item[] {
  const left = [...items];
  const drawn: Item[] = [];
  while (drawn.length < count && left.length > 0) drawn.push(...left.splice(random.below(left.length), 1));
  return drawn;
}
