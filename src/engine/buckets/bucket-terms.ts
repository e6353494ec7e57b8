/** What a run knows of buckets before any of their rows is looked at: where they begin, and by what cells are told apart (SPEC §9). */
import { joinSql, sql, type Sql } from '../sql.ts';
import { type Bucket, type BucketWidth, bucketsBetween } from '../../model/bucket-bounds.ts';
import type { BucketDimension, CanonicalColumn, EvidenceLayer, Layer } from '../../model/evidence.ts';
import type { Contract, InvoiceRounding, Period } from '../../model/ledger.ts';

export type LogLayer = Exclude<Layer, 'provider'>;

export interface BucketTerms {
  readonly width: BucketWidth;
  readonly zone: string;
  /** Microseconds by which the provider may count a request later than our log. */
  readonly lag: bigint;
  /** Those of the declared dimensions that our rows carry too; over the others the provider's rows are summed. */
  readonly by: readonly BucketDimension[];
  /** Every bucket that holds some of the period, in order. */
  readonly list: readonly Bucket[];
  /** The logs whose rows are units. */
  readonly units: readonly LogLayer[];
  /** How the amounts of rows are rounded that are lines of an invoice, or sums that may be printed as those are; null where they are not, or the contract does not say. */
  readonly lineRounding: InvoiceRounding | null;
}

type Filled = Readonly<Record<EvidenceLayer, readonly CanonicalColumn[]>>;

/** Null where the provider's rows are calls. A gateway that counts no tokens says how often was tried, not what a try used. */
export function bucketTerms(period: Period, { invoiceRounding }: Pick<Contract, 'invoiceRounding'>, filled: Filled): BucketTerms | null {
  const cut = period.evidence.find(({ layer }) => layer === 'provider')?.bucket;
  if (cut === undefined) return null;
  const counting: readonly CanonicalColumn[] = ['input_tokens', 'output_tokens'];
  const hasGateway = period.evidence.some(({ layer }) => layer === 'gateway') && filled.gateway.some((column) => counting.includes(column));
  const units: readonly LogLayer[] = hasGateway ? ['gateway', 'application'] : ['application'];
  const isCarried = (dimension: BucketDimension): boolean => dimension === 'model_billed' || units.some((layer) => filled[layer].includes(dimension));
  return {
    width: cut.width,
    zone: cut.zone,
    lag: cut.lag,
    by: cut.by.filter(isCarried),
    list: bucketsBetween(period.start, period.end, cut),
    units,
    lineRounding: cut.width === 'period' ? invoiceRounding : null,
  };
}

/** Of sums that stand beside rows of calls: cells go by what both exports tell apart. Null where there are none. */
export function witnessTerms(period: Period, { invoiceRounding }: Pick<Contract, 'invoiceRounding'>, filled: Filled): BucketTerms | null {
  const cut = period.evidence.find(({ layer }) => layer === 'usage_buckets')?.bucket;
  if (cut === undefined) return null;
  const { width, zone, lag } = cut;
  const by = cut.by.filter((dimension) => isToldByBoth(dimension, filled));
  return { width, zone, lag, by, list: bucketsBetween(period.start, period.end, cut), units: [], lineRounding: invoiceRounding };
}

/** Whether the export of calls and that of sums both have the column. */
export function isToldByBoth(column: CanonicalColumn, filled: Filled): boolean {
  return filled.provider.includes(column) && filled.usage_buckets.includes(column);
}

/** The column of units and of rows that says which cell they belong to. */
export const cellColumns = {
  key_ref: 'cell_key',
  model_billed: 'model',
  service_tier: 'cell_tier',
  region: 'cell_region',
} as const satisfies Record<BucketDimension, string>;

/** The columns of every cell; those that are no dimension are null. */
export const cellKeys: readonly (typeof cellColumns)[BucketDimension][] = Object.values(cellColumns);

/** The same columns of one side; `of` is what the side itself says of the dimension. */
export function cellKeysOf({ by }: BucketTerms, of: Readonly<Record<BucketDimension, Sql>>): Sql {
  const columns = (Object.keys(cellColumns) as BucketDimension[]).map((dimension) => {
    const type = dimension === 'model_billed' ? sql`integer` : sql`varchar`;
    return sql`${by.includes(dimension) ? of[dimension] : sql`null`}::${type} as ${cellColumns[dimension]}`;
  });
  return joinSql(columns, ',\n    ');
}
