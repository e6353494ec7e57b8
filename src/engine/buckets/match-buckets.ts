/** Matches sums of the provider with our attempts: the way of a period whose provider rows are buckets, in place of links, charges and retries (SPEC §9). */
import type { Database } from '../database.ts';
import { moveEdges } from './move-edges.ts';
import type { BucketTerms } from './bucket-terms.ts';
import { bucketFates, bucketRows, bucketsLinked, bucketStretches, createBuckets, keptBuckets, valuedBuckets } from './bucket-rows.ts';
import { cellLines, linesAsRows } from './cell-lines.ts';
import { cellOwners, cellRows, cells, countedUnits, unchargedUnits } from './cells.ts';
import { unitRows, units } from './units.ts';
import { carried, noCarriedCharges } from '../relations/carried.ts';
import { notedLines } from '../relations/charges.ts';
import { corrections, hasCorrections } from '../relations/corrections.ts';
import { traffic } from '../relations/traffic.ts';
import { facts, lineSums, modelFacts } from '../relations/facts.ts';
import { finals } from '../relations/finals.ts';
import { noAdoptions } from '../relations/linked.ts';
import { profileExpectations, profiles } from '../relations/profiles.ts';
import { requests } from '../relations/requests.ts';
import { sql, type Sql } from '../sql.ts';
import type { Terms } from '../terms.ts';
import type { Instant } from '../../model/instant.ts';

/** Everything after the layers are read, in order. `bounds` are the period's own, whatever of it is judged. */
export async function matchBuckets(
  database: Database,
  buckets: BucketTerms,
  terms: Terms,
  bounds: { readonly start: Instant; readonly end: Instant },
): Promise<void> {
  for (const statement of sideStatements(buckets, terms, bounds)) await database.run(statement);
  await moveEdges(database, buckets, { ours: sql`units`, theirs: sql`valued_buckets`, counted: sql`true` });
  for (const statement of cellStatements(buckets, terms)) await database.run(statement);
}

/** Both sides, each in its buckets. */
function sideStatements(buckets: BucketTerms, terms: Terms, bounds: { readonly start: Instant; readonly end: Instant }): readonly Sql[] {
  return [
    createBuckets(buckets, bounds),
    bucketStretches(buckets),
    finals(terms),
    profiles(terms),
    profileExpectations(),
    requests(terms),
    bucketRows('provider', terms),
    bucketsLinked(),
    bucketFates(sql`provider_fates`),
    ...(hasCorrections(terms) ? [corrections(terms)] : []),
    keptBuckets(),
    noAdoptions(),
    ...(terms.carried === 'some' ? [carried(terms), noCarriedCharges(terms)] : []),
    valuedBuckets(terms),
    units(buckets, terms),
    unitRows(terms),
  ];
}

/** One beside the other, and what follows from that. */
function cellStatements(buckets: BucketTerms, terms: Terms): readonly Sql[] {
  return [
    cells(buckets, terms),
    ...(buckets.by.includes('key_ref') ? [cellOwners()] : []),
    cellRows(buckets),
    countedUnits(buckets),
    unchargedUnits(buckets),
    cellLines(buckets, terms),
    linesAsRows(),
    notedLines(terms),
    lineSums(terms),
    facts(terms),
    modelFacts(terms),
    traffic(),
  ];
}
