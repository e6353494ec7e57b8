/** Where a period that runs will end: what its days so far say about those to come, exact but for the square root, which is cut at 120 digits. Pure. */
import { type Day, microsPerDay, startOfDay } from './instant.ts';
import { type Amount, formatMoney, Money, moneyOf, sumMoney, zero } from './money.ts';

/** What was charged on one UTC day. */
export interface DayAmount {
  readonly day: Day;
  readonly amount: Amount;
}

export interface ForecastInput {
  /** Micros; whole days from `start` to `judgedEnd` are known, those up to `end` are to come. */
  readonly start: bigint;
  readonly judgedEnd: bigint;
  readonly end: bigint;
  /** All that is charged so far, on whatever day. */
  readonly charged: Amount;
  /** Days without charges may be left out. */
  readonly days: readonly DayAmount[];
}

export interface Forecast {
  /** At the end of the period, two decimals, half to even; never below what is charged. */
  readonly amount: Amount;
  /** Two standard deviations below and above. */
  readonly low: Amount;
  readonly high: Amount;
  readonly known_days: number;
  readonly days_to_come: number;
}

/** A week: fewer days know nothing of weekdays, and little of how days differ. */
export const fewestDays = 7;

/**
 * Each day to come costs the mean of its weekday, or of all days while its weekday is known only once. The interval is two standard deviations: of the days around
 * their means, for the days to come and for the means themselves. null = nothing is to come, or too little is known.
 */
export function forecastOf({ start, judgedEnd, end, charged, days }: ForecastInput): Forecast | null {
  const amounts = new Map(days.map(({ day, amount }) => [startOfDay(day), moneyOf(amount)]));
  const known = daysBetween(start, judgedEnd).map((day) => ({ weekday: weekdayOf(day), amount: amounts.get(day) ?? zero }));
  const coming = daysBetween(judgedEnd, end).map(weekdayOf);
  if (known.length < fewestDays || coming.length === 0) return null;
  const means = meansOf(known);
  const sum = sumMoney(coming.map((weekday) => means.of(weekday)));
  const squares = sumMoney(known.map(({ weekday, amount }) => amount.minus(means.of(weekday)).pow(2)));
  const free = Math.max(1, known.length - means.count);
  const ahead = new Money(coming.length);
  // Days to come scatter one by one; that the means are off moves them all together.
  const variance = squares.div(free).times(ahead.plus(ahead.pow(2).div(known.length)));
  const reach = variance.sqrt().times(2);
  const sofar = moneyOf(charged);
  const rounded = (amount: Money): Amount => formatMoney(Money.max(sofar, sofar.plus(amount)).toDecimalPlaces(2, Money.ROUND_HALF_EVEN));
  return { amount: rounded(sum), low: rounded(sum.minus(reach)), high: rounded(sum.plus(reach)), known_days: known.length, days_to_come: coming.length };
}

interface KnownDay {
  readonly weekday: number;
  readonly amount: Money;
}
interface Means {
  readonly of: (weekday: number) => Money;
  /** How many figures were taken from the days. */
  readonly count: number;
}

function meansOf(known: readonly KnownDay[]): Means {
  const mean = (some: readonly KnownDay[]): Money => sumMoney(some.map(({ amount }) => amount)).div(some.length);
  const all = mean(known);
  const own = new Map<number, Money>();
  for (let weekday = 0; weekday < 7; weekday += 1) {
    const alike = known.filter((day) => day.weekday === weekday);
    if (alike.length > 1) own.set(weekday, mean(alike));
  }
  const isAllUsed = known.some(({ weekday }) => !own.has(weekday));
  return { of: (weekday) => own.get(weekday) ?? all, count: own.size + (isAllUsed ? 1 : 0) };
}

/** Starts of the whole days from one instant to another. */
function daysBetween(from: bigint, to: bigint): bigint[] {
  const first = from % microsPerDay === 0n ? from : from - (from % microsPerDay) + microsPerDay;
  const days: bigint[] = [];
  for (let day = first; day + microsPerDay <= to; day += microsPerDay) days.push(day);
  return days;
}

/** From 0 to 6; which is which does not matter. */
function weekdayOf(day: bigint): number {
  return Number((day / microsPerDay) % 7n);
}
