/** Name and bounds of the period that comes after another: the month asked for, in the other's zone and under the other's way of naming. */
import { type Day, formatInstant, type Instant, parseInstant, startOfDay } from '../../model/instant.ts';
import { UserError } from '../../model/user-error.ts';

export interface Predecessor {
  readonly id: string;
  /** As written: zone and all. */
  readonly start: string;
  readonly end: string;
}

export interface NextBounds {
  readonly id: string;
  readonly start: string;
  readonly end: string;
  /** The month of the predecessor's start and of this one's, in the zone in which they are written: names of files may hold them. */
  readonly months: { readonly from: Month; readonly to: Month };
}

const monthIn = /\d{4}-(?:0[1-9]|1[0-2])(?!\d)/;

/**
 * `id`: null = named as the predecessor is. Without a month in the id it is the last one that ended before `asOf`, or the one after the predecessor when
 * that is later. A predecessor that is no calendar month is followed, in the same length, right where it ends.
 */
export function nextBounds(before: Predecessor, id: string | null, asOf: Day): NextBounds {
  if (id !== null && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(id)) {
    throw new UserError(`${JSON.stringify(id)} cannot name a period.`, 'Use letters, digits, ".", "_" and "-", such as 2026-06.');
  }
  const isMonthly = movedTimestamp(before.start, 1) === before.end;
  return isMonthly ? nextMonth(before, id, asOf) : nextStretch(before, id);
}

function nextMonth(before: Predecessor, id: string | null, asOf: Day): NextBounds {
  const from = before.start.slice(0, 7);
  const asked = id === null ? null : monthIn.exec(id)?.[0];
  const by = asked === null || asked === undefined ? Math.max(1, endedBy(before, asOf)) : monthsBetween(from, asked);
  const to = movedMonth(from, by);
  const [start, end] = [before.start, before.end].map((text) => movedTimestamp(text, by) ?? text);
  return { id: id ?? namedAfter(before, from, to), start: start ?? '', end: end ?? '', months: { from, to } };
}

/** By how many months the last such period that is over by the day comes after the predecessor. */
function endedBy({ end }: Predecessor, asOf: Day): number {
  const now = startOfDay(asOf);
  let by = monthsBetween(end.slice(0, 7), asOf.slice(0, 7)) + 1;
  while (by > 0 && instantOf(movedTimestamp(end, by) ?? end) > now) by -= 1;
  return by;
}

function nextStretch(before: Predecessor, id: string | null): NextBounds {
  if (id === null) throw unnamed(before.id);
  const [start, end] = [instantOf(before.start), instantOf(before.end)];
  const [from, to] = [before.start.slice(0, 7), before.end.slice(0, 7)];
  return { id, start: before.end, end: formatInstant(end + (end - start)), months: { from, to } };
}

function namedAfter({ id }: Predecessor, from: Month, to: Month): string {
  if (!id.includes(from)) throw unnamed(id);
  return id.replace(from, to);
}

function unnamed(before: string): UserError {
  return new UserError(`The period ${before} is not named after its month, so that the next one has no name yet.`, 'Name it: trueup period new <id>.');
}

function instantOf(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new TypeError(`not a timestamp: ${text}`);
  return instant;
}

/** `YYYY-MM`. */
type Month = string;

/** The month that ended last before the day: on its first day as well, the one before. */
export function lastEndedMonth(day: Day): Month {
  return movedMonth(day.slice(0, 7), -1);
}

export function movedMonth(month: Month, by: number): Month {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const months = year * 12 + number - 1 + by;
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}`;
}

/** How many months `to` is after `from`. */
export function monthsBetween(from: Month, to: Month): number {
  const count = (month: Month): number => {
    const [year = 0, number = 1] = month.split('-').map(Number);
    return year * 12 + number;
  };
  return count(to) - count(from);
}

/** The timestamp `by` months later, with its day, time and offset as written; null for a day that not every month has. */
export function movedTimestamp(text: string, by: number): string | null {
  const [, month = '', day = '', rest = ''] = /^(\d{4}-\d{2})-(\d{2})(.*)$/.exec(text) ?? [];
  return month === '' || Number(day) > 28 ? null : `${movedMonth(month, by)}-${day}${rest}`;
}
