/** Exact sums and bounds over the rows of a layer, read in one pass: they settle the types of a run and go into its digest. */
import type { CanonicalColumn, EvidenceLayer } from '../../model/evidence.ts';
import type { Database } from '../database.ts';
import { decimalsColumn, isCount, type AmountColumn } from './column-types.ts';
import { joinSql, sql } from '../sql.ts';

export interface LayerTotals {
  readonly rows: string;
  /** Microseconds; null without rows. */
  readonly first: string | null;
  readonly last: string | null;
  /** Σ of each count column that has a value anywhere. */
  readonly counts: Readonly<Record<string, string>>;
  /** The largest single count that any rule uses. */
  readonly mostTokens: bigint;
  /** The largest single quantity of any meter, a part of one counted as a whole; 0 where rows have none. */
  readonly mostMetered: bigint;
  /** Charged and stated amounts by their decimals. */
  readonly amounts: readonly AmountTotals[];
  readonly stated: readonly AmountTotals[];
}
/** Σ and the largest size of the amounts with so many decimals, in units of those decimals. */
export interface AmountTotals {
  readonly decimals: number;
  readonly sum: string;
  readonly most: bigint;
}

export const noTotals: LayerTotals = { rows: '0', first: null, last: null, counts: {}, mostTokens: 0n, mostMetered: 0n, amounts: [], stated: [] };

export async function readTotals(database: Database, layer: EvidenceLayer, columns: readonly CanonicalColumn[]): Promise<LayerTotals> {
  const counts = columns.filter(isCount);
  const sums = counts.map((column) => sql`sum(${column})::varchar as ${column}, max(${column})::varchar as most_${column}`);
  const [row = {}] = await database.rows(
    sql`select ${joinSql([...sums, 'count(*)::varchar as rows', 'min(timestamp_utc)::varchar as first', 'max(timestamp_utc)::varchar as last'])} from ${layer}_rows where not skipped`,
  );
  const text = (name: string): string | null => (row[name] === null || row[name] === undefined ? null : String(row[name]));
  const most = counts.filter((column) => column !== 'total_tokens').map((column) => BigInt(text(`most_${column}`) ?? '0'));
  return {
    rows: text('rows') ?? '0',
    first: text('first'),
    last: text('last'),
    counts: Object.fromEntries(counts.flatMap((column) => (text(column) === null ? [] : [[column, text(column) ?? '']]))),
    mostTokens: most.reduce((largest, next) => (next > largest ? next : largest), 0n),
    mostMetered: columns.includes('meters') ? await readMostMetered(database, layer) : 0n,
    amounts: columns.includes('charged_amount') ? await readAmounts(database, layer, 'charged_amount') : [],
    stated: columns.includes('stated_amount') ? await readAmounts(database, layer, 'stated_amount') : [],
  };
}

async function readMostMetered(database: Database, layer: EvidenceLayer): Promise<bigint> {
  const quantities = sql`list_transform(regexp_extract_all(meters, '=([0-9.]+)', 1), lambda one: ceil(one::decimal(21, 6)))`;
  const [row] = await database.rows(sql`select coalesce(max(list_max(${quantities})), 0)::bigint::varchar as most from ${layer}_rows where not skipped`);
  return BigInt(String(row?.['most'] ?? '0'));
}

/** Decimals and the largest size of the amounts of one currency (null = none stated), in units of those decimals. */
export interface CurrencyTotals {
  readonly currency: string | null;
  readonly decimals: number;
  readonly most: bigint;
}

/** Asked only where currencies are converted. */
export async function readByCurrency(database: Database, layer: EvidenceLayer, column: AmountColumn): Promise<CurrencyTotals[]> {
  const decimals = decimalsColumn(column);
  const rows = await database.rows(sql`select charged_currency as currency, ${decimals} as decimals, max(abs(${column}))::varchar as most
from ${layer}_rows
where not skipped and ${column} is not null
group by all
order by all`);
  return rows.map((row) => ({
    currency: row['currency'] === null ? null : String(row['currency']),
    decimals: Number(row['decimals']),
    most: BigInt(String(row['most'])),
  }));
}

async function readAmounts(database: Database, layer: EvidenceLayer, column: AmountColumn): Promise<AmountTotals[]> {
  const decimals = decimalsColumn(column);
  const rows = await database.rows(sql`select ${decimals} as decimals, sum(${column})::varchar as sum, max(abs(${column}))::varchar as most
from ${layer}_rows
where not skipped and ${column} is not null
group by ${decimals}
order by ${decimals}`);
  return rows.map((row) => ({ decimals: Number(row['decimals']), sum: String(row['sum']), most: BigInt(String(row['most'])) }));
}
