/** What the rows of each single file of a loaded layer add up to; used by freeze alone. */
import { tokenColumns } from '../../model/evidence.ts';
import { formatMoney, fromScaled, zero, type Money } from '../../model/money.ts';
import type { FrozenSums } from '../../model/lock.ts';
import type { Database, Row } from '../database.ts';
import { joinSql, literal, sql } from '../sql.ts';
import type { LoadedLayer } from './load-layer.ts';

/** In the order of `loaded.files`. An amount without a currency is in the period's. */
export async function readFileTotals(database: Database, { layer, files, columns }: LoadedLayer, currency: string): Promise<FrozenSums[]> {
  const counted = tokenColumns.filter((column) => columns.includes(column));
  const sums = counted.map((column) => sql`sum(${column})::varchar as ${column}`);
  const rows =
    await database.rows(sql`select ${joinSql(['file', 'count(*)::varchar as rows', 'min(timestamp_utc)::varchar as first', 'max(timestamp_utc)::varchar as last', ...sums])}
from ${layer}_rows
where not skipped
group by file`);
  const own = columns.includes('charged_currency') ? sql`coalesce(charged_currency, ${literal(currency)})` : literal(currency);
  const amounts = columns.includes('charged_amount')
    ? await database.rows(sql`select file, ${own} as currency, charged_decimals as decimals, sum(charged_amount)::varchar as sum
from ${layer}_rows
where not skipped and charged_amount is not null
group by file, currency, charged_decimals
order by file, currency, charged_decimals`)
    : [];
  return files.map(({ filtered }, index) => {
    const row = rows.find((one) => Number(one['file']) === index);
    const text = (name: string): string | null => (row?.[name] === null || row?.[name] === undefined ? null : String(row[name]));
    const instant = (name: string): bigint | null => (text(name) === null ? null : BigInt(text(name) ?? '0'));
    return {
      rows: text('rows') ?? '0',
      filtered: filtered.toString(),
      first: instant('first'),
      last: instant('last'),
      tokens: Object.fromEntries(counted.flatMap((column) => (text(column) === null ? [] : [[column, text(column) ?? '']]))),
      amounts: sumsByCurrency(amounts.filter((one) => Number(one['file']) === index)),
    };
  });
}

function sumsByCurrency(rows: readonly Row[]): FrozenSums['amounts'] {
  const sums = new Map<string, Money>();
  for (const row of rows) {
    const currency = String(row['currency']);
    sums.set(currency, (sums.get(currency) ?? zero).plus(fromScaled(String(row['sum']), Number(row['decimals']))));
  }
  return [...sums].map(([currency, sum]) => ({ currency, sum: formatMoney(sum) }));
}
