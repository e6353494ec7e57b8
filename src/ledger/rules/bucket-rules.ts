/** Rules on exports that sum up requests: how their buckets are cut is declared, as a whole, and agrees with what the formats say (SPEC §9). */
import type { LedgerDraft } from '../draft.ts';
import { type LedgerDocument, placeOf } from '../yaml-document.ts';
import { readAsPeriods } from './period-rules.ts';
import { type BucketCut, lastBucketEnd, mostBuckets, mostBucketsBetween } from '../../model/bucket-bounds.ts';
import { openFactsOf } from '../../model/declared-reading.ts';
import type { Format } from '../../model/evidence.ts';
import { finding, type Finding } from '../../model/finding.ts';
import { formatInstant } from '../../model/instant.ts';
import { formatNames, type LayerEvidence, type Period } from '../../model/ledger.ts';

/** A layer whose formats are known, each with its grain. */
interface Reading {
  readonly period: Period;
  readonly evidence: LayerEvidence;
  readonly formats: readonly Format[];
  readonly document: LedgerDocument;
}

/** Sums are compared with sums: only the provider's, only where it is said how they are cut, and never in one layer with rows of single calls. */
export function bucketsCut(draft: LedgerDraft): Finding[] {
  const known = new Map([...draft.builtInFormats, ...draft.formats.map((part) => part.value)].map((format) => [format.name, format]));
  return readAsPeriods(draft).flatMap(({ value, document }) =>
    value.evidence.flatMap((evidence) => {
      const formats = formatNames(evidence).flatMap((format) => known.get(format) ?? []);
      const reading = { period: value, evidence, formats, document };
      if (evidence.layer === 'usage_buckets') return aboutWitness(reading, known);
      return isBucket(reading) ? aboutBuckets(reading) : aboutRows(reading);
    }),
  );
}

/** Sums are a second witness only of single calls: beside other sums, or alone, they are the provider's evidence itself. */
function aboutWitness(reading: Reading, known: ReadonlyMap<string, Format>): Finding[] {
  const { period, evidence, formats, document } = reading;
  const provider = period.evidence.find(({ layer }) => layer === 'provider');
  const beside =
    provider === undefined || provider.files.length === 0
      ? null
      : { ...reading, evidence: provider, formats: formatNames(provider).flatMap((format) => known.get(format) ?? []) };
  if (beside === null || isBucket(beside)) {
    const args = { layer: evidence.layer, format: namesOf(formats), problem: beside === null ? 'without-rows' : 'beside-buckets' };
    return [finding('buckets-unjudged', 'inconclusive', { args, source: placeOf(document, ['evidence', evidence.layer]) })];
  }
  return evidence.bucket === undefined ? [] : aboutCut(reading, evidence.bucket);
}

function isBucket({ evidence, formats }: Reading): boolean {
  return evidence.grain === 'bucket' || formats.some(({ grain }) => grain === 'bucket');
}

function aboutRows({ evidence, formats, document }: Reading): Finding[] {
  if (evidence.bucket === undefined || formats.length === 0) return [];
  const expected = `grain: bucket beside it, because a row of the format ${namesOf(formats)} is one call`;
  return [finding('invalid-value', 'inconclusive', { args: { key: 'evidence.provider.bucket.width', expected }, source: placeOf(document, widthPath) })];
}

const widthPath = ['evidence', 'provider', 'bucket', 'width'];

function aboutBuckets(reading: Reading): Finding[] {
  const { evidence, formats, document } = reading;
  const rows = evidence.grain === 'bucket' ? [] : formats.filter(({ grain }) => grain !== 'bucket');
  const { bucket } = evidence;
  if (evidence.layer !== 'provider' || bucket === undefined || rows.length > 0) {
    // That the zone is missing says the same.
    if (evidence.layer === 'provider' && bucket === undefined && isZoneMissing(reading)) return [];
    const problem = evidence.layer !== 'provider' ? 'not-the-provider' : rows.length > 0 ? 'beside-rows' : 'not-cut';
    const source = placeOf(document, ['evidence', evidence.layer, ...(problem === 'not-cut' ? ['bucket'] : [])]);
    return [finding('buckets-unjudged', 'inconclusive', { args: { layer: evidence.layer, format: namesOf(formats), problem }, source })];
  }
  return aboutCut(reading, bucket);
}

function aboutCut(reading: Reading, bucket: BucketCut): Finding[] {
  return [...otherZones(reading, bucket), ...tooMany(reading, bucket), ...boundInside(reading, bucket)];
}

function isZoneMissing({ evidence, formats }: Reading): boolean {
  return evidence.declared?.zone === undefined && formats.some((format) => openFactsOf(format).includes('zone'));
}

function namesOf(formats: readonly Format[]): string {
  return formats.map(({ name }) => name).join(', ');
}

/** A format that says where its days begin cannot be cut elsewhere. */
function otherZones({ evidence: { layer }, formats, document }: Reading, { zone }: BucketCut): Finding[] {
  return formats.flatMap(({ name, timestamp }) => {
    if (timestamp.zone === null || timestamp.zone === zone) return [];
    const args = { key: `evidence.${layer}.bucket.zone`, value: zone, expected: `${timestamp.zone}, the zone in which the format ${name} reads its days` };
    return [finding('invalid-value', 'inconclusive', { args, source: placeOf(document, ['evidence', layer, 'bucket', 'zone']) })];
  });
}

function tooMany({ period, evidence: { layer }, document }: Reading, bucket: BucketCut): Finding[] {
  if (mostBucketsBetween(period.start, period.end, bucket) <= mostBuckets) return [];
  const args = { key: `evidence.${layer}.bucket.width`, value: bucket.width, expected: `a width that cuts the period into at most ${mostBuckets} buckets` };
  return [finding('invalid-value', 'inconclusive', { args, source: placeOf(document, ['evidence', layer, 'bucket', 'width']) })];
}

/** At stage final all of the period is judged, which ends with a bucket. */
function boundInside({ period, document }: Reading, bucket: BucketCut): Finding[] {
  if (period.stage !== 'final' || period.end <= period.start || mostBucketsBetween(period.start, period.end, bucket) > mostBuckets) return [];
  const end = lastBucketEnd(period.end, bucket);
  if (end === period.end) return [];
  const args = { problem: 'period-end', width: bucket.width, zone: bucket.zone, bound: formatInstant(period.end), start: formatInstant(end) };
  return [finding('bucket-straddles', 'inconclusive', { args, source: placeOf(document, ['end_utc']) })];
}
