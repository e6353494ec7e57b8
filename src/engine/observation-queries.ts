/** The queries behind the observations: each yields `count`, `amount`, `samples`, sometimes `layer` and `seq`, and its words. */
import { priceQueries } from './price-queries.ts';
import { unreportedMeters } from './relations/metered.ts';
import { enumOrder } from './reading/column-types.ts';
import { joinSql, literal, sql, type Sql } from './sql.ts';
import type { ObservationQuery, Occurrence } from './occurrences.ts';
import type { Terms } from './terms.ts';
import { carriedQueries, correctionQueries, volumeQuery, witnessQueries } from './witness-queries.ts';
import type { PriceBook } from '../model/price-book.ts';
import { tokenClasses } from '../model/evidence.ts';

/** The lowest five ids: the choice depends on content alone. */
const lowest = (id: Sql): Sql => sql`list_sort(list_distinct(min(${id}, 5))) as samples`;
const lineId = sql`coalesce(lines.request_id, lines.provider_request_id, '(no id)')`;

export function observationQueries(terms: Terms, prices: PriceBook): ObservationQuery[] {
  return [
    ...mappingQueries(),
    ...priceQueries(terms),
    ...usageQueries(terms, prices),
    ...meterQueries(terms),
    ...contractQueries(terms),
    ...repetitionQueries(terms),
    ...correctionQueries(terms),
    ...asideQueries(),
    ...trafficQueries(terms),
    ...witnessQueries(terms),
    ...carriedQueries(terms),
  ];
}

function mappingQueries(): ObservationQuery[] {
  const unmapped = sql`with unmapped as (
  select requests.request, requests.request_id, requests.timestamp_utc, profiles.first_internal_name as internal_name, profiles.first_model_requested as model
  from requests
  join profiles using (profile)
  where requests.in_period and requests.in_scope and requests.expected_state = 'unmapped'
),
later as (
  select distinct unmapped.request, min(mapping_starts.valid_from) as valid_from
  from unmapped
  join mapping_starts
    on mapping_starts.requested_model = unmapped.model
    and mapping_starts.internal_name = coalesce(unmapped.internal_name, mapping_starts.internal_name)
  where mapping_starts.valid_from > unmapped.timestamp_utc
  group by unmapped.request
),
stakes as (
  select request, sum(value)::hugeint as value
  from noted_lines
  where line = 'charge' and request in (select request from unmapped)
  group by request
)`;
  return [
    {
      code: 'unknown-model',
      about: 'unmapped',
      query: sql`${unmapped}
select internal_name, model, count(*) as count, coalesce(sum(value), 0)::hugeint as amount, ${lowest(sql`request_id`)}, 'application' as layer, min(request) as seq
from unmapped
left join stakes using (request)
group by internal_name, model
order by internal_name, model`,
    },
    {
      code: 'mapping-late',
      about: 'unmapped',
      query: sql`${unmapped}
select internal_name, model, min(valid_from) as valid_from_utc, count(*) as count, coalesce(sum(value), 0)::hugeint as amount, ${lowest(sql`request_id`)}
from unmapped
join later using (request)
left join stakes using (request)
group by internal_name, model
order by internal_name, model`,
    },
    {
      code: 'new-model',
      query: sql`with unnamed as (
  select model, name
  from models
  anti join mapping_starts on mapping_starts.billable_model = models.name
)
select unnamed.name as model, count(*) as count, sum(lines.value)::hugeint as amount, ${lowest(lineId)}
from charges as lines
join unnamed using (model)
where lines.line = 'charge'
group by unnamed.name
order by unnamed.name`,
    },
  ];
}

function usageQueries(terms: Terms, prices: PriceBook): ObservationQuery[] {
  // Where a price rests on what it needs, it is not the tokens that are missing.
  const reason = terms.needs === 'none' ? sql`` : sql`, reason`;
  const needed = (row: Sql, before: Sql): Sql =>
    terms.needs === 'none'
      ? sql``
      : sql`${before}case when ${row}.model in (select model from prices where not needs_tokens) then 'needed-quantity' end as reason`;
  const application = sql`with missing as (
  select
    requests.request,
    requests.request_id,
    requests.status,
    lines.main_amount,
    requests.status in ('timeout', 'canceled') and lines.cost_state = 'ok' as is_client_stopped${needed(sql`requests`, sql`,\n    `)}
  from requests
  left join (select * from noted_lines where carries_expected) as lines on lines.request = requests.request
  where requests.in_period and requests.in_scope and requests.billable and requests.expected_state = 'missing' and coalesce(lines.cost_state, 'ok') <> 'missing'
)
select 'application' as side, status${reason}, count(*) as count, coalesce(sum(main_amount), 0)::hugeint as amount, ${lowest(sql`request_id`)}, 'application' as layer, min(request) as seq
from missing`;
  const flawedRows = { application: 'flawedApplication', gateway: 'flawedGateway', provider: 'flawedProvider' } as const satisfies Record<string, Occurrence>;
  const flawed = (['application', 'gateway', 'provider'] as const).filter((layer) => layer !== 'gateway' || terms.gateway === 'present');
  return [
    {
      code: 'missing-token-usage',
      about: 'unusedCharge',
      query: sql`select
  'provider' as side,
  coalesce(lines.status::varchar, '(none)') as status${needed(sql`lines`, sql`,\n  `)},
  count(*) as count,
  sum(lines.main_amount)::hugeint as amount,
  ${lowest(lineId)},
  'provider' as layer,
  min(lines.seq) as seq
from noted_lines as lines
where lines.main_step = 'missing_usage' and lines.cost_state = 'missing'
group by lines.status${reason}
order by ${enumOrder('row_status', sql`lines.status`)}${reason}`,
    },
    {
      code: 'missing-token-usage',
      about: 'unusedRequest',
      query: sql`${application}\nwhere not coalesce(is_client_stopped, false)\ngroup by status${reason}\norder by ${enumOrder('row_status', sql`status`)}${reason}`,
    },
    {
      code: 'client-stopped-usage',
      about: 'unusedRequest',
      query: sql`${application}\nwhere is_client_stopped\ngroup by status${reason}\norder by ${enumOrder('row_status', sql`status`)}${reason}`,
    },
    ...flawed.map((layer) => ({
      code: 'token-data-error' as const,
      about: flawedRows[layer],
      query: sql`select count(*) as count, ${lowest(sql`coalesce(request_id, provider_request_id, '(no id)')`)}, '${layer}' as layer, min(seq) as seq
from ${layer}
where tokens_flawed
having count(*) > 0`,
    })),
    ...unreportedClasses(prices),
  ];
}

/** What serving charges leave to our log. */
function meterQueries(terms: Terms): ObservationQuery[] {
  const query = unreportedMeters(terms);
  return query === null ? [] : [{ code: 'meter-unreported', query }];
}

function contractQueries(terms: Terms): ObservationQuery[] {
  const unverified = Object.entries(terms.billing).filter(([, rule]) => rule === 'unverified');
  if (unverified.length === 0) return [];
  return [
    {
      code: 'unverified-billing-rule',
      query: sql`with judged as (
  select coalesce(lines.status, lines.final_status)::varchar as status, lines.value, ${lineId} as id
  from charges as lines
  where lines.line = 'charge'
)
select status, count(*) as count, sum(value)::hugeint as amount, ${lowest(sql`id`)}
from judged
where status in (${joinSql(unverified.map(([status]) => literal(status)))})
group by status
order by status`,
    },
  ];
}

function repetitionQueries(terms: Terms): ObservationQuery[] {
  const exported = (['application', 'gateway'] as const)
    .filter((layer) => layer !== 'gateway' || terms.gateway === 'present')
    .map((layer) => ({
      code: 'export-duplicate' as const,
      about: layer === 'application' ? ('repeatedApplication' as const) : ('repeatedGateway' as const),
      query: sql`select '${layer}' as layer, count(*) as count, ${lowest(sql`request_id`)}, min(seq) as seq
from ${layer}_fates
where fate = 'export-duplicate'
having count(*) > 0`,
    }));
  const providerId = sql`coalesce(provider.provider_request_id, provider.request_id, '(no id)')`;
  return [
    ...exported,
    {
      code: 'export-duplicate',
      about: 'repeatedProvider',
      query: sql`select 'provider' as layer, count(*) as count, ${lowest(providerId)}, min(provider_fates.seq) as seq
from provider_fates
join provider using (seq)
where fate = 'export-duplicate'
having count(*) > 0`,
    },
    {
      code: 'duplicate-charge',
      about: 'duplicate',
      query: sql`select count(*) as count, sum(lines.duplicate)::hugeint as amount, ${lowest(lineId)}, 'provider' as layer, min(lines.seq) as seq
from noted_lines as lines
where lines.line = 'duplicate'
having count(*) > 0`,
    },
    {
      code: 'conflicting-duplicate',
      about: 'duplicate',
      query: sql`select count(*) as count, sum(lines.duplicate)::hugeint as amount, ${lowest(lineId)}, 'provider' as layer, min(lines.seq) as seq
from noted_lines as lines
join provider_fates using (seq)
where lines.line = 'duplicate' and provider_fates.conflicting
having count(*) > 0`,
    },
    {
      code: 'refund-repeated',
      about: 'givenBack',
      query: sql`select count(*) as count, sum(lines.refund + lines.adjustment + lines.correction)::hugeint as amount, ${lowest(lineId)}, 'provider' as layer, min(lines.seq) as seq
from noted_lines as lines
join provider_fates using (seq)
where provider_fates.fate = 'refund-repeated'
having count(*) > 0`,
    },
    {
      code: 'refund-without-amount',
      about: 'givenBack',
      query: sql`select count(*) as count, ${lowest(lineId)}, 'provider' as layer, min(lines.seq) as seq
from noted_lines as lines
where lines.line in ('adjustment', 'correction') and lines.charged is null
having count(*) > 0`,
    },
    {
      code: 'shared-provider-id',
      about: 'sharedId',
      query: sql`select count(*) as count, coalesce(sum(lines.value), 0)::hugeint as amount, ${lowest(providerId)}, 'provider' as layer, min(adoptions.seq) as seq
from adoptions
join provider using (seq)
left join noted_lines as lines using (seq)
where adoptions.carriers > 1
having count(*) > 0`,
    },
  ];
}

export function asideQueries(): ObservationQuery[] {
  const id = sql`coalesce(provider.request_id, provider.provider_request_id, '(no id)')`;
  return [
    {
      code: 'set-aside',
      about: 'setAside',
      query: sql`select linked.aside as reason, count(*) as count, coalesce(sum(linked.charged), 0)::hugeint as amount, ${lowest(id)}, 'provider' as layer, min(linked.seq) as seq
from linked
join provider using (seq)
where linked.aside is not null
group by linked.aside
order by ${enumOrder('aside_reason', sql`linked.aside`)}`,
    },
    {
      code: 'currency-mismatch',
      about: 'foreignCurrency',
      query: sql`select provider.charged_currency as currency, count(*) as count, ${lowest(id)}, 'provider' as layer, min(provider.seq) as seq
from provider
where foreign_currency and charged_content is not null
group by provider.charged_currency
order by provider.charged_currency`,
    },
  ];
}

/** The median difference of two clocks over linked rows, in whole seconds: differences are counted by second, so that memory does not grow with rows. */
function lags(terms: Terms): ObservationQuery {
  const gateway = terms.gateway === 'present';
  const pairs = [
    { from: 'application', to: 'provider', lag: 'charge_seconds - request_seconds' },
    ...(gateway
      ? ([
          { from: 'application', to: 'gateway', lag: 'gateway_seconds - request_seconds' },
          { from: 'gateway', to: 'provider', lag: 'charge_seconds - gateway_seconds' },
        ] as const)
      : []),
  ] as const;
  const ranked = pairs.map(
    ({ from, to, lag }, index) => sql`select ${index} as pair, '${from}' as from_layer, '${to}' as to_layer, ${lag} as seconds, sum(rows) as rows
  from lags
  where ${lag} is not null
  group by seconds`,
  );
  return {
    code: 'clock-shift',
    query: sql`with lags as materialized (
  select
    kept_charges.timestamp_utc // 1000000 - requests.timestamp_utc // 1000000 as charge_seconds,
    requests.gateway_time // 1000000 - requests.timestamp_utc // 1000000 as gateway_seconds,
    0 as request_seconds,
    count(*) as rows
  from kept_charges
  join requests using (request)
  group by charge_seconds, gateway_seconds
),
counted as (
  ${joinSql(ranked, '\n  union all\n  ')}
),
ranked as (
  select *, sum(rows) over (partition by pair order by seconds) as up_to, sum(rows) over (partition by pair) as pairs
  from counted
)
select from_layer as "from", to_layer as "to", min(seconds) as median_seconds, any_value(pairs)::bigint as pairs, any_value(pairs)::bigint as count
from ranked
where up_to * 2 >= pairs
group by pair, from_layer, to_layer
order by pair`,
  };
}

function trafficQueries(terms: Terms): ObservationQuery[] {
  const streams = terms.filled.application.includes('stream_completed')
    ? [
        {
          code: 'stream-incomplete' as const,
          query: sql`select requests.status::varchar as status, count(*) as count, coalesce(sum(lines.value), 0)::hugeint as amount, ${lowest(sql`requests.request_id`)}, 'application' as layer, min(requests.request) as seq
from requests
join application on application.seq = requests.request
left join (select request, value from charges where line = 'charge' and place = 'serving') as lines on lines.request = requests.request
where requests.in_period and requests.in_scope and application.stream_completed = false
group by requests.status
order by ${enumOrder('row_status', sql`requests.status`)}`,
        },
      ]
    : [];
  return [
    lags(terms),
    ...streams,
    {
      code: 'retry-amplification',
      query: sql`with counted as (
  select coalesce(profiles.service, '(none)') as service, count(*) as requests
  from requests
  join profiles using (profile)
  where requests.in_period and requests.in_scope
  group by 1
),
charged as (
  select coalesce(profiles.service, '(none)') as service, count(*) as charges
  from kept_charges
  join profiles using (profile)
  where kept_charges.link = 'request' and kept_charges.in_period and kept_charges.in_scope
  group by 1
)
select counted.service, coalesce(charged.charges, 0) as charges, counted.requests, coalesce(charged.charges, 0) as count
from counted
left join charged using (service)
order by counted.service`,
    },
    volumeQuery(),
  ];
}

/** Classes that somebody prices above zero and that rows leave empty: valued at 0, so they are counted. */
export function unreportedClasses(prices: PriceBook): ObservationQuery[] {
  const priced = tokenClasses.filter(
    (name) => name !== 'input' && name !== 'output' && prices.rows.some((row) => row.row.prices[name] !== undefined && !row.unit[name]?.isZero()),
  );
  if (priced.length === 0) return [];
  const classes = priced.map(
    (name, place) => sql`select ${place} as place, layer, '${name}' as class, sum(${`${name}_absent` as const})::bigint as count from traffic group by layer`,
  );
  return [
    {
      code: 'unreported-class' as const,
      query: sql`with classes as (
  ${joinSql(classes, '\n  union all\n  ')}
)
select layer, class, count
from classes
where count > 0
order by place, layer`,
    },
  ];
}
