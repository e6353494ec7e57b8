/** Which variants of a price hold: by service tier, region and hours of the week (SPEC §10). Pure. */
import type { Instant } from './instant.ts';
import { type PriceRow, type Snapshot, type Variant, weekdays } from './ledger.ts';

/** What of a row its price may depend on beside model, tokens and time. */
export interface Selection {
  /** null = the row names none. */
  readonly serviceTier: string | null;
  readonly region: string | null;
}
export const noSelection: Selection = { serviceTier: null, region: null };

/** A stretch of the week in which the same hours hold. */
export interface WeekPart {
  /** Minute of the week at which it begins, Monday 00:00 UTC = 0. */
  readonly from: number;
  /** Names the set of hours that hold; 0 = none does. */
  readonly part: number;
}
/** What the prices of a period tell apart. */
export interface Conditions {
  /** Every service tier and region that a snapshot names, sorted. */
  readonly tiers: readonly string[];
  readonly regions: readonly string[];
  /** By snapshot: its week, and how many sets of hours it knows. */
  readonly weeks: ReadonlyMap<string, { readonly parts: readonly WeekPart[]; readonly count: number }>;
}

const minutesOfDay = 1440;
export const minutesOfWeek = 7 * minutesOfDay;
export const microsecondsOfMinute = 60_000_000n;
/** The day on which time as a number begins, 1970-01-01, is a Thursday. */
export const firstMinuteOfWeek = 3 * minutesOfDay;

/** Microseconds since the week began, Monday 00:00 UTC; in minutes, cut. */
function minuteOfWeek(at: Instant): number {
  const week = BigInt(minutesOfWeek) * microsecondsOfMinute;
  const passed = (at + BigInt(firstMinuteOfWeek) * microsecondsOfMinute) % week;
  return Number((passed < 0n ? passed + week : passed) / microsecondsOfMinute);
}

export function hasVariants({ standard }: Pick<Snapshot, 'standard'>): boolean {
  return standard !== null;
}

/** null where no snapshot tells anything apart. */
export function conditionsOf(snapshots: readonly Snapshot[]): Conditions | null {
  const declared = snapshots.filter(hasVariants);
  if (declared.length === 0) return null;
  const variants = declared.flatMap(variantsOf);
  const standard = declared.flatMap((snapshot) => snapshot.standard ?? []);
  const named = (of: (variant: Variant) => string | null): string[] =>
    [...new Set([...variants.flatMap((variant) => of(variant) ?? []), ...standard])].toSorted(byCodePoint);
  return {
    tiers: named(({ serviceTier }) => serviceTier),
    regions: named(({ region }) => region),
    weeks: new Map(snapshots.map((snapshot) => [snapshot.id, weekOf(variantsOf(snapshot))])),
  };
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function variantsOf({ prices }: Snapshot): Variant[] {
  return [...new Set(prices.flatMap(({ variants }) => variants))];
}

function weekOf(variants: readonly Variant[]): { parts: WeekPart[]; count: number } {
  const bounds = new Set([0, ...variants.flatMap(({ hours }) => (hours === null ? [] : boundsOf(hours)))]);
  const numbers = new Map([['', 0]]);
  const parts: WeekPart[] = [];
  for (const from of [...bounds].toSorted((a, b) => a - b)) {
    const set = variants.flatMap(({ hours }, index) => (hours !== null && holdAt(hours, from) ? [index] : [])).join();
    const part = numbers.get(set) ?? numbers.size;
    numbers.set(set, part);
    if (parts.at(-1)?.part !== part) parts.push({ from, part });
  }
  return { parts, count: numbers.size };
}

function boundsOf(hours: NonNullable<Variant['hours']>): number[] {
  return startsOf(hours).flatMap((start) => [start, (start + lengthOf(hours)) % minutesOfWeek]);
}

function startsOf({ start, days }: NonNullable<Variant['hours']>): number[] {
  return days.map((day) => weekdays.indexOf(day) * minutesOfDay + start);
}

function lengthOf({ start, end }: NonNullable<Variant['hours']>): number {
  return (end <= start ? end + minutesOfDay : end) - start;
}

function holdAt(hours: NonNullable<Variant['hours']>, minute: number): boolean {
  return startsOf(hours).some((start) => (minute - start + minutesOfWeek) % minutesOfWeek < lengthOf(hours));
}

/** The part of a snapshot's week at a time; without a time, the part in which no hours hold. */
export function weekPartAt(conditions: Conditions | null, snapshot: string, at: Instant | null): number {
  if (conditions === null || at === null) return 0;
  const minute = minuteOfWeek(at);
  return conditions.weeks.get(snapshot)?.parts.findLast(({ from }) => from <= minute)?.part ?? 0;
}

/** The variants of a row that hold for a tier and region in a part of the week; null where the row has no price under them (SPEC §10). */
export function variantsFor(
  snapshot: Pick<Snapshot, 'id' | 'standard'>,
  row: Pick<PriceRow, 'variants'>,
  { serviceTier, region }: Selection,
  week: { readonly conditions: Conditions; readonly part: number },
): readonly Variant[] | null {
  const fitting = row.variants.filter((variant) => (variant.serviceTier ?? serviceTier) === serviceTier && (variant.region ?? region) === region);
  const isKnown = (value: string | null, of: (variant: Variant) => string | null): boolean =>
    value === null || snapshot.standard?.includes(value) === true || fitting.some((variant) => of(variant) === value);
  if (!isKnown(serviceTier, (variant) => variant.serviceTier) || !isKnown(region, (variant) => variant.region)) return null;
  const minute = week.conditions.weeks.get(snapshot.id)?.parts.find(({ part }) => part === week.part)?.from;
  return fitting.filter(({ hours }) => hours === null || (week.part !== 0 && minute !== undefined && holdAt(hours, minute)));
}

/** `service tier batch, region eu, 22:00-02:00 UTC from fri`. */
export function whenText({ serviceTier, region, hours }: Variant): string {
  const time = (minute: number): string => [Math.trunc(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  const days = hours === null || hours.days.length === weekdays.length ? '' : ` from ${hours.days.join(', ')}`;
  const named = [
    serviceTier === null ? [] : [`service tier ${serviceTier}`],
    region === null ? [] : [`region ${region}`],
    hours === null ? [] : [`${time(hours.start)}-${time(hours.end)} UTC${days}`],
  ];
  return named.flat().join(', ');
}

/** Whether there is a row that both variants hold for. */
export function canMeet(one: Variant, other: Variant): boolean {
  const agree = (a: string | null, b: string | null): boolean => a === null || b === null || a === b;
  return agree(one.serviceTier, other.serviceTier) && agree(one.region, other.region) && shareTime(one, other);
}

function shareTime({ hours: one }: Variant, { hours: other }: Variant): boolean {
  if (one === null || other === null) return true;
  return [...startsOf(one).filter((minute) => holdAt(other, minute)), ...startsOf(other).filter((minute) => holdAt(one, minute))].length > 0;
}
