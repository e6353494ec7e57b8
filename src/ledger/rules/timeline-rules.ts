/** Rules on periods of one account and environment beside each other: no gap, no overlap. */
import type { LedgerDraft, PeriodPart } from '../draft.ts';
import { placeOf } from '../yaml-document.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { formatInstant } from '../../model/instant.ts';
import { periodsFolder } from '../../model/layout.ts';
import type { Period } from '../../model/ledger.ts';

/** Two periods that count the same rows would count the same money twice. A period without environment or models covers them all. */
export function periodOverlap({ periods }: LedgerDraft): Finding[] {
  return periods.flatMap((later, index) =>
    periods
      .slice(0, index)
      .filter((earlier) => later.value.start < earlier.value.end && earlier.value.start < later.value.end)
      .filter((earlier) => shareScope(earlier.value, later.value))
      .map((earlier) => overlapOf(earlier, later)),
  );
}

/** Time that no period covers is money that nobody looks at. An unread period might cover it. */
export function periodGap({ periods, unread }: LedgerDraft): Finding[] {
  if ([...unread].some((name) => name.startsWith(`${periodsFolder}/`))) return [];
  return periods.flatMap((later, index) => {
    const before = periods.slice(0, index).filter((earlier) => shareScope(earlier.value, later.value));
    const last = before.reduce<PeriodPart | null>((latest, part) => (latest && latest.value.end >= part.value.end ? latest : part), null);
    return last !== null && last.value.end < later.value.start ? [gapBetween(last, later)] : [];
  });
}

function overlapOf({ value: first }: PeriodPart, { value: second, document }: PeriodPart): Finding {
  const from = first.start > second.start ? first.start : second.start;
  const to = first.end < second.end ? first.end : second.end;
  const args = { first: first.id, second: second.id, from: formatInstant(from), to: formatInstant(to) };
  return finding('period-overlap', 'fail', { args, source: placeOf(document, ['start_utc']) });
}

function gapBetween({ value: earlier }: PeriodPart, { value: later, document }: PeriodPart): Finding {
  const args = { period: later.id, from: formatInstant(earlier.end), to: formatInstant(later.start) };
  return finding('period-gap', 'warn', { args, source: placeOf(document, ['start_utc']) });
}

function shareScope(a: Period, b: Period): boolean {
  const environments = a.environment === null || b.environment === null || a.environment === b.environment;
  const models = a.models === null || b.models === null || a.models.some((model) => b.models?.includes(model));
  return a.accountRef === b.accountRef && environments && models;
}
