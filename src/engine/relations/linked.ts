/** Provider rows with their value and the request they belong to. */
import { tokenClasses } from '../../model/evidence.ts';
import { literal } from '../database.ts';
import type { Relation, Terms } from '../terms.ts';
import { billable, costOf, costState, inScope, incidentOf, priceJoin, spanOf, table, view } from '../terms.ts';
import { ownColumns } from './profiles.ts';

/** A CTE `valued`: the rows of `source` priced at their own model, time and tokens. `cost` means something where `cost_state` is `ok`. */
function valued(source: string, terms: Terms): string {
  return `valued as (
  with spanned as (
    select
      provider.*,
      models.model,
      ${spanOf('timestamp_utc', terms.priceBoundaries)} as price_span,
      ${spanOf('timestamp_utc', terms.mappingBoundaries)} as mapping_span
    from ${source}
    left join models on models.name = provider.model_billed
  )
  select
    spanned.*,
    kind = 'charge' or (kind = 'error' and charged is not null) as is_charge,
    kind in ('refund', 'adjustment') as is_refund,
    ${costState('spanned', 'price')} as cost_state,
    ${costOf('spanned', 'price')}::${terms.money} as cost,
    case
      when timestamp_utc < ${terms.start} or timestamp_utc >= ${terms.end} then 'period'
      when not ${inScope((name) => name, { ...terms, environment: null })} then 'account'
      when not ${inScope((name) => name, terms)} then 'environment'
    end::aside_reason as own_aside
  from spanned
  ${priceJoin('price', 'spanned.price_span', 'spanned.model', 'spanned')}
)`;
}

const rowColumns = [
  'valued.seq',
  'valued.provider_request_id',
  'valued.timestamp_utc',
  'valued.kind',
  'valued.status',
  'valued.attempt',
  'valued.model',
  'valued.price_span',
  'valued.is_charge',
  'valued.is_refund',
  'valued.cost_state',
  'valued.cost',
  'valued.charged',
];

/** `direct` rows carry the id of their request themselves; the link stays null where the application does not know it. */
function linkedColumns(terms: Terms, link: 'direct' | 'request' | 'gateway' | 'none'): string {
  const asRequest = {
    request: 'requests.request',
    request_id: link === 'direct' ? 'valued.request_id' : 'requests.request_id',
    link: `case when requests.request is not null then 'request'::link_kind end`,
    profile: 'requests.profile',
    role: 'requests.role',
    day: 'requests.day',
    incident: 'requests.incident',
    expectation: 'requests.expectation',
    expected_model: 'requests.model',
    expected_span: 'requests.price_span',
    expected_state: 'requests.expected_state',
    expected_cost: 'requests.expected_cost',
    final_status: 'requests.status',
    final_billable: 'requests.billable',
    billable: `coalesce(${billable('valued.status', terms)}, requests.billable)`,
    in_period: 'requests.in_period',
    in_scope: 'requests.in_scope',
    is_elsewhere: 'requests.is_elsewhere',
    gateway_seq: 'requests.gateway_seq',
  };
  const asLone = {
    request: 'null::bigint',
    request_id: link === 'gateway' ? 'lone.request_id' : 'valued.request_id',
    link: `'${link}'::link_kind`,
    profile: 'profiles.profile',
    role: 'profile_expectations.role',
    day: '(valued.timestamp_utc // 86400000000)::integer',
    incident: incidentOf('valued.timestamp_utc', 'valued.service', terms),
    expectation: 'null::integer',
    expected_model: 'null::integer',
    expected_span: 'null::usmallint',
    expected_state: 'null::cost_state',
    expected_cost: `0::${terms.money}`,
    final_status: 'null::row_status',
    final_billable: 'true',
    billable: `coalesce(${billable('valued.status', terms)}, true)`,
    in_period: 'true',
    in_scope: 'true',
    is_elsewhere: 'false',
    gateway_seq: 'null::bigint',
  };
  const known = link === 'direct' || link === 'request';
  const columns = known ? asRequest : asLone;
  const counted = known ? 'requests.in_period and requests.in_scope' : 'false';
  const outside = terms.models === null ? '' : ` when not (${counted}) and not coalesce(billed.in_scope, true) then 'model'`;
  return [
    ...rowColumns,
    ...tokenClasses.map((name) => `valued.${name}::${terms.count} as ${name}`),
    `case when valued.own_aside is not null then valued.own_aside${outside} end::aside_reason as aside`,
    ...Object.entries(columns).map(([name, expression]) => `${expression} as ${name}`),
  ].join(',\n  ');
}

function billedScope(terms: Terms): string {
  return terms.models === null ? '' : '\nleft join models as billed on billed.model = valued.model';
}

/** Every provider row by its own `request_id`, where the export has one at all; orphans have a null link here and come again once resolved. */
export function linkedRows(terms: Terms): Relation {
  return table(
    'linked_rows',
    `with ${valued('provider', terms)}
select
  ${linkedColumns(terms, 'direct')}
from valued
left join requests on requests.request_id = valued.request_id${billedScope(terms)}${carriesRequestId(terms) ? '' : '\nwhere false'}`,
  );
}

/** Provider rows that the application does not know by `request_id`, whole: few enough to be copied once instead of looked up again and again. */
export function orphans(terms: Terms): Relation {
  if (!carriesRequestId(terms)) return view('orphans', 'select *\nfrom provider');
  return table('orphans', 'select provider.*\nfrom provider\nsemi join (select seq from linked_rows where link is null) as unknown using (seq)');
}

/** Provider rows with their link. The orphans' first rows are passed over, not deleted: deleting makes the engine write the table again. */
export function linked(): Relation {
  return view('linked', 'select *\nfrom linked_rows\nwhere link is not null');
}

function carriesRequestId(terms: Terms): boolean {
  return terms.filled.provider.includes('request_id');
}

/** The ids by which an orphan finds its request, in the order in which they are asked, and the layers that may carry them. */
function waysOf(terms: Terms): { readonly id: LinkId; readonly layers: readonly LogLayer[] }[] {
  const logs: readonly LogLayer[] = terms.gateway === 'present' ? ['gateway', 'application'] : ['application'];
  return (['provider_request_id', 'response_id'] as const).flatMap((id) => {
    const layers = logs.filter((layer) => terms.filled[layer].includes(id));
    return layers.length === 0 || !terms.filled.provider.includes(id) ? [] : [{ id, layers }];
  });
}

type LogLayer = 'application' | 'gateway';
type LinkId = 'provider_request_id' | 'response_id';

/** A CTE: for each id of an orphan that rows of a layer carry, their request and how many requests share it. */
function carriers(layer: LogLayer, id: LinkId): string {
  return `${layer}_${id}_carriers as (
  select ${layer}_kept.${id}, min(${layer}_kept.request_id) as request_id, count(distinct ${layer}_kept.request_id) as carriers
  from ${layer}_kept
  semi join orphans using (${id})
  group by ${layer}_kept.${id}
)`;
}

/**
 * Which request an orphan belongs to: the gateway's request of its `request_id`, else the one request of the gateway rows, else of the
 * application rows, that carry its `provider_request_id`, else, where nobody carries that, its `response_id`. `carriers` above 1 = two
 * requests share the id `shared_id`, and the row stays unlinked.
 */
export function adoptions(terms: Terms): Relation {
  const ways = waysOf(terms).flatMap(({ id, layers }) => layers.map((layer) => ({ id, name: `${layer}_${id}_carriers`, cte: carriers(layer, id) })));
  const first = (value: (way: (typeof ways)[number]) => string): string =>
    ways.length === 0 ? 'null' : `case ${ways.map((way) => `when ${way.name}.carriers is not null then ${value(way)}`).join(' ')} end`;
  const known = terms.gateway === 'present' ? 'semi join gateway_requests using (request_id)' : 'where false';
  return table(
    'adoptions',
    `with ${ways.map(({ cte }) => `${cte},\n`).join('')}known as (
  select orphans.seq, orphans.request_id
  from orphans
  ${known}
),
unknown as (
  select orphans.seq, orphans.provider_request_id, orphans.response_id
  from orphans
  anti join known using (seq)
),
carried as (
  select
    unknown.seq,
    ${first(({ name }) => `${name}.carriers`)}::bigint as carriers,
    ${first(({ name }) => `${name}.request_id`)}::varchar as request_id,
    ${first(({ id }) => literal(id))}::varchar as shared_id
  from unknown
${ways.map(({ id, name }) => `  left join ${name} on ${name}.${id} = unknown.${id}\n`).join('')})
select seq, request_id, 1 as carriers, null::varchar as shared_id
from known
union all
select seq, case when carriers = 1 then request_id end as request_id, carriers, case when carriers > 1 then shared_id end as shared_id
from carried`,
  );
}

/** Orphans whose request the application knows. */
export function adopted(): Relation {
  return table(
    'adopted',
    `select adoptions.seq, requests.request
from adoptions
join requests on requests.request_id = adoptions.request_id`,
  );
}

/** Orphans whose request only the gateway knows, and those that nobody of ours knows; both stand for themselves. */
export function lone(): Relation {
  return table(
    'lone',
    `select adoptions.seq, adoptions.request_id, true as is_lone
from adoptions
anti join adopted using (seq)`,
  );
}

export function insertAdopted(terms: Terms): string {
  return `insert into linked_rows
with ${valued('orphans as provider semi join adopted using (seq)', terms)}
select
  ${linkedColumns(terms, 'request')}
from valued
join adopted on adopted.seq = valued.seq
join requests on requests.request = adopted.request${billedScope(terms)}`;
}

export function insertLone(terms: Terms, link: 'gateway' | 'none'): string {
  const own = ownColumns(terms.filled.provider);
  return `insert into linked_rows
with ${valued('orphans as provider semi join lone using (seq)', terms)}
select
  ${linkedColumns(terms, link)}
from valued
join lone on lone.seq = valued.seq
join profiles
  on ${['profiles.is_lone = lone.is_lone', ...own.map((column) => `profiles.${column} is not distinct from valued.${column}`)].join('\n  and ')}
left join profile_expectations
  on profile_expectations.profile = profiles.profile
  and profile_expectations.span = valued.mapping_span${billedScope(terms)}
where lone.request_id is ${link === 'gateway' ? 'not null' : 'null'}`;
}
