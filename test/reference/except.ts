/** What the exceptions of a period cover: of the money of their step and of its counts (SPEC §2.3, §5). */
import { formatMoney, type Money, zero } from '../../src/model/money.ts';
import type { ExceptionUse } from '../../src/model/reconciliation.ts';
import type { CountEntry } from './entries.ts';
import type { ReferenceException, ReferenceInput } from './input.ts';
import { amountOf, type Line, type Part, type Sides } from './parts.ts';
import { earliest, sorted } from './row.ts';

export interface Covered {
  /** What exceptions leave of each part; absent = all of it. */
  readonly rests: ReadonlyMap<Part, Sides>;
  readonly entries: ReadonlySet<CountEntry>;
  /** By the place of the exception in the list. */
  readonly uses: readonly ExceptionUse[];
}

const nothing: Sides = { billed: zero, expected: zero };

/** In the order of the list, each takes what it matches and nobody before it took. */
export function coverByExceptions(input: ReferenceInput, parts: readonly Part[], entries: readonly CountEntry[]): Covered {
  const rests = new Map<Part, Sides>();
  const takers = new Map<Part, number[]>();
  const covered = new Set<CountEntry>();
  const uses = input.exceptions.map((exception, place): ExceptionUse => {
    const isInForce = input.asOf <= exception.expiresOn;
    const own = oldestFirst(parts.filter(({ step, line }) => step === exception.category && speaksOf(exception, line)));
    const before = own.filter((part) => takers.has(part));
    const matched = own.map((part) => amountOf(rests.get(part) ?? part).abs());
    const takenBefore = before.map((part) => amountOf(part).minus(amountOf(rests.get(part) ?? part)));
    const earlier = new Set(before.flatMap((part) => takers.get(part) ?? []));

    let used = zero;
    let net = zero;
    for (const part of own) {
      if (!isInForce) break;
      const rest = rests.get(part) ?? part;
      const amount = amountOf(rest);
      const left = exception.maxAmount.minus(used);
      const taken = amount.abs().lte(left) ? amount : signedAs(amount, left);
      rests.set(part, taken.eq(amount) ? nothing : lessened(rest, taken));
      if (!taken.isZero()) takers.set(part, [...(takers.get(part) ?? []), place]);
      used = used.plus(taken.abs());
      net = net.plus(taken);
    }

    const open = oldestFirst(entries.filter((entry) => isMoneyStepOf(entry, exception) && !entry.isExplained && speaksOf(exception, entry.line)));
    const free = open.filter((entry) => !covered.has(entry));
    const taken = isInForce ? free.slice(0, Number(exception.maxCount ?? 0n)) : [];
    for (const entry of taken) covered.add(entry);
    return {
      covered: formatMoney(net),
      used: formatMoney(used),
      matched: formatMoney(sum(matched)),
      takenBefore: formatMoney(sum(takenBefore)),
      takers: [...earlier].sort((a, b) => a - b),
      count: taken.length,
      matchedCount: free.length,
    };
  });
  return { rests, entries: covered, uses };
}

/** The count bridge calls attempts beyond the serving one extra. */
function isMoneyStepOf({ step }: CountEntry, { category }: ReferenceException): boolean {
  return step === category || step === `extra_${category}`;
}

function speaksOf({ model, service, requestIds, from, to }: ReferenceException, { id, model: own, keys, at }: Line): boolean {
  if (model !== null && own !== model) return false;
  if (service !== null && keys.content.service !== service) return false;
  if (requestIds !== null && (id === null || !requestIds.includes(id))) return false;
  return (from === null || at >= from) && (to === null || at < to);
}

function oldestFirst<Item extends { readonly line: Line }>(items: readonly Item[]): Item[] {
  const rows = sorted(new Set(items.map(({ line }) => line.row)), earliest);
  const rank = new Map(rows.map((row, index) => [row, index]));
  return [...items].sort((a, b) => (rank.get(a.line.row) ?? 0) - (rank.get(b.line.row) ?? 0));
}

function signedAs(sign: Money, size: Money): Money {
  return sign.isNegative() ? size.negated() : size;
}

/** Off the side that points the same way, the billed one first, so that neither side ever grows. */
function lessened({ billed, expected }: Sides, taken: Money): Sides {
  const pointsAway = billed.isZero() || billed.isNegative() !== taken.isNegative();
  const ofBilled = pointsAway ? zero : billed.abs().lt(taken.abs()) ? billed : taken;
  return { billed: billed.minus(ofBilled), expected: expected.minus(taken.minus(ofBilled)) };
}

function sum(amounts: readonly Money[]): Money {
  return amounts.reduce((total, amount) => total.plus(amount), zero);
}
