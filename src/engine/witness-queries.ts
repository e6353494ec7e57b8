/** What two witnesses say of the same money or of the same call where they do not agree, and what nobody of ours speaks of (SPEC §5); open items that no charge names, and the volume of each day by both. */
import { hasCorrections } from './relations/corrections.ts';
import { type TrafficSide, trafficSides } from './relations/traffic.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import { type ObservationQuery, strangeAmount } from './occurrences.ts';
import type { Terms } from './terms.ts';
import { tokenClasses } from '../model/evidence.ts';

/** The lowest five ids: the choice depends on content alone. */
const lowest = (id: Sql): Sql => sql`list_sort(list_distinct(min(${id}, 5))) as samples`;

export function witnessQueries(terms: Terms): ObservationQuery[] {
  return [...statusConflicts(terms), leaks(terms), ...(['application', 'gateway'] as const).flatMap((layer) => stated(layer, terms))];
}

/** Serving charges whose status bills otherwise than that of the final row. */
function statusConflicts(terms: Terms): ObservationQuery[] {
  if (!Object.values(terms.billing).includes('not-billable')) return [];
  return [
    {
      code: 'status-conflict',
      about: 'conflict',
      query: sql`select count(*) as count, sum(value)::hugeint as amount, ${lowest(sql`request_id`)}
from noted_lines
where is_conflict
having count(*) > 0`,
    },
  ];
}

/** Charges that no log of ours knows of, by the key that was used. */
function leaks(terms: Terms): ObservationQuery {
  const keyed = terms.filled.provider.includes('key_ref');
  return {
    code: 'leak',
    about: 'unlinked',
    query: sql`select
  ${keyed ? 'provider.key_ref' : 'null::varchar as key_ref'},
  models.name as model,
  count(*) as count,
  sum(noted_lines.value)::hugeint as amount,
  ${lowest(sql`coalesce(noted_lines.request_id, noted_lines.provider_request_id, '(no id)')`)}
from noted_lines
left join models using (model)${keyed ? '\njoin provider on provider.seq = noted_lines.seq' : ''}
where noted_lines.line = 'charge' and noted_lines.place = 'unlinked'
group by 1, 2
order by 1, 2`,
  };
}

/** What a log of ours says that its calls cost, beside what they should have cost and what they were charged. */
function stated(layer: 'application' | 'gateway', terms: Terms): ObservationQuery[] {
  const filled = terms.filled[layer];
  if (!filled.includes('stated_amount') && !filled.includes('charged_amount')) return [];
  return [
    {
      code: 'currency-mismatch',
      about: layer === 'application' ? 'foreignApplication' : 'foreignGateway',
      query: sql`select 'stated' as reason, charged_currency as currency, count(*) as count, ${lowest(sql`coalesce(request_id, '(no id)')`)}, '${layer}' as layer, min(seq) as seq
from ${layer}
where ${strangeAmount}
group by charged_currency
order by charged_currency`,
    },
    {
      code: 'stated-amount',
      query: sql`with stating as (
  select requests.request, requests.request_id, requests.model, requests.expected_cost, sum(${layer}_kept.stated)::hugeint as stated
  from ${layer}_kept
  join requests using (request_id)
  where requests.in_period and requests.in_scope and ${layer}_kept.stated is not null
  group by requests.request, requests.request_id, requests.model, requests.expected_cost
),
charged as (
  select charges.request, sum(case when charged is not null then charged when at_cost then rounded_cost else 0 end)::hugeint as charged
  from charges
  semi join stating using (request)
  where line = 'charge'
  group by charges.request
)
select
  '${layer}' as layer,
  coalesce(models.name, '(unmapped)') as model,
  count(*) as count,
  sum(stating.stated)::hugeint as stated,
  sum(stating.expected_cost)::hugeint as expected,
  coalesce(sum(charged.charged), 0)::hugeint as charged,
  ${lowest(sql`stating.request_id`)}
from stating
left join charged using (request)
left join models on models.model = stating.model
group by models.name
order by models.name`,
    },
  ];
}

/** Items that no charge of the period names; the age is that of the oldest, in whole days at the judged end. */
export function carriedQueries(terms: Terms): ObservationQuery[] {
  if (terms.carried === 'none') return [];
  return [
    {
      code: 'in-transit-missing',
      query: sql`select
  count(*) as count,
  sum(expected)::hugeint as amount,
  list_sort(min(request_id, 5)) as samples,
  ((${terms.end} - min(sent)) // 86400000000)::varchar as days
from carried
anti join carried_charges on carried_charges.item = carried.request_id
having count(*) > 0`,
    },
  ];
}

/** The volume of each day by each of the sides. */
export function volumeQuery(sides: readonly TrafficSide[] = trafficSides): ObservationQuery {
  const tokens = joinSql(
    tokenClasses.map((name) => sql`coalesce(${name}, 0)`),
    ' + ',
  );
  return {
    code: 'volume-spike',
    query: sql`select layer, strftime(date '1970-01-01' + traffic.day, '%Y-%m-%d') as day, rows as requests, (${tokens})::hugeint as tokens, rows as count
from traffic
where layer in (${joinSql(sides.map(literal))})
order by layer, traffic.day`,
  };
}

/** What rows correct, by the period; `was_charged` is what that was charged, where the ledger has it and somebody can say. */
export function correctionQueries(terms: Terms): ObservationQuery[] {
  if (!hasCorrections(terms)) return [];
  const limits = terms.corrected.flatMap((one) => (one.charged === null ? [] : [sql`when ${literal(one.id)} then ${literal(one.charged)}`]));
  const was = limits.length === 0 ? sql`null::varchar` : sql`case lines.corrected ${joinSql(limits, ' ')} end`;
  return [
    {
      code: 'period-corrected',
      about: 'givenBack',
      query: sql`select
  lines.corrected as period,
  ${was} as was_charged,
  case when lines.corrected is null then 'lacking' when ${was} is null then 'uncharged' when not bool_and(lines.is_explained) then 'beyond' end as problem,
  count(*) as count,
  sum(lines.correction)::hugeint as amount,
  ${lowest(sql`coalesce(lines.request_id, lines.provider_request_id, '(no id)')`)},
  'provider' as layer,
  min(lines.seq) as seq
from lines
where lines.line = 'correction'
group by lines.corrected
order by lines.corrected nulls last`,
    },
  ];
}
