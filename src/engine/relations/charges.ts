/** Kept charges, duplicates, refunds and adjustments with their value, their place and the step they take (SPEC §4.1). */
import { carriedSplitColumns } from './carried.ts';
import { hasCorrections } from './corrections.ts';
import { statesKinds } from './refunds.ts';
import { meterColumns } from '../meter-terms.ts';
import { identifier, joinSql, literal, sql, type Sql } from '../sql.ts';
import { costOf, costState, crossedSpan, emptyView, hasCovers, priceJoin, roundedCost, lasting, table, type Terms } from '../terms.ts';
import { tokenClasses } from '../../model/evidence.ts';
import { decimalsOf, Money, toScaled } from '../../model/money.ts';

/** Settling an open item comes before every other place; what else such a request was charged belongs to the period before. */
const carriedPlaces = {
  columns: sql`,\n    carried_charges.settles,\n    carried_charges.expected as carried_expected,\n    carried_charges.counted as carried_counted`,
  join: sql`\n  left join carried_charges using (seq)`,
  places: sql`
      when settles and line = 'charge' then 'carried_forward'
      when not carried_counted and link <> 'request' then 'out_of_period'`,
};
const notCarried = { columns: sql``, join: sql``, places: sql`` };

/** A part of an answer is no attempt: the contract says of which models it may be. */
function partPlace({ parts, advisors }: Terms): Sql {
  if (parts === 'none') return sql``;
  const isAdvisor =
    advisors.length === 0 ? sql`false` : sql`coalesce(model in (select model from models where name in (${joinSql(advisors.map(literal))})), false)`;
  return sql`\n      when part_of is not null then case when ${isAdvisor} then 'fallback' else 'model_drift' end`;
}

/** Everything that becomes a line, with what its request's charges decided. Value: 0, cost or the reported amount. */
export function charges(terms: Terms): Sql {
  const carried = terms.carried === 'none' ? notCarried : carriedPlaces;
  const isCorrecting = hasCorrections(terms);
  const given = statesKinds(terms)
    ? {
        line: sql`${isCorrecting ? sql`when corrections.seq is not null then 'correction' ` : ''}when linked.is_refund then case when refund_fits.seq is null then 'adjustment' else 'refund' end `,
        join: sql`\n  left join refund_fits using (seq)${isCorrecting ? sql`\n  left join corrections using (seq)` : ''}`,
      }
    : { line: sql``, join: sql`` };
  return lasting(
    sql`charges`,
    sql`with lines as (
  select
    linked.*,
    case ${given.line}when provider_fates.fate = 'duplicate' then 'duplicate' else 'charge' end as line,
    coalesce(contests.serving, true) as serving,
    coalesce(contests.backed, true) as backed,
    contests.serving_model,
    contests.basis,
    expectation_fallbacks.model is not null as is_fallback${carried.columns}${isCorrecting ? sql`,\n    corrections.period as corrected,\n    corrections.is_explained as correction_explained` : ''}
  from linked
  left join provider_fates using (seq)
  left join contests using (seq)
  left join expectation_fallbacks
    on expectation_fallbacks.expectation = linked.expectation
    and expectation_fallbacks.model = linked.model${carried.join}${given.join}
  where linked.aside is null
    and (linked.is_charge or linked.is_refund)
    and provider_fates.fate is distinct from 'export-duplicate'
),
placed as (
  select
    *,
    case${carried.places}
      when link = 'none' then 'unlinked'
      when link = 'gateway' then 'gateway_only'
      when not in_period then 'out_of_period'
      when not in_scope then 'out_of_scope'
      when serving then 'serving'
      when not backed then 'unbacked'${partPlace(terms)}
      when model is not distinct from serving_model then 'retry'
      when coalesce(model = expected_model, false) or is_fallback then 'fallback'
      else 'model_drift'
    end as place,
    cost_state = 'ok' and (billable or charged is not null) as at_cost
  from lines
)
select
  *,
  ${roundedCost(sql`cost`, terms)} as rounded_cost,
  case
    when at_cost then cost
    when not billable and charged is null then 0
    else coalesce(charged, 0)
  end as value,
  case
    when cost_state = 'unpriced' then 'unpriced'
    when cost_state = 'missing' and (billable or charged is not null) then 'missing_usage'
    when place in ('unlinked', 'gateway_only', 'carried_forward', 'out_of_period', 'out_of_scope') then place
    when not billable then 'non_billable'
    else place
  end as step
from placed`,
    terms,
  );
}

/** Serving charges whose model or price span differs from the expected one. */
export function divergent({ priceConditions }: Terms): Sql {
  return table(
    sql`divergent`,
    sql`select charges.seq, charges.request, charges.model, charges.expected_model, charges.price_span${priceConditions === null ? '' : ', charges.expected_span'}
from charges
where line = 'charge' and step = 'serving' and final_billable and expected_state in ('ok', 'missing')
  and (model is distinct from expected_model or price_span <> expected_span)`,
  );
}

/** What `divergences` tells of a charge, by the types. */
function divergenceColumns({ money, priceConditions }: Terms): Readonly<Record<string, Sql>> {
  const [state, cost] = [sql`cost_state`, sql`${money}`];
  const varied = priceConditions === null ? {} : { varied_then_state: state, varied_then: cost };
  return { expected_then_state: state, expected_then: cost, serving_then_state: state, serving_then: cost, ...varied };
}

/** Where there are none. */
export function noDivergences(terms: Terms): Sql {
  return emptyView(sql`divergences`, { seq: sql`bigint`, ...divergenceColumns(terms) });
}

/**
 * The two costs of each of them, of the tokens that E rests on, at the charge's time. Where prices tell tiers and regions apart, the expected
 * model's is that of the tier and region of the final row, and `varied_then` that of those of the charge.
 */
export function divergences(terms: Terms): Sql {
  const conditions = terms.priceConditions;
  const varied =
    conditions === null
      ? { span: sql`tokens.price_span`, columns: sql``, join: sql`` }
      : {
          span: crossedSpan(sql`tokens.price_span`, sql`tokens.expected_span`, conditions),
          columns: sql`,
  ${costState(sql`tokens`, sql`varied_price`, terms)} as varied_then_state,
  ${costOf(sql`tokens`, sql`varied_price`, terms)}::${terms.money} as varied_then`,
          join: sql`
${priceJoin(sql`varied_price`, sql`tokens.price_span`, sql`tokens.expected_model`, sql`tokens`)}`,
        };
  return table(
    sql`divergences`,
    sql`with tokens as (
  select
    divergent.*,
    ${joinSql(
      [
        ...([...tokenClasses, 'total_input'] as const).map((name) => sql`expected_rows.${name}`),
        ...meterColumns(terms.meters).map((name) => sql`expected_rows.${name}`),
      ],
      ',\n    ',
    )}
  from divergent
  join expected_rows on expected_rows.request = divergent.request
)
select
  tokens.seq,
  ${costState(sql`tokens`, sql`expected_price`, terms)} as expected_then_state,
  ${costOf(sql`tokens`, sql`expected_price`, terms)}::${terms.money} as expected_then,
  ${costState(sql`tokens`, sql`serving_price`, terms)} as serving_then_state,
  ${costOf(sql`tokens`, sql`serving_price`, terms)}::${terms.money} as serving_then${varied.columns}
from tokens
${priceJoin(sql`expected_price`, varied.span, sql`tokens.expected_model`, sql`tokens`)}
${priceJoin(sql`serving_price`, sql`tokens.price_span`, sql`tokens.model`, sql`tokens`)}${varied.join}`,
  );
}

/** What a plain serving charge counts beside tokens beyond its request, as a step of its own; where its model cannot price what the request counts, all is in A. */
function meterDifference({ meters, money }: Terms): Readonly<Record<'column' | 'join' | 'less' | 'own', Sql>> {
  if (meters.length === 0) return { column: sql``, join: sql``, less: sql``, own: sql`` };
  const amount = sql`case when is_plain and coalesce(not other_model or serving_then_state = 'ok', true) then coalesce(metered_amount, 0) else 0 end`;
  return {
    column: sql`, metered.metered_amount`,
    join: sql`\n  left join metered on metered.seq = charges.seq`,
    less: sql` - ${amount}`,
    own: sql`\n  ${amount}::${money} as meter_difference,`,
  };
}

/** What later steps start from: the expected model's cost at the charge's time, where prices tell them apart in the charge's tier and region if it has a price there. */
function variedCosts({ priceConditions, money }: Terms): Readonly<Record<'cost' | 'timing' | 'from', Sql>> & { readonly difference: (carried: Sql) => Sql } {
  const timed = sql`coalesce(expected_then, expected_cost)`;
  if (priceConditions === null) return { cost: timed, timing: sql``, from: sql`then_cost`, difference: () => sql`` };
  return {
    cost: sql`case when varied_then_state = 'ok' then varied_then else ${timed} end`,
    timing: sql`,\n    ${timed} as timed_cost`,
    from: sql`timed_cost`,
    difference: (carried) => sql`\n  case ${carried}when is_plain then then_cost - timed_cost else 0 end::${money} as tier_difference,`,
  };
}

/** How value − E of a charge that settles an open item splits, where the close before told of what E was made; as that of a serving charge does (SPEC §14). */
interface CarriedSplit {
  readonly settled: Sql;
  readonly given: Sql;
  readonly columns: Sql;
  readonly join: Sql;
  readonly timing: Sql;
  readonly tiers: Sql;
  readonly step: Sql;
  readonly amount: Sql;
  readonly tokens: Sql;
  readonly own: Sql;
}

function carriedSplit({ carried, priceConditions, money }: Terms): CarriedSplit {
  const nothing = sql``;
  const whole = {
    settled: sql`null::${money}`,
    given: nothing,
    columns: nothing,
    join: nothing,
    timing: nothing,
    tiers: nothing,
    step: nothing,
    amount: nothing,
    tokens: nothing,
    own: nothing,
  };
  if (carried === 'none') return whole;
  const rest = sql`value - settled_expected`;
  const isTiered = priceConditions !== null;
  return {
    settled: sql`case when main_step = 'carried_forward' then carried_expected end`,
    given: sql`, ${joinSql(carriedSplitColumns.map((name) => sql`carried_splits.${name}`))}`,
    columns: sql`,
    case when main_step = 'carried_forward' then carried_state end as split_state,
    case when carried_varied_state = 'ok' then carried_varied else carried_timed end as carried_then,
    case when carried_served_state = 'ok' then carried_served else value end as carried_cost`,
    join: sql`\n  left join carried_splits on carried_splits.seq = charges.seq`,
    timing: sql`when split_state = 'ok' then carried_timed - settled_expected `,
    tiers: sql`when split_state = 'ok' then carried_then - carried_timed `,
    step: sql`when split_state in ('unmapped', 'unpriced') then 'unpriced' when split_state = 'missing' then 'missing_usage' when split_state = 'ok' and carried_other then case when carried_fallback then 'fallback' else 'model_drift' end `,
    amount: sql`when split_state <> 'ok' then ${rest} when split_state = 'ok' and carried_other then carried_cost - carried_then `,
    tokens: sql`when split_state <> 'ok' then 0 when split_state = 'ok' then value - case when carried_other then carried_cost else carried_then end `,
    own: sql`
  case when split_state = 'ok' then carried_timed - settled_expected else 0 end::${money} as price_timing_own,${isTiered ? sql`\n  case when split_state = 'ok' then carried_then - carried_timed else 0 end::${money} as tier_difference_own,` : ''}`,
  };
}

/**
 * Lines with the amount of every step they touch. `main_step` takes rows 1–12, the whole differences and nothing for a plain serving charge;
 * `own` and `expected_side` split it between the billed and the expected model where these differ.
 */
export function lines(terms: Terms): Sql {
  const money = terms.money;
  const varied = variedCosts(terms);
  const meters = meterDifference(terms);
  const split = carriedSplit(terms);
  return lasting(
    sql`lines`,
    sql`with joined as (
  select charges.*, ${joinSql(Object.keys(divergenceColumns(terms)).map((name) => sql`divergences.${identifier(name)}`))}${meters.column}${split.given}
  from charges
  left join divergences on divergences.seq = charges.seq${meters.join}${split.join}
),
settled as (
  select
    *,
    place = 'serving' and line = 'charge' as carries_expected,
    case
      when line <> 'charge' then null
      when step <> 'serving' then step
      when not final_billable then 'status_difference'
      when expected_state in ('unmapped', 'unpriced') or expected_then_state = 'unpriced' then 'unpriced'
      when expected_state = 'missing' or expected_then_state = 'missing' then 'missing_usage'
    end as main_step,
    model is distinct from expected_model as other_model
  from joined
),
split as (
  select
    *,
    case when carries_expected then expected_cost else 0 end as minus_expected,
    carries_expected and main_step is null as is_plain,
    ${hasCorrections(terms) ? sql`coalesce(correction_explained, true) and ` : ''}(main_step is distinct from 'out_of_scope' or coalesce(is_elsewhere, false)) as is_explained,
    ${split.settled} as settled_expected,
    ${coveredAmount(terms)}::${money} as covered,
    ${varied.cost} as then_cost${varied.timing},
    case when serving_then_state = 'ok' then serving_then else value end as served_cost${split.columns}
  from settled
)
select
  *,
  case when settled_expected is not null then settled_expected when main_step is not null then value - minus_expected else 0 end::${money} as main_amount,
  case
    when main_step is null then 0
    when settled_expected is not null then settled_expected
    when other_model then value
    else value - minus_expected
  end::${money} as main_own,
  case when main_step is not null and other_model then -minus_expected else 0 end::${money} as main_expected_side,
  case ${split.timing}when is_plain then ${varied.from} - expected_cost else 0 end::${money} as price_timing,${varied.difference(split.tiers)}${split.own}
  case ${split.step}when is_plain and other_model and is_fallback then 'fallback' when is_plain and other_model then 'model_drift' end as model_step,
  case ${split.amount}when is_plain and other_model then served_cost - then_cost else 0 end::${money} as model_amount,
  case ${split.amount}when is_plain and other_model then served_cost else 0 end::${money} as model_own,
  case when is_plain and other_model then -then_cost else 0 end::${money} as model_expected_side,
  case
    ${split.tokens}when settled_expected is not null then value - settled_expected
    when not is_plain then 0
    when other_model then value - served_cost${meters.less}
    else value - then_cost${meters.less}
  end::${money} as token_difference,${meters.own}
  case when line = 'charge' and at_cost then rounded_cost - cost else 0 end::${money} as rounding,
  case when line = 'charge' and charged is not null then charged - case when at_cost then rounded_cost + covered else value end else 0 end::${money} as price_difference,
  case
    when line <> 'duplicate' then 0
    when charged is not null then charged
    when not billable then 0
    when cost_state = 'ok' then rounded_cost
    else 0
  end::${money} as duplicate,
  case when line = 'refund' then charged else 0 end::${money} as refund,
  case when line = 'adjustment' then coalesce(charged, 0) else 0 end::${money} as adjustment,
  case when line = 'correction' then coalesce(charged, 0) else 0 end::${money} as correction
from split`,
    terms,
  );
}

/** What something else than the balance pays of a charge: all where nothing is charged for it, all but the fee that the contract declares where something is. */
function coveredAmount(terms: Terms): Sql {
  if (!hasCovers(terms)) return sql`0`;
  const shares = Object.entries(terms.coverFees).map(
    ([cover, fee]) => sql`when covered_by = ${literal(cover)} then -${shareOf(sql`rounded_cost`, new Money(1).minus(fee))}`,
  );
  return sql`case
      when line <> 'charge' or not at_cost or charged is null or covered_by = 'wallet' then 0
      when charged = 0 then -rounded_cost
      ${joinSql(shares, '\n      ')}
      else 0
    end`;
}

/** A share of a rounded cost. Exact: the scale holds the decimals of cost and fee together. */
export function shareOf(rounded: Sql, share: Money): Sql {
  const decimals = decimalsOf(share);
  return sql`(${rounded} * ${toScaled(share, decimals)} // ${10n ** BigInt(decimals)})`;
}

/** The lines that something is to be said about: everything but serving charges that cost what was expected. */
export function notedLines({ priceConditions, meters, steps }: Terms): Sql {
  const own = (['tier_difference', 'meter_difference'] as const).filter((step) => steps.includes(step));
  const columns = joinSql(
    [...own, ...(priceConditions === null && meters.length === 0 ? [] : (['price_span'] as const))].map((column) => sql` ${column},`),
    '',
  );
  const conditions = joinSql(
    [...own, ...(steps.includes('covered') ? (['covered'] as const) : [])].map((step) => sql`\n  or ${step} <> 0`),
    '',
  );
  return table(
    sql`noted_lines`,
    sql`select
  seq, request, request_id, provider_request_id, line, status, final_status, model, cost_state, value, charged, carries_expected,
  main_step, main_amount, model_step, model_amount,${columns} token_difference, price_difference, duplicate, refund, adjustment, correction, place,
  line = 'charge' and place = 'serving' and billable <> final_billable as is_conflict
from lines
where line <> 'charge'
  or main_step is not null
  or model_step is not null
  or token_difference <> 0
  or price_difference <> 0${conditions}`,
  );
}

/** Counted requests that no charge serves, and why. `is_explained` means something where they are in transit: they are late, but not by more than `delay`. */
export function uncharged(terms: Terms): Sql {
  return table(
    sql`uncharged`,
    sql`with late as (
  select request, min(timestamp_utc) as first
  from linked
  where aside is not null and is_charge and request is not null and timestamp_utc >= ${terms.end}
  group by request
)
select
  requests.*,
  requests.timestamp_utc >= ${terms.inTransitFrom} or coalesce(late.first - requests.timestamp_utc <= ${terms.delay}, false) as is_explained,
  case when late.request is not null then 'charged-late' else 'may-be-late' end as lateness,
  case
    when not requests.billable then 'not_billable'
    when ${terms.gateway === 'present' ? 'requests.gateway_rows = 0' : 'false'} then 'not_forwarded'
    when requests.timestamp_utc >= ${terms.inTransitFrom} or late.request is not null then 'in_transit'
    else 'not_charged'
  end as step
from requests
anti join (select request from kept_charges where request is not null) as charged using (request)
left join late using (request)
where requests.in_period and requests.in_scope`,
  );
}
