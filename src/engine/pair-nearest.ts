/** Pairs rows of two sides by time, the nearest first and each row once. */

export interface Point {
  readonly side: 'first' | 'second';
  /** Microseconds. */
  readonly at: bigint;
}

/** `directed`: the first side is never later than the second. */
export interface Reach {
  readonly order: 'directed' | 'any';
  /** The furthest that two rows of a pair lie apart, in microseconds. */
  readonly most: bigint;
}

interface Edge {
  readonly left: number;
  readonly right: number;
  readonly gap: bigint;
}

/**
 * The pairs of `points`, which are in order of time and, at one time, in an order of their content. Of equally near ones the earlier is taken first.
 * The nearest pair that is left never has a row between its two, so that only neighbours are ever looked at.
 */
export function pairNearest<One extends Point>(points: readonly One[], reach: Reach): (readonly [first: One, second: One])[] {
  const before = points.map((_, index) => index - 1);
  const after = points.map((_, index) => index + 1);
  const taken = new Set<number>();
  const edges = new Nearest();
  const consider = (left: number, right: number): void => {
    const [one, other] = [points[left], points[right]];
    if (one === undefined || other === undefined || one.side === other.side) return;
    if (reach.order === 'directed' && one.side === 'second') return;
    const gap = other.at - one.at;
    if (gap <= reach.most) edges.push({ left, right, gap });
  };
  for (const index of points.keys()) consider(index - 1, index);
  const pairs: (readonly [One, One])[] = [];
  for (let edge = edges.pop(); edge !== undefined; edge = edges.pop()) {
    const { left, right } = edge;
    if (taken.has(left) || taken.has(right)) continue;
    const [one, other] = [points[left], points[right]] as [One, One];
    pairs.push(one.side === 'first' ? [one, other] : [other, one]);
    taken.add(left).add(right);
    const [outerLeft, outerRight] = [before[left] ?? -1, after[right] ?? points.length];
    if (outerLeft >= 0) after[outerLeft] = outerRight;
    if (outerRight < points.length) before[outerRight] = outerLeft;
    consider(outerLeft, outerRight);
  }
  return pairs;
}

/** A heap of neighbours, the nearest on top. */
class Nearest {
  private readonly edges: Edge[] = [];

  push(edge: Edge): void {
    let place = this.edges.length;
    this.edges.push(edge);
    for (let above = (place - 1) >> 1; place > 0 && this.swapIfNearer(place, above); above = (place - 1) >> 1) place = above;
  }

  pop(): Edge | undefined {
    const top = this.edges[0];
    const last = this.edges.pop();
    if (top === undefined || last === undefined || this.edges.length === 0) return top;
    this.edges[0] = last;
    for (let place = 0; ;) {
      const below = this.nearerOf(2 * place + 1, 2 * place + 2);
      if (!this.swapIfNearer(below, place)) return top;
      place = below;
    }
  }

  private nearerOf(one: number, other: number): number {
    const [left, right] = [this.edges[one], this.edges[other]];
    return left !== undefined && right !== undefined && isNearer(right, left) ? other : one;
  }

  private swapIfNearer(lower: number, upper: number): boolean {
    const [below, above] = [this.edges[lower], this.edges[upper]];
    if (below === undefined || above === undefined || !isNearer(below, above)) return false;
    this.edges[lower] = above;
    this.edges[upper] = below;
    return true;
  }
}

function isNearer(one: Edge, other: Edge): boolean {
  return one.gap === other.gap ? one.right < other.right : one.gap < other.gap;
}
