/** What people call a period: a calendar month by its name, any other by its id. */
import type { Result } from '../model/result.ts';
import type { Show } from './wording/template.ts';

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** `May 2026` where the id and the bounds are of that month in UTC, else the id as the medium shows it. */
export function periodName({ id, start_utc: start, end_utc: end }: Pick<Result['period'], 'id' | 'start_utc' | 'end_utc'>, show: Show): string {
  const [, year = '', month = ''] = /^(\d{4})-(\d{2})$/.exec(id) ?? [];
  const name = months[Number(month) - 1];
  if (name === undefined || start !== `${id}-01T00:00:00Z` || end !== `${followerOf(year, month)}-01T00:00:00Z`) return show(id);
  return `${name} ${year}`;
}

function followerOf(year: string, month: string): string {
  return month === '12' ? `${String(Number(year) + 1).padStart(4, '0')}-01` : `${year}-${String(Number(month) + 1).padStart(2, '0')}`;
}
