/** Open items of the close before, and the charges that settle them (SPEC §4.1, row 5). Exists only where there are any. */
import type { Database } from '../database.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { contentOrder, emptyView, table, type Terms } from '../terms.ts';

/** What the scale and type of money must hold. */
export interface CarriedBounds {
  readonly decimals: number;
  /** The largest E in units of those decimals. */
  readonly most: bigint;
}

/** The columns of a list of open items. */
export const openItemColumns = ['request_id', 'provider_request_id', 'timestamp_utc', 'expected_model', 'expected_cost', 'period'] as const;

/** A cell as it was before it was made safe for a spreadsheet. */
function plain(column: (typeof openItemColumns)[number]): Sql {
  return sql`case when regexp_matches(${column}, '^''+[=+\\-@\\t\\r]') then ${column}[2:] else ${column} end as ${column}`;
}

/** The reverse: text that a spreadsheet would run gets an apostrophe, and so does text that looks as if it had one. */
export function spreadsheetSafe(expression: Sql): Sql {
  return sql`case when regexp_matches(${expression}, '^''*[=+\\-@\\t\\r]') then '''' || ${expression} else ${expression} end`;
}

/** Loads the list as `carried_source`: ids, model and period as text, `sent` in microseconds, E as its digits and their decimals. */
export async function loadCarried(database: Database, path: string): Promise<CarriedBounds> {
  const columns = joinSql(openItemColumns.map((column) => sql`${literal(column)}: 'VARCHAR'`));
  await database.run(sql`create table carried_source as
select
  ${joinSql((['request_id', 'provider_request_id', 'expected_model', 'period'] as const).map(plain), ',\n  ')},
  epoch_us(timestamp_utc::timestamp) as sent,
  replace(expected_cost, '.', '')::hugeint as digits,
  length(split_part(expected_cost, '.', 2)) as decimals,
  expected_cost
from read_csv(${literal(path)}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '', columns = {${columns}}, strict_mode = true)`);
  const [row] = await database.rows(sql`with widest as (
  select max(decimals) as decimals
  from carried_source
)
select widest.decimals, max((digits::varchar || repeat('0', widest.decimals - carried_source.decimals))::hugeint)::varchar as most
from carried_source
cross join widest
group by widest.decimals`);
  return { decimals: Number(row?.['decimals'] ?? 0), most: BigInt(String(row?.['most'] ?? '0')) };
}

/** The open items with E in scaled units; an id that two items share names neither. */
export function carried(terms: Terms): Sql {
  return table(
    sql`carried`,
    sql`select
  request_id,
  case when count(*) over (partition by provider_request_id) = 1 then provider_request_id end as provider_request_id,
  sent,
  (digits::varchar || repeat('0', ${terms.scale} - decimals))::hugeint::${terms.money} as expected
from carried_source`,
  );
}

/**
 * Kept charges of open items. `settles`: the serving charge of an item. A request that is counted in this period has its own E and its own
 * serving charge: its charges end the waiting (`counted`), and nothing else. Other charges of an item go on as those of a request before the period.
 */
export function carriedCharges(terms: Terms): Sql {
  const ties = sql`provider_request_id nulls last, ${contentOrder('provider', terms)}, seq`;
  return table(
    sql`carried_charges`,
    sql`with named as (
  select kept_charges.seq, carried.request_id as item
  from kept_charges
  join carried on carried.request_id = kept_charges.request_id
),
matched as (
  select seq, item
  from named
  union all
  select kept_charges.seq, carried.request_id as item
  from kept_charges
  join carried on carried.provider_request_id = kept_charges.provider_request_id
  where kept_charges.link = 'none' and kept_charges.seq not in (select seq from named)
),
candidates as (
  select
    provider.*,
    matched.item,
    kept_charges.link = 'request' and kept_charges.in_period and kept_charges.in_scope as counted,
    kept_charges.link = 'request' and coalesce(contests.serving, true) as chosen,
    coalesce(provider.provider_request_id = carried.provider_request_id, false) as names_final,
    carried.expected
  from matched
  join kept_charges on kept_charges.seq = matched.seq
  join provider on provider.seq = matched.seq
  join carried on carried.request_id = matched.item
  left join contests on contests.seq = matched.seq
)
select
  seq,
  item,
  expected,
  counted,
  not counted and row_number() over (
    partition by item, counted
    order by chosen desc, names_final desc, coalesce(status = 'success', true) desc, attempt desc nulls last, timestamp_utc desc, ${ties}
  ) = 1 as settles
from candidates`,
  );
}

/** Where the provider's rows name no request: no item is settled by one. */
export function noCarriedCharges(terms: Terms): Sql {
  return emptyView(sql`carried_charges`, { seq: sql`bigint`, item: sql`varchar`, expected: sql`${terms.money}`, counted: sql`boolean`, settles: sql`boolean` });
}
