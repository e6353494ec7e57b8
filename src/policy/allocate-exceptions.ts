/** Shares money out to exceptions in file order: each takes what it matches and nobody before it took, up to its cap. Pure. */
import { Money, sumMoney, zero } from '../model/money.ts';

/** Money that can be taken as a whole or in part; `amount` is net, its two sides are what the cut by model shows. */
export interface Coverable {
  /** Places of the exceptions that speak of it. */
  readonly matches: readonly number[];
  /** Parts with one group are weighed together: no level looks at them more closely. */
  readonly group: string;
  readonly amount: Money;
  /** `billed + expected = increase + decrease = amount`. */
  readonly billed: Money;
  readonly expected: Money;
  readonly increase: Money;
  readonly decrease: Money;
}

/** What is left of a part. */
export type Rest = Omit<Coverable, 'matches' | 'group'>;

export interface Use {
  /** Net money that it covers, signed as in the bridge. */
  readonly covered: Money;
  /** Of its cap: ups and downs added, so that they cannot cancel. */
  readonly used: Money;
  /** What it speaks of and nobody before it took, weighed like `used`. */
  readonly matched: Money;
  /** Net money that it speaks of and that earlier ones took. */
  readonly takenBefore: Money;
  /** Places of those earlier ones. */
  readonly takers: readonly number[];
}

export interface Allocation {
  /** By the place of the part. */
  readonly rests: readonly Rest[];
  /** By the place of the exception. */
  readonly uses: readonly Use[];
}

interface Group {
  readonly weight: Money;
  readonly net: Money;
  readonly places: readonly number[];
}

const nothing: Rest = { amount: zero, billed: zero, expected: zero, increase: zero, decrease: zero };

/** `caps` in file order; null covers nothing. Parts are taken in their order, so that equal input gives equal shares. */
export function allocateExceptions(parts: readonly Coverable[], caps: readonly (Money | null)[]): Allocation {
  const rests: Rest[] = parts.map(({ matches: _matches, group: _group, ...rest }) => rest);
  const takers: number[][] = parts.map(() => []);
  const uses = caps.map((cap, exception): Use => {
    const own = [...parts.keys()].filter((place) => parts[place]?.matches.includes(exception) === true);
    const before = own.filter((place) => (takers[place] ?? []).length > 0);
    const groups = groupsOf(parts, rests, own);
    const matched = sumMoney(groups.map(({ weight }) => weight));
    const taken = cap === null ? none : take(rests, groups, matched, cap);
    for (const place of taken.places) takers[place]?.push(exception);
    return {
      covered: taken.covered,
      used: taken.used,
      matched,
      takenBefore: sumMoney(before.map((place) => (parts[place]?.amount ?? zero).minus(amountAt(rests, place)).minus(taken.amounts.get(place) ?? zero))),
      takers: [...new Set(before.flatMap((place) => takers[place] ?? []))].filter((place) => place !== exception).sort((a, b) => a - b),
    };
  });
  return { rests, uses };
}

interface Taken {
  readonly covered: Money;
  readonly used: Money;
  readonly places: readonly number[];
  /** Net amounts by place. */
  readonly amounts: ReadonlyMap<number, Money>;
}
const none: Taken = { covered: zero, used: zero, places: [], amounts: new Map() };

/** All of it when the cap reaches; else from the net of it, so that no sum ever moves away from zero, nor any level by more than the cap. */
function take(rests: Rest[], groups: readonly Group[], matched: Money, cap: Money): Taken {
  return matched.lessThanOrEqualTo(cap) ? takeAll(rests, groups, matched) : takeNet(rests, groups, cap);
}

function takeAll(rests: Rest[], groups: readonly Group[], used: Money): Taken {
  const amounts = new Map<number, Money>();
  for (const place of groups.flatMap(({ places }) => places)) {
    amounts.set(place, amountAt(rests, place));
    rests[place] = nothing;
  }
  return { covered: sumMoney(amounts.values()), used, places: [...amounts.keys()], amounts };
}

function takeNet(rests: Rest[], groups: readonly Group[], cap: Money): Taken {
  const net = sumMoney(groups.map((group) => group.net));
  const isUp = net.isPositive();
  const amounts = new Map<number, Money>();
  const whole = Money.min(cap, net.abs());
  let left = whole;
  for (const group of groups) {
    if (group.net.isPositive() !== isUp) continue;
    let ofGroup = Money.min(left, group.net.abs());
    left = left.minus(ofGroup);
    for (const place of group.places) {
      const amount = amountAt(rests, place);
      if (ofGroup.isZero() || amount.isZero() || amount.isPositive() !== isUp) continue;
      const size = Money.min(ofGroup, amount.abs());
      ofGroup = ofGroup.minus(size);
      const signed = isUp ? size : size.negated();
      amounts.set(place, signed);
      rests[place] = lessened(rests[place] ?? nothing, signed);
    }
  }
  return { covered: isUp ? whole : whole.negated(), used: whole, places: [...amounts.keys()], amounts };
}

/** What is taken comes off the side that points the same way, the billed one first: neither side ever grows. */
function lessened({ amount, billed, expected, increase, decrease }: Rest, taken: Money): Rest {
  const isUp = taken.isPositive();
  const sameWay = billed.isPositive() === isUp;
  const fromBilled = sameWay ? (billed.abs().lessThan(taken.abs()) ? billed : taken) : zero;
  return {
    amount: amount.minus(taken),
    billed: billed.minus(fromBilled),
    expected: expected.minus(taken.minus(fromBilled)),
    increase: isUp ? increase.minus(taken) : increase,
    decrease: isUp ? decrease : decrease.minus(taken),
  };
}

function groupsOf(parts: readonly Coverable[], rests: readonly Rest[], own: readonly number[]): Group[] {
  const places = new Map<string, number[]>();
  for (const place of own) {
    const group = parts[place]?.group ?? '';
    const known = places.get(group);
    if (known === undefined) places.set(group, [place]);
    else known.push(place);
  }
  return [...places.values()].map((group) => {
    const sum = (side: keyof Rest): Money => sumMoney(group.map((place) => rests[place]?.[side] ?? zero));
    const net = sum('amount');
    return { net, weight: Money.max(net.abs(), sum('billed').abs(), sum('expected').abs()), places: group };
  });
}

function amountAt(rests: readonly Rest[], place: number): Money {
  return rests[place]?.amount ?? zero;
}
