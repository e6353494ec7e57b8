/** The queries behind what has no price: charges, and requests whose expected cost needs one. */
import type { ObservationQuery } from './occurrences.ts';
import type { MeterTerm } from './meter-terms.ts';
import { type PriceConditions, selections } from './price-conditions.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import type { Terms } from './terms.ts';

/** The lowest five: the choice depends on content alone. */
const lowestIds = (id: Sql): Sql => sql`list_sort(list_distinct(min(${id}, 5))) as samples`;

/**
 * Rows without a price: what of it is missing, for which tier and region where prices tell them apart, and for what they count beside tokens. `relation` has `model` and
 * `price_span`, and `seq` is its row number in the layer.
 */
function unpricedRows(relation: 'noted_lines' | 'requests', terms: Terms): { readonly rows: Sql; readonly words: Sql; readonly groups: Sql } {
  const { priceConditions, meters } = terms;
  const known = sql`when rows.model in (select model from prices) then 'class' else 'model' end as missing`;
  if (priceConditions === null && meters.length === 0) return { rows: sql`${relation} as rows`, words: sql`case ${known}`, groups: sql`` };
  const [layer, seq] = relation === 'requests' ? (['application', 'request'] as const) : (['provider', 'seq'] as const);
  const named = joinSql((['service_tier', 'region'] as const).map((column) => sql`case when is_variant then own_row.${column} end as ${column}`));
  const rows = sql`(
  select found.*, ${named}, ${unpricedMeters(meters)} as meter
  from (
    select *, ${isVariant(priceConditions)} as is_variant
    from ${relation}
  ) as found
  join ${layer} as own_row on own_row.seq = found.${seq}
) as rows`;
  return {
    rows,
    words: sql`case when rows.is_variant or rows.meter is not null then null ${known},
  case when rows.is_variant then 'no-variant' when rows.meter is not null then 'no-meter-price' end as reason,
  rows.service_tier,
  rows.region,
  case when not rows.is_variant then rows.meter end as meter`,
    groups: sql`, rows.is_variant, rows.service_tier, rows.region, rows.meter`,
  };
}

/** True where the model has prices at that time, and none for the tier and region. */
function isVariant(conditions: PriceConditions | null): Sql {
  if (conditions === null) return sql`false`;
  const apart = selections(conditions);
  return sql`coalesce((model, price_span // ${apart}) in (select (model, span // ${apart}) from prices) and (model, price_span) not in (select (model, span) from prices), false)`;
}

/** The meters that count something and have no price; null where there is none. */
function unpricedMeters(meters: readonly MeterTerm[]): Sql {
  if (meters.length === 0) return sql`null::varchar`;
  const each = meters.map(
    ({ name }, index) =>
      sql`case when own_row.meter_${index} > 0 and (found.model, found.price_span) in (select (model, span) from prices where meter_${index} is null) then ${literal(name)} end`,
  );
  return sql`nullif(concat_ws(', ', ${joinSql(each)}), '')`;
}

export function priceQueries(terms: Terms): ObservationQuery[] {
  const charges = unpricedRows('noted_lines', terms);
  const requests = unpricedRows('requests', terms);
  return [
    {
      code: 'unpriced',
      about: 'unpricedCharge',
      query: sql`select
  'charge' as side,
  models.name as model,
  ${charges.words},
  count(*) as count,
  sum(rows.value)::hugeint as amount,
  ${lowestIds(sql`coalesce(rows.request_id, rows.provider_request_id, '(no id)')`)},
  'provider' as layer,
  min(rows.seq) as seq
from ${charges.rows}
left join models using (model)
where rows.main_step = 'unpriced' and rows.cost_state = 'unpriced'
group by models.name, rows.model${charges.groups}
order by models.name${charges.groups}`,
    },
    {
      code: 'unpriced',
      about: 'unpricedRequest',
      query: sql`select
  'expected' as side,
  models.name as model,
  ${requests.words},
  count(*) as count,
  sum(lines.main_amount)::hugeint as amount,
  ${lowestIds(sql`rows.request_id`)},
  'application' as layer,
  min(rows.request) as seq
from ${requests.rows}
join models using (model)
left join (select * from noted_lines where carries_expected) as lines on lines.request = rows.request
where rows.in_period and rows.in_scope and rows.expected_state = 'unpriced'
group by models.name, rows.model${requests.groups}
order by models.name${requests.groups}`,
    },
  ];
}
