/** Units at the edge of a bucket: the provider counts a call when it ends, our log when it was sent, so that the last ones of a bucket may be the next one's (SPEC §9). */
import { type BucketTerms, cellKeys, cellKeysOf } from './bucket-terms.ts';
import type { Database } from '../database.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';

const keys = joinSql(cellKeys);

/** The relation of single calls, each with its cell, and that of the sums that they are held against. */
interface Sides {
  readonly ours: Sql;
  readonly theirs: Sql;
  /** Which of ours a sum counts as requests. */
  readonly counted: Sql;
}

/** What both sides count of a cell, and how many of our units lie within `lag` of its end; `requests` is null where the provider does not say. */
interface Counted {
  readonly cell: string;
  readonly bucket: number;
  readonly units: number;
  readonly near: number;
  readonly requests: number | null;
}

/**
 * Moves units to the next cell of the same dimensions, the oldest cell first: as many as are too many here and too few there, of the latest within `lag` of
 * the end. `moved` of `ours` says which.
 */
export async function moveEdges(database: Database, buckets: BucketTerms, sides: Sides): Promise<void> {
  if (buckets.lag === 0n) return;
  const moves = movesOf(await countCells(database, buckets, sides));
  if (moves.length === 0) return;
  const listed = moves.map(({ cell, bucket, count }) => sql`(${literal(cell)}, ${bucket}, ${count})`);
  await database.run(sql`update ${sides.ours}
set bucket = late.bucket, day = late.day, moved = true
from (
  select ranked.unit, next.bucket, next.day
  from (
    select unit, bucket, row_number() over (partition by bucket, ${keys} order by timestamp_utc desc, request_id, provider_request_id nulls last, expected_cost desc, unit) as latest, ${cellText} as cell
    from ${sides.ours}
    where ends - timestamp_utc <= ${buckets.lag} and ${sides.counted}
  ) as ranked
  join (values ${joinSql(listed)}) as moves (cell, bucket, count) on moves.cell = ranked.cell and moves.bucket = ranked.bucket
  join buckets as next on next.bucket = ranked.bucket + 1
  where ranked.latest <= moves.count
) as late
where late.unit = ${sides.ours}.unit`);
}

/** The dimensions of a cell as one text, by which its buckets are told from those of others. */
const cellText = sql`to_json([${joinSql(cellKeys.map((key) => sql`${key}::varchar`))}])::varchar`;

async function countCells(database: Database, buckets: BucketTerms, { ours, theirs: sums, counted }: Sides): Promise<Counted[]> {
  const theirs = cellKeysOf(buckets, { key_ref: sql`key_ref`, model_billed: sql`model`, service_tier: sql`service_tier`, region: sql`region` });
  const rows = await database.rows(sql`with sides as (
  select bucket, ${keys}, 1 as units, case when ends - timestamp_utc <= ${buckets.lag} then 1 else 0 end as near, null::bigint as requests
  from ${ours}
  where ${counted}
  union all
  select bucket, ${keys}, 0, 0, requests
  from (select bucket, requests, ${theirs} from ${sums}) as theirs
)
select ${cellText} as cell, bucket, sum(units)::bigint as units, sum(near)::bigint as near, sum(requests)::hugeint as requests
from sides
where bucket is not null
group by bucket, ${keys}
order by cell, bucket`);
  return rows.map(({ cell, bucket, units, near, requests }) => ({
    cell: String(cell),
    bucket: Number(bucket),
    units: Number(units),
    near: Number(near),
    requests: requests === null || requests === undefined ? null : Number(requests),
  }));
}

interface Move {
  readonly cell: string;
  readonly bucket: number;
  readonly count: number;
}

/** What a cell receives counts before it gives: the list is in order of cells, then of time. */
function movesOf(cells: readonly Counted[]): Move[] {
  const moves: Move[] = [];
  let received = 0;
  for (const [index, here] of cells.entries()) {
    const next = cells[index + 1];
    const units = here.units + received;
    received = 0;
    if (next === undefined || next.cell !== here.cell || next.bucket !== here.bucket + 1) continue;
    if (here.requests === null || next.requests === null) continue;
    const count = Math.min(units - here.requests, next.requests - next.units, here.near);
    if (count <= 0) continue;
    moves.push({ cell: here.cell, bucket: here.bucket, count });
    received = count;
  }
  return moves;
}
