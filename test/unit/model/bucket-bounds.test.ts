/** Where hours, days and months of a zone begin, also where clocks change. */
import { expect, test } from 'vitest';
import { bucketsBetween, type BucketWidth, lastBucketEnd } from '../../../src/model/bucket-bounds.ts';
import { formatInstant, parseInstant } from '../../../src/model/instant.ts';

const at = (text: string): bigint => parseInstant(text) ?? -1n;

function startsOf(from: string, to: string, width: BucketWidth, zone: string): string[] {
  return bucketsBetween(at(from), at(to), { width, zone }).map(({ start }) => formatInstant(start));
}

test('days of a fixed offset, and the last that has ended', () => {
  expect(startsOf('2026-05-01T00:00:00Z', '2026-05-02T00:00:00Z', '1d', '+08:00')).toEqual(['2026-04-30T16:00:00Z', '2026-05-01T16:00:00Z']);
  expect(startsOf('2026-05-01T00:00:00Z', '2026-05-01T01:00:00Z', '1h', '-03:30')).toEqual(['2026-04-30T23:30:00Z', '2026-05-01T00:30:00Z']);
  expect(formatInstant(lastBucketEnd(at('2026-06-01T00:00:00Z'), { width: '1d', zone: '+08:00' }))).toBe('2026-05-31T16:00:00Z');
  expect(formatInstant(lastBucketEnd(at('2026-06-01T00:00:00Z'), { width: '1M', zone: 'UTC' }))).toBe('2026-06-01T00:00:00Z');
});

test('months follow one another, whatever their length', () => {
  const months = startsOf('2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z', '1M', 'UTC');
  expect(months).toHaveLength(12);
  expect(months[2]).toBe('2024-03-01T00:00:00Z');
});

test('the day of a clock change has 23 or 25 hours', () => {
  expect(startsOf('2026-03-28T23:00:00Z', '2026-03-30T22:00:00Z', '1d', 'Europe/Berlin')).toEqual(['2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z']);
  expect(startsOf('2026-10-24T22:00:00Z', '2026-10-26T23:00:00Z', '1d', 'Europe/Berlin')).toEqual(['2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z']);
});

test('where midnight is skipped the day begins at the change', () => {
  const days = bucketsBetween(at('2018-11-03T12:00:00Z'), at('2018-11-05T12:00:00Z'), { width: '1d', zone: 'America/Sao_Paulo' });
  expect(days.map(({ start, day }) => [formatInstant(start), day])).toEqual([
    ['2018-11-03T03:00:00Z', 17_838],
    ['2018-11-04T03:00:00Z', 17_839],
    ['2018-11-05T02:00:00Z', 17_840],
  ]);
});
