/** Provider rows with their value and the request they belong to. */
import { hasCorrections } from './corrections.ts';
import { ownColumns } from './profiles.ts';
import { hasOwners } from './provider-owners.ts';
import { meterColumns } from '../meter-terms.ts';
import { identifier, joinSql, literal, sql, type Sql } from '../sql.ts';
import {
  billable,
  costOf,
  costState,
  emptyView,
  hasCovers,
  incidentOf,
  inKeys,
  inScope,
  priceJoin,
  priceSpanOf,
  spanOf,
  table,
  type Terms,
  view,
} from '../terms.ts';
import { tokenClasses } from '../../model/evidence.ts';
import { recordOf } from '../../model/record-of.ts';

/** When the request of a row was sent, where that is when it is priced (SPEC §13): joins to `provider`, and the time, which is null for a row without request. */
interface Sent {
  readonly join: Sql;
  readonly at: Sql;
}

/** `direct`: of the request that the row names; `request`: of the one that adopted it; else of the open item of the close before. */
function sentOf(link: 'direct' | 'request' | 'gateway' | 'none', terms: Terms): Sent | null {
  if (terms.pricedAt === 'charge') return null;
  const on = (condition: Sql): Sent => ({ join: sql`\n    left join requests as sent on sent.${condition}`, at: sql`sent.timestamp_utc` });
  if (link === 'direct') return on(sql`request_id = provider.request_id`);
  if (link === 'request') return on(sql`request = adopted.request`);
  if (terms.carried === 'none') return null;
  const named = sql`\n    left join carried as named on named.request_id = ${link === 'gateway' ? 'lone.request_id' : 'provider.request_id'}`;
  if (link === 'gateway') return { join: named, at: sql`named.sent` };
  const carriers = sql`\n    left join carried as carrier on carrier.provider_request_id = provider.provider_request_id`;
  return { join: sql`${named}${carriers}`, at: sql`coalesce(named.sent, carrier.sent)` };
}

/** A CTE `valued`: the rows of `source` priced at their own model and tokens, and at their own time or when their request was sent. `cost` means something where `cost_state` is `ok`. */
function valued(source: Sql, sent: Sent | null, terms: Terms): Sql {
  const pricedAt = sent === null ? sql`provider.timestamp_utc` : sql`coalesce(${sent.at}, provider.timestamp_utc)`;
  const owners = hasOwners(terms)
    ? {
        column: sql`\n    owners.owner,`,
        join: sql`\n  left join provider_owners as owners on owners.account_ref is not distinct from spanned.account_ref and owners.key_ref is not distinct from spanned.key_ref`,
      }
    : { column: sql``, join: sql`` };
  return sql`valued as (
  with spanned as (
    select
      provider.*,
      models.model,${terms.pricedAt === 'charge' ? '' : sql`\n      ${sent?.at ?? 'null'}::bigint as priced_from,`}
      ${priceSpanOf((name) => (name === 'timestamp_utc' ? pricedAt : sql`provider.${name}`), terms)} as price_span,
      ${spanOf(sql`provider.timestamp_utc`, terms.mappingBoundaries)} as mapping_span
    from ${source}${sent?.join ?? ''}
    left join models on models.name = provider.model_billed
  )
  select
    spanned.*,${owners.column}
    kind = 'charge' or (kind = 'error' and charged is not null) as is_charge,
    kind in ('refund', 'adjustment') as is_refund,
    ${costState(sql`spanned`, sql`price`, terms)} as cost_state,
    ${costOf(sql`spanned`, sql`price`, terms)}::${terms.money} as cost,
    case
      when (timestamp_utc < ${terms.start} or timestamp_utc >= ${terms.end})${hasCorrections(terms) ? ' and seq not in (select seq from correcting)' : ''} then 'period'
      when not ${inScope((name) => sql`spanned.${name}`, { ...terms, environment: null })} then 'account'
      when not ${inScope((name) => sql`spanned.${name}`, terms)} then 'environment'
    end::aside_reason as own_aside
  from spanned
  ${priceJoin(sql`price`, sql`spanned.price_span`, sql`spanned.model`, sql`spanned`)}${owners.join}
)`;
}

const rowColumns = [
  'seq',
  'provider_request_id',
  'timestamp_utc',
  'kind',
  'status',
  'attempt',
  'model',
  'price_span',
  'is_charge',
  'is_refund',
  'cost_state',
  'cost',
  'charged',
] as const;

/** The columns of `linked_rows`, in their order. */
export function linkedNames(terms: Terms): readonly string[] {
  return Object.keys(linkedColumns(terms, 'direct'));
}

/** `direct` rows carry the id of their request themselves; the link stays null where the application does not know it. */
function linkedColumns(terms: Terms, link: 'direct' | 'request' | 'gateway' | 'none'): Readonly<Record<string, Sql>> {
  const asRequest = {
    request: sql`requests.request`,
    request_id: link === 'direct' ? sql`valued.request_id` : sql`requests.request_id`,
    link: sql`case when requests.request is not null then 'request'::link_kind end`,
    profile: sql`requests.profile`,
    role: sql`requests.role`,
    day: sql`requests.day`,
    incident: sql`requests.incident`,
    expectation: sql`requests.expectation`,
    expected_model: sql`requests.model`,
    expected_span: sql`requests.price_span`,
    expected_state: sql`requests.expected_state`,
    expected_cost: sql`requests.expected_cost`,
    final_status: sql`requests.status`,
    final_billable: sql`requests.billable`,
    billable: sql`coalesce(${billable(sql`valued.status`, terms)}, requests.billable)`,
    in_period: sql`requests.in_period`,
    in_scope: sql`requests.in_scope`,
    is_elsewhere: sql`requests.is_elsewhere`,
    gateway_seq: sql`requests.gateway_seq`,
  };
  const asLone = {
    request: sql`null::bigint`,
    request_id: link === 'gateway' ? sql`lone.request_id` : sql`valued.request_id`,
    link: sql`'${link}'::link_kind`,
    profile: sql`profiles.profile`,
    role: sql`profile_expectations.role`,
    day: sql`(valued.timestamp_utc // 86400000000)::integer`,
    incident: incidentOf(sql`valued.timestamp_utc`, sql`valued.service`, terms),
    expectation: sql`null::integer`,
    expected_model: sql`null::integer`,
    expected_span: sql`null::usmallint`,
    expected_state: sql`null::cost_state`,
    expected_cost: sql`0::${terms.money}`,
    final_status: sql`null::row_status`,
    final_billable: sql`true`,
    billable: sql`coalesce(${billable(sql`valued.status`, terms)}, true)`,
    in_period: sql`true`,
    in_scope: sql`true`,
    is_elsewhere: sql`false`,
    gateway_seq: sql`null::bigint`,
  };
  const known = link === 'direct' || link === 'request';
  const counted = known ? 'requests.in_period and requests.in_scope' : 'false';
  const outside = joinSql(
    [
      ...(terms.keys === null ? [] : [sql` when not (${counted}) and not ${inKeys(sql`valued.key_ref`, terms)} then 'key'`]),
      ...(terms.models === null ? [] : [sql` when not (${counted}) and not coalesce(billed.in_scope, true) then 'model'`]),
    ],
    '',
  );
  const own = [
    ...rowColumns,
    ...(hasOwners(terms) ? ['owner'] : []),
    ...(terms.pricedAt === 'charge' ? [] : ['priced_from']),
    ...(terms.parts === 'none' ? [] : ['part_of']),
    ...(hasCovers(terms) ? ['covered_by'] : []),
  ];
  return {
    ...recordOf(own, (name) => sql`valued.${identifier(name)}`),
    ...recordOf(tokenClasses, (name) => sql`valued.${name}::${terms.count}`),
    ...recordOf(meterColumns(terms.meters).map(String), (name) => sql`valued.${identifier(name)}`),
    aside: sql`case when valued.own_aside is not null then valued.own_aside${outside} end::aside_reason`,
    ...recordOf(Object.keys(asRequest) as (keyof typeof asRequest)[], (name) => (known ? asRequest : asLone)[name]),
  };
}

/** The select list of those columns. */
function linkedList(terms: Terms, link: Parameters<typeof linkedColumns>[1]): Sql {
  return joinSql(
    Object.entries(linkedColumns(terms, link)).map(([name, value]) => sql`${value} as ${identifier(name)}`),
    ',\n  ',
  );
}

function billedScope(terms: Terms): Sql {
  return terms.models === null ? sql`` : sql`\nleft join models as billed on billed.model = valued.model`;
}

/** The provider's rows as they stand in its files; parts of their answers follow them. */
function wholes({ parts }: Terms): Sql {
  return parts === 'none' ? sql`provider` : sql`(select * from provider where part_of is null) as provider`;
}

/** Every provider row by its own `request_id`, where the export has one at all; orphans have a null link here and come again once resolved. */
export function linkedRows(terms: Terms): Sql {
  return table(
    sql`linked_rows`,
    sql`with ${valued(wholes(terms), sentOf('direct', terms), terms)}
select
  ${linkedList(terms, 'direct')}
from valued
left join requests on requests.request_id = valued.request_id${billedScope(terms)}${carriesRequestId(terms) ? '' : '\nwhere false'}`,
  );
}

/** Provider rows that the application does not know by `request_id`, whole: few enough to be copied once instead of looked up again and again. All of them, where the export has no such id. */
export function orphans(terms: Terms): Sql {
  if (!carriesRequestId(terms)) return view(sql`orphans`, sql`select provider.*\nfrom ${wholes(terms)}`);
  return table(sql`orphans`, sql`select provider.*\nfrom ${wholes(terms)}\nsemi join (select seq from linked_rows where link is null) as unknown using (seq)`);
}

/** Provider rows with their link. The orphans' first rows are passed over, not deleted: deleting makes the engine write the table again. */
export function linked(): Sql {
  return view(sql`linked`, sql`select *\nfrom linked_rows\nwhere link is not null`);
}

export function carriesRequestId(terms: Terms): boolean {
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
function carriers(layer: LogLayer, id: LinkId): Sql {
  return sql`${layer}_${id}_carriers as (
  select ${layer}_kept.${id}, min(${layer}_kept.request_id) as request_id, count(distinct ${layer}_kept.request_id) as carriers
  from ${layer}_kept
  semi join orphans using (${id})
  group by ${layer}_kept.${id}
)`;
}

/**
 * Which request an orphan belongs to: the gateway's request of its `request_id`, else the one request of the gateway rows, else of the
 * application rows, that carry its `provider_request_id`, else, where nobody carries that, its `response_id`. `carriers` above 1 = two
 * requests share the id `shared_id`, and the row stays unlinked. `joined_by` = the id and the layer that carries it, as `id:layer`.
 */
export function adoptions(terms: Terms): Sql {
  const ways = waysOf(terms).flatMap(({ id, layers }) => layers.map((layer) => ({ id, layer, name: sql`${layer}_${id}_carriers`, cte: carriers(layer, id) })));
  const first = (value: (way: (typeof ways)[number]) => Sql): Sql =>
    ways.length === 0
      ? sql`null`
      : sql`case ${joinSql(
          ways.map((way) => sql`when ${way.name}.carriers is not null then ${value(way)}`),
          ' ',
        )} end`;
  const known = terms.gateway === 'present' ? 'semi join gateway_requests using (request_id)' : 'where false';
  return table(
    sql`adoptions`,
    sql`with ${joinSql(
      ways.map(({ cte }) => sql`${cte},\n`),
      '',
    )}known as (
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
    ${first(({ name }) => sql`${name}.carriers`)}::bigint as carriers,
    ${first(({ name }) => sql`${name}.request_id`)}::varchar as request_id,
    ${first(({ id }) => literal(id))}::varchar as shared_id,
    ${first(({ id, layer }) => literal(`${id}:${layer}`))}::varchar as joined_by
  from unknown
${joinSql(
  ways.map(({ id, name }) => sql`  left join ${name} on ${name}.${id} = unknown.${id}\n`),
  '',
)})
select seq, request_id, 1 as carriers, null::varchar as shared_id, 'request_id:gateway' as joined_by
from known
union all
select
  seq,
  case when carriers = 1 then request_id end as request_id,
  carriers,
  case when carriers > 1 then shared_id end as shared_id,
  case when carriers = 1 then joined_by end as joined_by
from carried`,
  );
}

/** Where there are no orphans. */
export function noAdoptions(): Sql {
  return emptyView(sql`adoptions`, { seq: sql`bigint`, request_id: sql`varchar`, carriers: sql`bigint`, shared_id: sql`varchar`, joined_by: sql`varchar` });
}

/** Orphans whose request the application knows. */
export function adopted(): Sql {
  return table(
    sql`adopted`,
    sql`select adoptions.seq, requests.request
from adoptions
join requests on requests.request_id = adoptions.request_id`,
  );
}

/** Orphans whose request only the gateway knows, and those that nobody of ours knows; both stand for themselves. */
export function lone(): Sql {
  return table(
    sql`lone`,
    sql`select adoptions.seq, adoptions.request_id, true as is_lone
from adoptions
anti join adopted using (seq)`,
  );
}

export function insertAdopted(terms: Terms): Sql {
  const sent = sentOf('request', terms);
  return sql`insert into linked_rows
with ${valued(sql`orphans as provider ${sent === null ? 'semi join' : 'join'} adopted using (seq)`, sent, terms)}
select
  ${linkedList(terms, 'request')}
from valued
join adopted on adopted.seq = valued.seq
join requests on requests.request = adopted.request${billedScope(terms)}`;
}

export function insertLone(terms: Terms, link: 'gateway' | 'none'): Sql {
  const own = ownColumns(terms.filled.provider);
  const sent = sentOf(link, terms);
  return sql`insert into linked_rows
with ${valued(sql`orphans as provider ${sent === null ? 'semi join' : 'join'} lone using (seq)`, sent, terms)}
select
  ${linkedList(terms, link)}
from valued
join lone on lone.seq = valued.seq
join profiles
  on ${joinSql(['profiles.is_lone = lone.is_lone', ...own.map((column) => sql`profiles.${column} is not distinct from valued.${column}`)], '\n  and ')}
left join profile_expectations
  on profile_expectations.profile = profiles.profile
  and profile_expectations.span = valued.mapping_span${billedScope(terms)}
where lone.request_id is ${link === 'gateway' ? 'not null' : 'null'}`;
}
