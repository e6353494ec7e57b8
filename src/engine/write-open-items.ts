/** Writes the open items of a period for its close: what is in transit, and what was taken over and still has no charge. */
import type { Database } from './database.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import { openItemColumns, openItemDetails, spreadsheetSafe } from './relations/carried.ts';
import { decimalOf, type Terms } from './terms.ts';
import { tokenColumns } from '../model/evidence.ts';
import type { Instant } from '../model/instant.ts';
import { type Amount, amountOf, noAmount } from '../model/money.ts';
import { recordOf } from '../model/record-of.ts';

/** After so many days an item is no longer carried on: nobody charges that late. */
const carriedDays = 90n;
const dayMicroseconds = 86_400_000_000n;

export interface WrittenItems {
  readonly count: number;
  /** Σ E, exact plain decimal text. */
  readonly amount: Amount;
}

/** Needs the finished relations of the period's run. Nothing is written when there is nothing to write. */
export async function writeOpenItems(database: Database, terms: Terms, period: string, path: string): Promise<WrittenItems> {
  const oldest: Instant = terms.end - carriedDays * dayMicroseconds;
  // Of a request that stays open over several periods the first E stands.
  const taken = sql`select request_id, provider_request_id, sent, expected_model, expected_cost, period, ${joinSql(openItemDetails)}
  from carried_source
  where sent >= ${oldest} and request_id not in (select item from carried_charges) and request_id not in (select request_id from uncharged where step = 'in_transit')`;
  // Sums by bucket leave no request in transit.
  const sources = [...(terms.buckets === null ? [inTransit(terms, period)] : []), ...(terms.carried === 'none' ? [] : [taken])];
  if (sources.length === 0) return { count: 0, amount: noAmount };
  await database.run(sql`create table open_items as
with items as (
  ${joinSql(sources, '\n  union all\n  ')}
)
select *
from items`);
  const [sums] = await database.rows(sql`select count(*)::integer as count, sum(expected_cost::decimal(38, 18))::varchar as amount from open_items`);
  const count = Number(sums?.['count'] ?? 0);
  if (count === 0) return { count, amount: noAmount };
  const cells: Readonly<Record<(typeof openItemColumns)[number], Sql>> = {
    request_id: spreadsheetSafe(sql`request_id`),
    provider_request_id: spreadsheetSafe(sql`provider_request_id`),
    timestamp_utc: sql`strftime(make_timestamp(sent), '%Y-%m-%dT%H:%M:%S.%f') || 'Z'`,
    expected_model: spreadsheetSafe(sql`expected_model`),
    expected_cost: sql`expected_cost`,
    period: sql`period`,
    primary_mappings: sql`primary_mappings`,
    ...recordOf(tokenColumns, (column) => sql`${column}`),
    service_tier: spreadsheetSafe(sql`service_tier`),
    region: spreadsheetSafe(sql`region`),
  };
  await database.run(
    sql`copy (select ${joinSql(openItemColumns.map((column) => sql`${cells[column]} as ${column}`))} from open_items order by sent, request_id) to ${literal(path)} (format csv, header)`,
  );
  return { count, amount: amountOf(String(sums?.['amount'] ?? '0')) };
}

/** Requests that are in transit now, with what their E was made of. */
function inTransit(terms: Terms, period: string): Sql {
  const counts = tokenColumns.map((column) => sql`case when not application.tokens_flawed then application.${column} end as ${column}`);
  return sql`select
    uncharged.request_id,
    uncharged.provider_request_id,
    uncharged.timestamp_utc as sent,
    models.name as expected_model,
    ${trimmed(sql`${decimalOf(sql`uncharged.expected_cost`, terms)}::varchar`)} as expected_cost,
    ${literal(period)} as period,
    nullif(expectations.primaries, '[]') as primary_mappings,
    ${joinSql([...counts, 'application.service_tier', 'application.region'])}
  from uncharged
  join application on application.seq = uncharged.request
  left join expectations on expectations.expectation = uncharged.expectation
  left join models on models.model = uncharged.model
  where uncharged.step = 'in_transit'`;
}

/** Decimal text without trailing zeros. */
function trimmed(decimal: Sql): Sql {
  return sql`case when contains(${decimal}, '.') then rtrim(rtrim(${decimal}, '0'), '.') else ${decimal} end`;
}
