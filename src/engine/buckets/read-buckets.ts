/** Reads the finished cells into a Reconciliation: what is not the same as of rows (SPEC §9). */
import type { BucketTerms } from './bucket-terms.ts';
import { mixed } from './cells.ts';
import { hasCorrections } from '../relations/corrections.ts';
import type { Database, Row } from '../database.ts';
import { readBalance } from '../read-balance.ts';
import { enumOrder } from '../reading/column-types.ts';
import { readApplicationCounts, readCuts, readGatewayCounts, readSetAside, readSteps } from '../reconciliation-query.ts';
import { shareExceptions } from '../share-exceptions.ts';
import { joinSql, sql } from '../sql.ts';
import type { Terms } from '../terms.ts';
import { tokenClasses } from '../../model/evidence.ts';
import { amountOfUnits, noAmount } from '../../model/money.ts';
import type { CountEntry, ExceptionUse, ProviderCounts, Reconciliation } from '../../model/reconciliation.ts';

export async function readBuckets(database: Database, buckets: BucketTerms, terms: Terms): Promise<Reconciliation> {
  const exceptionUses = await shareExceptions(database, terms);
  const setAside = await readSetAside(database);
  const sums = await readSums(database);
  const counted = (name: string): number => Number(sums[name] ?? 0);
  return {
    steps: await readSteps(database, terms),
    cuts: await readCuts(database, terms),
    countBridge: countBridge(sums, coveredUnits(exceptionUses, terms)),
    buckets: {
      width: buckets.width,
      by: buckets.by,
      units: counted('units'),
      unitsWithRow: counted('units') - counted('not_charged'),
      moved: counted('moved'),
    },
    counts: {
      application: await readApplicationCounts(database),
      gateway: terms.gateway === 'present' ? await readGatewayCounts(database) : null,
      provider: await readProvider(database, terms, setAside),
      comparable: counted('rows'),
      linkedCharges: counted('rows_beside_units'),
      linkedAnywhere: counted('rows'),
      requestsWithCharge: counted('units') - counted('not_charged'),
    },
    tokens: await readTokens(database),
    setAsideAmounts: Object.fromEntries(setAside.map(({ key, amount }) => [String(key), amountOfUnits(amount, terms.scale)])),
    totals: { providerReported: amountOfUnits(sums['reported'], terms.scale), providerComputed: amountOfUnits(sums['computed'], terms.scale) },
    providerCounted: { count: 0, expected: noAmount },
    freeCharges: { count: 0, cost: noAmount },
    balance: await readBalance(database, terms),
    exceptionUses,
  };
}

async function readSums(database: Database): Promise<Row> {
  const [row = {}] = await database.rows(sql`select
  sum(units)::bigint as units,
  coalesce(sum(rows), 0)::bigint as rows,
  coalesce(sum(rows) filter (units > 0), 0)::bigint as rows_beside_units,
  coalesce(sum(units) filter (rows = 0), 0)::bigint as not_charged,
  coalesce(sum(counted) filter (units = 0), 0)::hugeint as bucket_only,
  coalesce(sum(counted - units) filter (rows > 0 and units > 0), 0)::hugeint as bucket_requests,
  coalesce(sum(abs(counted - units)) filter (rows > 0 and units > 0), 0)::hugeint as differing,
  (select count(*) filter (moved) from units) as moved,
  (select coalesce(sum(charged), 0)::hugeint from lines) as reported,
  (select coalesce(sum(value) filter (charged is null), 0)::hugeint from lines where line = 'cell') as computed
from cells`);
  return row;
}

function coveredUnits(uses: readonly ExceptionUse[], { exceptions }: Terms): number {
  return uses.reduce((sum, { count }, place) => sum + (exceptions[place]?.category === 'not_charged' ? count : 0), 0);
}

/** Signed, so that they add up; requests that only one of both sides counts are unexplained, cell by cell. */
function countBridge(sums: Row, covered: number): CountEntry[] {
  const counted = (name: string): number => Number(sums[name] ?? 0);
  const entries: CountEntry[] = [
    { step: 'units', count: counted('units'), open: 0 },
    { step: 'not_charged', count: 0 - counted('not_charged'), open: counted('not_charged') - covered },
    { step: 'bucket_only', count: counted('bucket_only'), open: counted('bucket_only') },
    { step: 'bucket_requests', count: counted('bucket_requests'), open: counted('differing') },
  ];
  return [...entries, { step: 'provider_requests', count: entries.reduce((sum, { count }) => sum + count, 0), open: 0 }];
}

async function readProvider(database: Database, terms: Terms, setAside: readonly Row[]): Promise<ProviderCounts> {
  const [row] = await database.rows(sql`select
  (select count(*) from kept_charges) as charges,
  (select count(*) from provider_fates) as copies,
  (select count(*) from lines where line = 'adjustment') as adjustments,
  (select count(*) from lines where line = 'correction') as corrections`);
  const models = await database.rows(sql`select coalesce(models.name, ${mixed}) as key, sum(counted)::hugeint as count
from cells
left join models using (model)
where rows > 0
group by 1
order by 1`);
  const statuses = await database.rows(
    sql`select status as key, count(*) as count from kept_charges group by status order by ${enumOrder('row_status', sql`status`)}`,
  );
  return {
    charges: Number(row?.['charges'] ?? 0),
    duplicates: 0,
    exportDuplicates: Number(row?.['copies'] ?? 0),
    refunds: 0,
    adjustments: Number(row?.['adjustments'] ?? 0),
    ...(hasCorrections(terms) ? { corrections: Number(row?.['corrections'] ?? 0) } : {}),
    rowsByModel: tally(models),
    setAside: tally(setAside),
    byStatus: tally(statuses),
  };
}

function tally(rows: readonly Row[]): Record<string, number> {
  return Object.fromEntries(rows.map((row) => [String(row['key'] ?? '(none)'), Number(row['count'])]));
}

/** Ours of units, theirs of every row that counts. */
async function readTokens(database: Database): Promise<Reconciliation['tokens']> {
  const sums = joinSql(tokenClasses.map((name) => sql`coalesce(sum(${name}), 0)::varchar as ${name}`));
  const [application] = await database.rows(sql`select ${sums} from units`);
  const [provider] = await database.rows(sql`select ${sums} from kept_charges`);
  const text = (row: Row | undefined, name: string): string => String(row?.[name] ?? '0');
  return Object.fromEntries(
    tokenClasses.map((name) => [name, { application: text(application, name), provider: text(provider, name) }]),
  ) as Reconciliation['tokens'];
}
