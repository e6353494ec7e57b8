/** Where hours, days and months of a zone begin: the bounds of buckets. Pure. */
import type { BucketDimension } from './evidence.ts';
import { dayOf, type Instant, microsPerDay, startOfDay } from './instant.ts';

export const bucketWidths = ['1h', '1d', '1M'] as const;
type ExportWidth = (typeof bucketWidths)[number];

/** What cells can be as wide as: a bucket of an export, or the whole period, which lines of an invoice sum up. */
export const cellWidths = [...bucketWidths, 'period'] as const;
export type BucketWidth = (typeof cellWidths)[number];

/** One bucket; start inclusive, end exclusive. */
export interface Bucket {
  readonly start: Instant;
  readonly end: Instant;
  /** The local date of its start, in days since 1970-01-01. */
  readonly day: number;
}

/** How sums of requests are cut, and by what they are told apart (SPEC §9). */
export interface BucketCut {
  readonly width: BucketWidth;
  /** The period's bounds, where it is one bucket; left out of every other width. */
  readonly whole?: Pick<Bucket, 'start' | 'end'>;
  /** Fixed offset or IANA name: where hours, days and months begin. */
  readonly zone: string;
  readonly by: readonly BucketDimension[];
  /** Microseconds that the provider may count a request later than our log; never more than one bucket. */
  readonly lag: bigint;
}
type Cut = Pick<BucketCut, 'width' | 'zone' | 'whole'>;

/** More buckets than this no period may be cut into: ten years of hours are fewer. */
export const mostBuckets = 100_000n;

const microsPerHour = 3_600_000_000n;
const fewestMicros: Readonly<Record<ExportWidth, bigint>> = { '1h': microsPerHour, '1d': 23n * microsPerHour, '1M': 28n * microsPerDay };

/** An upper bound of the number of buckets between two points in time. */
export function mostBucketsBetween(from: Instant, to: Instant, { width }: Pick<Cut, 'width'>): bigint {
  return width === 'period' ? 1n : (to - from) / fewestMicros[width] + 2n;
}

/** The bucket that holds a point in time. */
export function bucketAt(instant: Instant, { width, zone, whole }: Cut): Bucket {
  if (whole !== undefined) return { ...whole, day: Number(floorDiv(whole.start, microsPerDay)) };
  const local = instant + offsetAt(instant, zone);
  const day = floorDiv(local, microsPerDay);
  if (width === '1h') {
    const start = instant - (local - floorDiv(local, microsPerHour) * microsPerHour);
    return { start, end: start + microsPerHour, day: Number(day) };
  }
  const first = width === '1d' ? day : monthOf(day, 0);
  const next = width === '1d' ? day + 1n : monthOf(day, 1);
  return { start: startOfLocalDay(first, zone), end: startOfLocalDay(next, zone), day: Number(first) };
}

/** Every bucket that holds some of the time from `from` to `to`, in order. */
export function bucketsBetween(from: Instant, to: Instant, cut: Cut): Bucket[] {
  const found: Bucket[] = [];
  for (let at = from; at < to;) {
    const bucket = bucketAt(at, cut);
    found.push(bucket);
    at = bucket.end;
  }
  return found;
}

/** The last end of a bucket at or before a point in time. */
export function lastBucketEnd(instant: Instant, cut: Cut): Instant {
  const { start, end } = bucketAt(instant, cut);
  return instant >= end ? end : start;
}

/** The first day of the month of a day, or of the next, in days since 1970. */
function monthOf(day: bigint, later: 0 | 1): bigint {
  const first = startOfDay(`${dayOf(day * microsPerDay).slice(0, 7)}-01`);
  // No month has more than 31 days, and the 32nd after its first lies in the next.
  return later === 0 ? first / microsPerDay : monthOf(first / microsPerDay + 31n, 0);
}

/** Where a clock change skips midnight, the day begins at the change. */
function startOfLocalDay(day: bigint, zone: string): Instant {
  const local = day * microsPerDay;
  const offsets = [local - microsPerDay, local + microsPerDay].map((near) => offsetAt(near, zone));
  const starts = offsets.map((offset) => local - offset).filter((start) => start + offsetAt(start, zone) === local);
  if (starts.length > 0) return starts.reduce((first, start) => (start < first ? start : first));
  const [before = 0n] = offsets;
  return local - before;
}

/** Microseconds that the local time of the zone is ahead of UTC. */
function offsetAt(instant: Instant, zone: string): bigint {
  const fixed = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (fixed !== null) {
    const micros = (BigInt(fixed[2] ?? '0') * 60n + BigInt(fixed[3] ?? '0')) * 60_000_000n;
    return fixed[1] === '-' ? -micros : micros;
  }
  const millis = floorDiv(instant, 1000n);
  const parts = new Map(
    clockOf(zone)
      .formatToParts(Number(millis))
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const local = BigInt(Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')));
  return (local - floorDiv(millis, 1000n) * 1000n) * 1000n;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' } as const;
  const known = clocks.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...numeric });
  clocks.set(zone, known);
  return known;
}

function floorDiv(value: bigint, by: bigint): bigint {
  return (value - (((value % by) + by) % by)) / by;
}
