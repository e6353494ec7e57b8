/** Every time of a period lies in one bucket, whatever hour or day of UTC the bucket begins in the middle of. */
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from 'vitest';
import { bucketJoin, bucketStretches, createBuckets } from '../../../src/engine/buckets/bucket-rows.ts';
import type { BucketTerms } from '../../../src/engine/buckets/bucket-terms.ts';
import { joinSql, sql } from '../../../src/engine/sql.ts';
import { bucketsBetween } from '../../../src/model/bucket-bounds.ts';
import { startOfDay } from '../../../src/model/instant.ts';

const bounds = { start: startOfDay('2026-03-28'), end: startOfDay('2026-04-02') };

it.each([
  ['1h', '-03:30'],
  ['1h', 'Asia/Kathmandu'],
  // 29 March has 23 hours there.
  ['1d', 'Europe/Berlin'],
  ['1M', '+08:00'],
] as const)('buckets of %s in %s', async (width, zone) => {
  const cut = { width, zone, by: [], lag: 0n } as const;
  const buckets: BucketTerms = { ...cut, list: bucketsBetween(bounds.start, bounds.end, cut), units: [], lineRounding: null };
  const edges = buckets.list.flatMap(({ start, end }, index) => [sql`(${start}::bigint, ${index})`, sql`(${end - 1n}::bigint, ${index})`]);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const statement of [createBuckets(buckets, bounds), bucketStretches(buckets)]) await connection.run(statement);
  const found = await connection.runAndReadAll(
    sql`select count(*)::integer as found, (count(*) filter (buckets.bucket = edges.bucket))::integer as own from (values ${joinSql(edges)}) as edges (time, bucket) left ${bucketJoin(sql`edges.time`, buckets)}`,
  );
  expect(found.getRowObjects()).toEqual([{ found: edges.length, own: edges.length }]);
  connection.closeSync();
  instance.closeSync();
});
