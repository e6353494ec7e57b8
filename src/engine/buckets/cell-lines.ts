/** The lines of a bucket period: its cells, and what lies in none (SPEC §9). */
import { bucketJoin } from './bucket-rows.ts';
import { type BucketTerms, cellKeysOf } from './bucket-terms.ts';
import { ownerJoin, ownerOf } from './cells.ts';
import { hasCorrections } from '../relations/corrections.ts';
import { joinSql, sql, type Sql } from '../sql.ts';
import { priceSpanOf, table, type Terms, view } from '../terms.ts';
import { tokenClasses } from '../../model/evidence.ts';
import type { Rounding } from '../../model/ledger.ts';
import { toScaled } from '../../model/money.ts';

/** By how much one declared rounding moves an amount. Half of the quantum can be one digit finer than any amount: the scale of a run in buckets holds it. */
export function shiftOf(rounding: Rounding | null, scale: number): { readonly lowest: bigint; readonly highest: bigint } {
  if (rounding === null) return { lowest: 0n, highest: 0n };
  const { mode, quantum, minimum } = rounding;
  const whole = BigInt(toScaled(quantum, scale));
  const [lowest, highest] = { 'half-up': [-whole / 2n, whole / 2n], 'half-even': [-whole / 2n, whole / 2n], up: [0n, whole], down: [-whole, 0n] }[mode] as [
    bigint,
    bigint,
  ];
  const least = minimum === null ? 0n : BigInt(toScaled(minimum, scale));
  return { lowest, highest: highest > least ? highest : least };
}

/**
 * The lines: one for each cell that the provider has rows of, and one for each refund or adjustment, in the columns that lines of rows have. Of what is charged
 * beside the cost of a cell, as much is rounding as its requests can have been rounded by.
 */
export function cellLines(buckets: BucketTerms, terms: Terms): Sql {
  const { money } = terms;
  const { lowest, highest } = shiftOf(terms.rounding, terms.scale);
  const nothing = sql`0::${money}`;
  const same = sameOfAll(nothing);
  return table(
    sql`lines`,
    sql`with measured as (
  select
    cells.*,
    case when is_cost and charged is not null then charged - value else 0 end::${money} as difference,
    case when is_cost and charged is not null then greatest(least(charged - value, counted * ${highest}), counted * ${lowest}) else 0 end::${money} as rounding
  from cells
  where rows > 0
)
select
  measured.seq,
  'cell' as line,
  measured.step as place,
  measured.step,
  measured.name as provider_request_id,
  measured.timestamp_utc,
  measured.day,
  ${ownerOf(buckets)},
  measured.model,
  measured.price_span,
  case when measured.is_cost then 'ok' else 'missing' end::cost_state as cost_state,
  ${joinSql(tokenClasses.map((name) => sql`measured.${name}`))},
  measured.units,
  measured.requests,
  measured.expected_cost::${money} as expected_cost,
  measured.value,
  measured.is_cost as at_cost,
  measured.value as rounded_cost,
  measured.charged::${money} as charged,
  measured.step as main_step,
  (measured.value - measured.expected_cost)::${money} as main_amount,
  (measured.value - measured.expected_cost)::${money} as main_own,
  measured.rounding,
  (measured.difference - measured.rounding)::${money} as price_difference,
  ${nothing} as adjustment,
  ${nothing} as correction,
  true as is_explained,${same}
from measured${ownerJoin(buckets, sql`measured.cell_key`)}
union all
${givenLines(buckets, nothing, terms)}`,
  );
}

/** What no cell has, and what no sum says: the columns of lines that are the same in every line of a bucket period. */
function sameOfAll(nothing: Sql): Sql {
  return sql`
  null::bigint as request,
  null::varchar as request_id,
  null::row_status as status,
  null::row_status as final_status,
  null::integer as attempt,
  null::bigint as gateway_seq,
  null::integer as profile,
  null::role_name as role,
  0::usmallint as incident,
  null::integer as expected_model,
  null::usmallint as expected_span,
  null::cost_state as expected_state,
  false as carries_expected,
  true as billable,
  true as final_billable,
  null::varchar as model_step,
  ${nothing} as model_amount,
  ${nothing} as model_own,
  ${nothing} as model_expected_side,
  ${nothing} as main_expected_side,
  ${nothing} as price_timing,
  ${nothing} as token_difference,
  ${nothing} as duplicate,
  ${nothing} as refund,
  ${nothing} as covered,
  null::varchar as basis,
  false as is_fallback,
  true as in_period`;
}

function givenLines(buckets: BucketTerms, nothing: Sql, terms: Terms): Sql {
  return sql`select
  kept.seq,
  kept.line,
  kept.line,
  kept.line,
  kept.provider_request_id,
  kept.timestamp_utc,
  kept.local_day,
  ${ownerOf(buckets)},
  kept.model,
  kept.own_span,
  'missing'::cost_state,
  ${joinSql(tokenClasses.map(() => sql`null`))},
  null,
  null,
  ${nothing},
  coalesce(kept.charged, ${nothing}),
  false,
  ${nothing},
  kept.charged,
  null,
  ${nothing},
  ${nothing},
  ${nothing},
  ${nothing},
  case when kept.line = 'adjustment' then coalesce(kept.charged, 0) else 0 end,
  case when kept.line = 'correction' then coalesce(kept.charged, 0) else 0 end,
  kept.is_explained,${sameOfAll(nothing)}
from (${givenBack(buckets, terms)}) as kept${ownerJoin(buckets, sql`kept.cell_key`)}`;
}

/** Refunds and adjustments, under the day of the bucket that their time lies in; what corrects an earlier period may lie before all of them. */
function givenBack(buckets: BucketTerms, terms: Terms): Sql {
  const given = hasCorrections(terms)
    ? {
        line: sql`case when corrections.seq is null then 'adjustment' else 'correction' end as line, coalesce(corrections.is_explained, true) as is_explained`,
        join: sql`\n  left join corrections using (seq)`,
      }
    : { line: sql`'adjustment' as line, true as is_explained`, join: sql`` };
  return sql`select
    rows.seq, ${given.line}, rows.provider_request_id, rows.timestamp_utc, rows.charged,
    coalesce(buckets.day, (rows.timestamp_utc // 86400000000)::integer) as local_day, ${priceSpanOf((name) => sql`rows.${name}`, terms)} as own_span,
    ${cellKeysOf(buckets, { key_ref: sql`rows.key_ref`, model_billed: sql`rows.model`, service_tier: sql`rows.service_tier`, region: sql`rows.region` })}
  from bucket_rows as rows
  anti join provider_fates using (seq)${given.join}
  left ${bucketJoin(sql`rows.timestamp_utc`, buckets)}
  where rows.aside is null and rows.is_refund`;
}

/** The ids of the lines, for those who look for secrets in them. */
export function linesAsRows(): Sql {
  return view(sql`linked_rows`, sql`select request_id, provider_request_id\nfrom lines`);
}
