/** Which columns of a sample claim to be which canonical column: by their names, and only where their values could be such. Pure. */
import { canonicalOf, claimsOf, type Meaning } from './column-names.ts';
import { bareNumber } from './number-style.ts';
import type { SampleColumn, SampleTable } from './sample-table.ts';
import { isTime } from './time-style.ts';
import { type CanonicalColumn, countColumns, type Layer } from '../../model/evidence.ts';

/** Every canonical column with the columns that claim it; two of them are no guess. */
export type Claims = ReadonlyMap<CanonicalColumn, readonly SampleColumn[]>;

/** Texts that a column of statuses or kinds may have. */
const mostTexts = 20;

export function claimedColumns({ columns }: SampleTable, layer: Layer): Claims {
  const claims = new Map<CanonicalColumn, SampleColumn[]>();
  for (const column of columns) {
    const meant = claimsOf(column.source).flatMap((meaning) => canonicalOf(meaning, layer) ?? []);
    for (const canonical of new Set(meant)) if (couldBe(canonical, column)) claims.set(canonical, [...(claims.get(canonical) ?? []), column]);
  }
  return claims;
}

/** Columns by a meaning that is no canonical column. */
export function columnsLike(columns: readonly SampleColumn[], meaning: Meaning): SampleColumn[] {
  return columns.filter(({ source }) => claimsOf(source).includes(meaning));
}

export function presentOf({ values }: SampleColumn): string[] {
  return values.flatMap((value) => value ?? []);
}

export function textsOf(column: SampleColumn): string[] {
  return [...new Set(presentOf(column))];
}

/** A whole number in any notation, grouped or not. */
export function isCount(text: string): boolean {
  return /^\d+(?:[.,'\u2019 \u00a0\u202f]\d{3})*$/.test(text.trim());
}

/** At least half of the values: what the others are, a run says row by row. A column without any value has its name alone. */
function couldBe(canonical: CanonicalColumn, column: SampleColumn): boolean {
  const values = presentOf(column);
  const mostly = (test: (value: string) => boolean): boolean => values.filter(test).length * 2 >= values.length;
  if ((countColumns as readonly string[]).includes(canonical)) return mostly(isCount);
  switch (canonical) {
    case 'timestamp_utc':
      return mostly(isTime);
    case 'charged_amount':
      return mostly((value) => bareNumber(value) !== null);
    case 'charged_currency':
      return mostly((value) => /^[A-Za-z]{3}$/.test(value));
    case 'attempt':
      return mostly((value) => /^\d{1,9}$/.test(value));
    case 'stream':
    case 'stream_completed':
    case 'client_stopped':
      return mostly((value) => /^(?:true|false|0|1)$/i.test(value));
    case 'kind':
    case 'status':
      return new Set(values).size <= mostTexts;
    case 'model_billed':
    case 'model_requested':
      return mostly((value) => /\p{L}/u.test(value));
    default:
      return true;
  }
}
