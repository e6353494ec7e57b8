/** Sentences about exports that sum up requests: how they are cut, and what they show beside rows of single calls. */
import type { Wording } from './template.ts';

export const bucketWording = {
  'buckets-unjudged': {
    title: 'Evidence that sums up requests',
    sentence: 'The {layer} rows in the format {format} each sum up a stretch of time, and {problem}',
    remedy: 'Name an export with a row for each request in period.yaml.',
    when: {
      'not-cut': {
        remedy:
          'Say in period.yaml how they are cut, as bucket: { width, zone, by }: 1h, 1d or 1M, the zone in which days begin, and what tells the buckets of a day apart, such as key_ref and model_billed.',
      },
      'beside-buckets': {
        remedy: 'Name all exports that sum up requests under evidence.provider.files, each with its format, and take usage_buckets out of period.yaml.',
      },
      'without-rows': {
        remedy:
          'Name this export as evidence.provider with grain: bucket in period.yaml: where there are no single calls beside it, it is the evidence itself.',
      },
      'beside-rows': { remedy: 'Name exports of one grain, or say grain: bucket if every row of them sums up a stretch of time.' },
    },
  },
  'bucket-straddles': {
    title: 'Buckets that are cut otherwise than the period',
    sentence: 'Buckets of {width} in the zone {zone} do not fit: {problem}',
    remedy:
      "Put the period's bounds where buckets begin, such as start_utc: 2026-04-30T16:00:00Z for a May in the zone +08:00, or export the usage in the zone of the bounds.",
    when: {
      'no-start': {
        sentence: '{count} {layer} {count:row begins|rows begin} where no bucket of {width} in the zone {zone} begins, the first at {start}',
        remedy: 'Correct width or zone of the bucket in period.yaml, or export the usage in that zone.',
      },
      bounds: {
        sentence: '{count} {layer} {count:row sums|rows sum} up {width} in the zone {zone} across a bound of the period, the first from {start}',
      },
      'period-end': {
        sentence: 'The period ends at {bound}, inside of a bucket of {width} in the zone {zone}, which begins at {start}',
      },
    },
  },
  'bucket-restated': {
    title: 'A bucket that is stated twice, with other figures',
    sentence: '{count} {layer} {count:bucket stands|buckets stand} in the export more than once, with other figures each time, the first of them {bucket}',
    remedy:
      'Name the file that counts in period.yaml and leave the other out; or, where such rows are parts of one bucket, map line_item in the format to what tells them apart.',
  },
  'bucket-unvalued': {
    title: 'Buckets without an amount and without a cost',
    sentence: '{count} {layer} {count:bucket states|buckets state} no amount, and {count:its|their} usage has no cost at our prices',
    remedy: 'Export amounts too, or add the price of the model to a snapshot in a reviewed change.',
  },
  'tier-unknown': {
    title: 'Usage of a model whose price depends on the size of each request',
    sentence:
      '{count} {layer} {count:bucket|buckets} of {model}, whose price depends on the input of each request, {count:does|do} not say how large requests were: {count:its|their} usage costs between {base} and {top}',
    remedy: 'Name an export with a row for each request, or one without token counts, whose amounts are then compared as they are.',
  },
  'bucket-mismatch': {
    title: 'The export of calls and the buckets beside it differ',
    sentence:
      'In {count} {count:bucket|buckets} the provider’s rows and {layer} differ in {measure}[: the rows lack {short} and have {over} too much][: the rows lack {missing} and have {extra} too many, of {stated_sum}]',
    remedy:
      'Export the rows of these buckets again: where they lack something the export is incomplete, where they have too much rows stand in it twice. If both exports are whole, ask the provider which is right.',
  },
  'bucket-uncompared': {
    title: 'Buckets beside the calls that could not be compared',
    sentence: 'The {cells} {layer} were compared with the provider’s rows in part: {measures}',
    remedy: 'Map what both exports state in their formats: what one of them leaves out is not 0, and is compared with nothing.',
    when: {
      nothing: { sentence: 'Nothing in the {cells} {layer} was compared with the provider’s rows: no figure is stated by both ({measures})' },
      cells: {
        sentence: 'Nothing in {count} of {cells} {layer} was compared with the provider’s rows: no figure in {count:it|them} is stated by both ({measures})',
      },
      measures: {
        sentence: 'The {cells} {layer} were compared with the provider’s rows in part: {measures}',
        remedy: 'Nothing to do if one of the exports has no such figures; else map them in its format. What was not compared is not confirmed by the buckets.',
      },
    },
  },
  'requests-unreported': {
    title: 'Buckets that do not say how many requests they hold',
    sentence: '{count} {count:bucket counts|buckets count} no requests; the {requests} of ours in {count:it|them} are taken as met',
    remedy: 'Nothing to do if the export has no such column; else map it to requests in the format.',
  },
} as const satisfies Readonly<Record<string, Wording>>;
