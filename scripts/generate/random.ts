/** A seeded stream of pseudo-random numbers (sfc32), the same on every machine: only 32-bit integer operations. */

export interface Random {
  /** A whole number, 0 … 2^32 − 1. */
  readonly uint32: () => number;
  /** A whole number, 0 … bound − 1. */
  readonly below: (bound: number) => number;
  /** True in `permille` of 1000 draws. */
  readonly permille: (permille: number) => boolean;
  /** One of a non-empty list. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** Lower-case hex text; `quads` groups of four digits. */
  readonly hex: (quads: number) => string;
}

const quadTable = Array.from({ length: 65_536 }, (_, value) => value.toString(16).padStart(4, '0'));

/** A generator seeded by any text; equal seeds give equal streams. */
export function seededRandom(seed: string): Random {
  const uint32 = sfc32(seed);
  const below = (bound: number): number => Math.floor((uint32() / 4_294_967_296) * bound);
  return {
    uint32,
    below,
    permille: (permille) => below(1000) < permille,
    pick: (list) => {
      const chosen = list[below(list.length)];
      if (chosen === undefined) throw new RangeError('nothing to pick from');
      return chosen;
    },
    hex: (quads) => {
      let text = '';
      for (let index = 0; index < quads; index += 1) text += quadTable[uint32() >>> 16];
      return text;
    },
  };
}

function sfc32(seed: string): () => number {
  let [a, b, c, counter] = [hash(seed, 0x9e37_79b9), hash(seed, 0x243f_6a88), hash(seed, 0xb7e1_5162), 1];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let warmup = 0; warmup < 15; warmup += 1) next();
  return next;
}

/** FNV-1a over the code units, from a given basis. */
function hash(text: string, basis: number): number {
  let value = basis;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x0100_0193);
  return value | 0;
}
