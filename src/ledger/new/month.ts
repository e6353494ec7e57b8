/** Calendar months as text: `YYYY-MM`, and bounds that keep their day, time and zone when they move by months. */
import type { Day } from '../../model/instant.ts';

/** `YYYY-MM`. */
export type Month = string;

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
