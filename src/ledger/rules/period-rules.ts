/** Rules on periods: bounds, time, layers, formats, and no gap or overlap between those of one account and environment. */
import type { LedgerDraft, Part, PeriodPart } from '../draft.ts';
import { placeOf, valueAt } from '../yaml-document.ts';
import { openFacts, openFactsOf, type OpenFact } from '../../model/declared-reading.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { endOfDay, formatInstant } from '../../model/instant.ts';
import { linesProblem } from '../../model/invoice-lines.ts';
import { ledgerPath, periodsFolder } from '../../model/layout.ts';
import { formatNames, type Period } from '../../model/ledger.ts';
import { shareAccounts, shareKeys, shareModels } from '../../model/scope.ts';

/** Bounds are UTC and in order. */
export function periodBounds({ periods }: LedgerDraft): Finding[] {
  return periods.flatMap((part) => [...boundsNotUtc(part), ...boundsEmpty(part)]);
}

function boundsNotUtc({ value: period, document }: PeriodPart): Finding[] {
  return ['start_utc', 'end_utc'].flatMap((key) => {
    const written = valueAt(document, [key]);
    if (typeof written !== 'string' || written.endsWith('Z')) return [];
    const args = { period: period.id, key, value: written, reason: 'not-utc' };
    return [finding('period-bounds', 'fail', { args, source: placeOf(document, [key]) })];
  });
}

function boundsEmpty({ value: period, document }: PeriodPart): Finding[] {
  if (period.end > period.start) return [];
  const args = { period: period.id, key: 'end_utc', value: formatInstant(period.end), reason: 'empty' };
  return [finding('period-bounds', 'fail', { args, source: placeOf(document, ['end_utc']) })];
}

/** A period that starts after the day of the run cannot be judged. */
export function periodFuture({ periods, asOf }: LedgerDraft): Finding[] {
  return periods
    .filter(({ value }) => value.start >= endOfDay(asOf))
    .map(({ value, document }) =>
      finding('period-future', 'fail', {
        args: { period: value.id, start: formatInstant(value.start), as_of: asOf },
        source: placeOf(document, ['start_utc']),
      }),
    );
}

/** Application and provider evidence is what a reconciliation reconciles. */
export function layersPresent({ periods }: LedgerDraft): Finding[] {
  return periods.flatMap(({ value, document }) =>
    (['application', 'provider'] as const)
      .filter((layer) => value.evidence.every((evidence) => evidence.layer !== layer))
      .map((layer) => {
        const declared = valueAt(document, ['layers', layer, 'none']);
        const isDeclared = typeof declared === 'string';
        const problem = isDeclared && layer === 'provider' ? linesProblem(value) : null;
        const args = { period: value.id, layer, ...(isDeclared ? { declared } : {}), ...(problem === null ? {} : { problem }) };
        return finding('layer-missing', 'inconclusive', { args, source: placeOf(document, ['evidence']) });
      }),
  );
}

/** What is read by formats and priced by snapshots: periods, and drills, which are periods without a name among these. */
export function readAsPeriods({ periods, drills }: LedgerDraft): readonly (Part<Period> & { readonly words: Readonly<Record<string, string>> })[] {
  return [
    ...periods.map(({ value, document }) => ({ value, document, words: { period: value.id } })),
    ...drills.map(({ value, document }) => ({ value: value.period, document, words: {} })),
  ];
}

/** Every format that evidence names exists. */
export function formatsKnown(draft: LedgerDraft): Finding[] {
  const { formats, builtInFormats, unread } = draft;
  const own = formats.map((part) => part.value.name).toSorted();
  const known = new Set([...own, ...builtInFormats.map((format) => format.name)]);
  return readAsPeriods(draft).flatMap(({ value, document, words }) =>
    value.evidence
      .flatMap((evidence) => formatNames(evidence).map((format) => ({ layer: evidence.layer, format })))
      .filter(({ format }) => !known.has(format) && !unread.has(ledgerPath('format', format)))
      .map(({ layer, format }) =>
        finding('format-unknown', 'inconclusive', {
          args: { ...words, layer, format, known: nearestFirst([...known], format, own).join(', ') },
          source: placeOf(document, ['evidence', layer, 'format']),
        }),
      ),
  );
}

/** Those of the ledger, then those that share a word with the name, then the others: a long list is cut. */
function nearestFirst(known: readonly string[], name: string, own: readonly string[]): string[] {
  const words = name.toLowerCase().split(/[-_.]/);
  const place = (format: string): number => (own.includes(format) ? 0 : format.split('-').some((word) => words.includes(word)) ? 1 : 2);
  return known.toSorted((a, b) => place(a) - place(b));
}

const declaredKeys: Readonly<Record<OpenFact, readonly string[]>> = { zone: ['bucket', 'zone'], inclusion: ['input_includes'] };
const declaredWords: Readonly<Record<OpenFact, string>> = {
  zone: 'the zone in which the days of this export begin, as bucket: { zone: "+08:00" }',
  inclusion: 'what the token counts of this export hold, as input_includes and output_includes',
};

/** What formats leave open is declared, and nothing else is: a day without a zone, or a count that may hold another, is never guessed. */
export function openFactsDeclared(draft: LedgerDraft): Finding[] {
  const known = new Map([...draft.builtInFormats, ...draft.formats.map((part) => part.value)].map((format) => [format.name, format]));
  return readAsPeriods(draft).flatMap(({ value, document }) =>
    value.evidence.flatMap((evidence) => {
      const formats = formatNames(evidence).flatMap((format) => known.get(format) ?? []);
      const open = new Set(formats.flatMap(openFactsOf));
      return openFacts.flatMap((fact): Finding[] => {
        const isDeclared = evidence.declared?.[fact] !== undefined;
        if (isDeclared === open.has(fact) || formats.length === 0) return [];
        // Buckets are cut in a zone whatever their times say.
        if (fact === 'zone' && isDeclared && evidence.bucket !== undefined) return [];
        const path = ['evidence', evidence.layer, ...declaredKeys[fact]];
        const key = path.join('.');
        const source = placeOf(document, path);
        if (!isDeclared) return [finding('missing-key', 'inconclusive', { args: { key, expected: declaredWords[fact] }, source })];
        const said = formats.map(({ name }) => name).join(', ');
        return [finding('invalid-value', 'inconclusive', { args: { key, expected: `no value, because the format ${said} says it itself` }, source })];
      });
    }),
  );
}

/** Two periods that count the same rows would count the same money twice. A period without environment, keys or models covers them all. */
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
  return shareAccounts(a, b) && environments && shareKeys(a, b) && shareModels(a, b);
}
