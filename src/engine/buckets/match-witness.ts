/** Sums of the provider beside its calls: the calls of the export in the cells of the sums, and what each side says of them (SPEC §9, second witness). */
import { bucketFates, bucketJoin, bucketRows, bucketStretches, createBuckets } from './bucket-rows.ts';
import { type BucketTerms, cellKeys, cellKeysOf, isToldByBoth } from './bucket-terms.ts';
import { shiftOf } from './cell-lines.ts';
import { nameOf } from './cells.ts';
import { moveEdges } from './move-edges.ts';
import type { Database } from '../database.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { contentColumns, contentOrder, inKeys, inScope, table, type Terms, view } from '../terms.ts';
import { type CanonicalColumn, tokenColumns } from '../../model/evidence.ts';
import type { Instant } from '../../model/instant.ts';

/** The relation of the copies among the sums. */
export const witnessFates = sql`witness_fates`;

const keys = joinSql(cellKeys);

/** Needs the finished relations of a period of calls; leaves `bucket_rows`, `witness_fates` and `witness_measures`. */
export async function matchWitness(
  database: Database,
  buckets: BucketTerms,
  terms: Terms,
  bounds: { readonly start: Instant; readonly end: Instant },
): Promise<void> {
  const scope = scopeOfBoth(terms);
  const [ours, theirs] = [sql`witness_calls`, sql`witness_sums`];
  for (const statement of [
    createBuckets(buckets, bounds),
    bucketStretches(buckets),
    bucketRows('usage_buckets', scope),
    bucketFates(witnessFates),
    calls(buckets, scope, terms),
    sums(),
  ]) {
    await database.run(statement);
  }
  await moveEdges(database, buckets, { ours, theirs, counted: sql`is_charge and not is_part` });
  await database.run(cells(buckets));
  await database.run(measuredCells(buckets, terms));
}

/** Keys and models are in scope or not where both exports tell them: a sum over all of them is held against all calls. */
function scopeOfBoth(terms: Terms): Terms {
  const told = (column: CanonicalColumn): boolean => isToldByBoth(column, terms.filled);
  return { ...terms, keys: told('key_ref') ? terms.keys : null, models: told('model_billed') ? terms.models : null };
}

/** What both sides may state, and where: `requests` of a part of an answer are those of the answer. */
interface Measure {
  readonly name: 'charged_amount' | 'refunds' | 'requests' | (typeof tokenColumns)[number];
  readonly ofCall: Sql;
  readonly ofSum: Sql;
  /** On which rows of either side. */
  readonly on: Sql;
}

const onCharges = sql`is_charge`;

/** Sums of rows that both sides have columns of; counts as exports of our own format count them, so that a class of which one side is silent does not move another. */
const measures: readonly Measure[] = [
  { name: 'charged_amount', ofCall: sql`case when is_part then coalesce(billed, 0) else billed end`, ofSum: sql`charged`, on: onCharges },
  { name: 'refunds', ofCall: sql`coalesce(billed, 0)`, ofSum: sql`coalesce(charged, 0)`, on: sql`not is_charge` },
  { name: 'requests', ofCall: sql`case when is_part then 0 else 1 end`, ofSum: sql`requests`, on: onCharges },
  ...tokenColumns.map((name) => ({
    name,
    ofCall: sql`case when not tokens_flawed then ${name} end`,
    ofSum: sql`case when not tokens_flawed then ${name} end`,
    on: onCharges,
  })),
];

/**
 * The provider's rows that sums should hold, each in its cell: charges, the second of two that share an identity among them, refunds and adjustments. A row
 * that was exported twice is one. What is in scope is asked of the row's own words, as it is of a sum, not of the request that it belongs to.
 */
function calls(buckets: BucketTerms, scope: Terms, terms: Terms): Sql {
  const part = scope.parts === 'some' ? sql`provider.part_of is not null` : sql`false`;
  const inModels = scope.models === null ? sql`` : sql` and coalesce(models.in_scope, true)`;
  // Rows that were set aside by a word that sums do not tell, or with parts of a model that is in scope, underwent no rule of repeated rows.
  const isWider = scope.keys !== terms.keys || scope.models !== terms.models || (scope.parts === 'some' && scope.models !== null);
  const carriesId = sql`(provider_request_id is not null or response_id is not null or attempt is not null)`;
  const once = isWider
    ? sql`,
numbered as (
  select *, row_number() over (partition by ${carriesId}, ${joinSql(contentColumns('provider', terms))}, is_part order by unit) as copy
  from told
),
firsts as (
  select *
  from numbered
  where not ${carriesId} or copy = 1
)`
    : sql``;
  // Which of like rows move to the next bucket is decided by content.
  const unit = buckets.lag === 0n ? sql`kept.unit` : sql`row_number() over (order by ${contentOrder('provider', terms)}, kept.unit) as unit`;
  return table(
    sql`witness_calls`,
    sql`with kept as (
  select linked.seq as unit, ${part} as is_part, linked.is_charge, linked.charged as billed, provider.*
  from linked
  join provider using (seq)
  anti join (select seq from provider_fates where fate = 'export-duplicate') as copies on copies.seq = linked.seq
  where linked.is_charge or linked.is_refund
),
told as (
  select kept.*, models.model
  from kept
  left join models on models.name = kept.model_billed
  where kept.timestamp_utc >= ${scope.start} and kept.timestamp_utc < ${scope.end} and ${inScope((name) => sql`kept.${name}`, scope)} and ${inKeys(sql`kept.key_ref`, scope)}${inModels}
)${once}
select
  ${unit},
  false as moved,
  kept.request_id,
  kept.provider_request_id,
  kept.timestamp_utc,
  coalesce(kept.billed, 0) as expected_cost,
  buckets.bucket,
  buckets.day,
  buckets.ends,
  ${cellKeysOf(buckets, { key_ref: sql`kept.key_ref`, model_billed: sql`kept.model`, service_tier: sql`kept.service_tier`, region: sql`kept.region` })},
  kept.is_charge,
  kept.is_part,
  ${joinSql(measures.map(({ name, ofCall }) => sql`(${ofCall})::hugeint as said_${name}`))}
from ${isWider ? 'firsts' : 'told'} as kept
${bucketJoin(sql`kept.timestamp_utc`, buckets)}`,
  );
}

/** The sums that count. */
function sums(): Sql {
  return view(
    sql`witness_sums`,
    sql`select bucket_rows.*
from bucket_rows
anti join ${witnessFates} using (seq)
where aside is null and bucket is not null and (is_charge or is_refund)`,
  );
}

/**
 * One row per cell, `calls_<measure>` and `sums_<measure>` of each; null = not reported. Of calls one that is silent makes the cell's sum unknown; sums are
 * those of the rows that state it, as usage and costs may come from two reports. Where there is no bucket nothing was used: 0 of whatever any bucket states.
 */
function cells(buckets: BucketTerms): Sql {
  const rowKeys = { key_ref: sql`key_ref`, model_billed: sql`model`, service_tier: sql`service_tier`, region: sql`region` };
  const each = (of: (measure: Measure) => Sql): Sql => joinSql(measures.map(of), ',\n    ');
  return table(
    sql`witness_cells`,
    sql`with stated as (
  select bucket, ${cellKeysOf(buckets, rowKeys)}, seq, place, is_charge, ${each(({ name, ofSum }) => sql`(${ofSum})::hugeint as said_${name}`)}
  from witness_sums
),
known as (
  select ${each(({ name, on }) => sql`coalesce(bool_or(said_${name} is not null) filter (${on}), false) as knows_${name}`)}
  from stated
),
sides as (
  select bucket, ${keys}, null::bigint as seq, 0 as buckets, 0 as priced,
    ${each(({ name, on }) => sql`case when count(*) filter (${on} and said_${name} is null) = 0 then coalesce(sum(said_${name}) filter (${on}), 0) end::hugeint as calls_${name}`)},
    ${each(({ name }) => sql`null::hugeint as sums_${name}`)}
  from witness_calls
  group by bucket, ${keys}
  union all
  select bucket, ${keys}, arg_min(seq, place), count(*) filter (is_charge), count(said_charged_amount) filter (is_charge),
    ${each(() => sql`null::hugeint`)},
    ${each(({ name, on }) => sql`(sum(said_${name}) filter (${on}))::hugeint`)}
  from stated
  group by bucket, ${keys}
),
summed as (
  select
    bucket, ${keys},
    max(seq) as seq,
    max(priced) as priced,
    ${each(({ name }) => sql`case when count(*) filter (buckets = 0 and seq is null) = 0 then 0 else max(calls_${name}) end as calls_${name}`)},
    ${each(({ name, on }) => sql`coalesce(max(sums_${name}), case when ${on === onCharges ? sql`max(buckets) = 0 and ` : sql``}any_value(knows_${name}) then 0 end) as sums_${name}`)}
  from sides
  cross join known
  group by bucket, ${keys}
)
select summed.*, ${nameOf(buckets)} as name
from summed
join buckets using (bucket)
left join models using (model)`,
  );
}

/** A sum is rounded once more when it is printed: as charges are, or as invoices are, whichever the contract says is wider. A minimum is of charges alone. */
function printedShift({ lineRounding }: BucketTerms, { rounding, scale }: Terms): ReturnType<typeof shiftOf> {
  const shifts = [rounding, lineRounding].map((one) => shiftOf(one === null ? null : { ...one, minimum: null }, scale));
  const of = (pick: (shift: ReturnType<typeof shiftOf>) => bigint): bigint[] => shifts.map(pick).toSorted((a, b) => (a < b ? -1 : 1));
  return { lowest: of(({ lowest }) => lowest)[0] ?? 0n, highest: of(({ highest }) => highest)[1] ?? 0n };
}

/**
 * One row per cell and measure that either side states. `rest`: what the sum is more than the calls, 0 where rounding a printed amount can have moved it by as much.
 */
function measuredCells(buckets: BucketTerms, terms: Terms): Sql {
  const { lowest, highest } = printedShift(buckets, terms);
  const each = measures.map(({ name }, place) => {
    const difference = sql`sums_${name} - calls_${name}`;
    const rest =
      name === 'charged_amount' ? sql`case when ${difference} between priced * ${lowest} and priced * ${highest} then 0 else ${difference} end` : difference;
    const isStated = name === 'refunds' ? sql`sums_refunds is not null or calls_refunds <> 0` : sql`sums_${name} is not null or calls_${name} is not null`;
    return sql`select bucket, name, seq, ${place} as place, ${literal(name)} as measure, sums_${name} as stated, sums_${name} is not null and calls_${name} is not null as is_compared, (${rest})::hugeint as rest
from witness_cells
where ${isStated}`;
  });
  return table(sql`witness_measures`, joinSql(each, '\nunion all\n'));
}
