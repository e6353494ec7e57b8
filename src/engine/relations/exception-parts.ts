/** What exceptions about rows can take: the parts of their steps and the unexplained entries of the count bridge, each once, oldest first. */
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { tellsOwners } from './provider-owners.ts';
import { contentOrder, maySettle, table, type Terms } from '../terms.ts';
import { explainedStepsWith, partlyExplainedSteps, type RowStep } from '../../model/bridge.ts';
import type { Layer } from '../../model/evidence.ts';

/** An amount of `lines`, its step (a column that may hold it, or the step itself) and what of it belongs to the billed model. */
interface Measure {
  readonly amount: Sql;
  readonly billed: Sql;
  readonly stepColumn: 'main_step' | 'model_step' | null;
}

/** Steps that are a column of `lines` each, and whose money lies with the billed model. */
export const billedDifferences = [
  'token_difference',
  'meter_difference',
  'rounding',
  'covered',
  'price_difference',
  'duplicate',
  'refund',
  'adjustment',
  'correction',
] as const satisfies readonly RowStep[];

const constantSteps: readonly RowStep[] = ['price_timing', 'tier_difference', ...billedDifferences];

/** As relations/facts.ts sums them: price timing and another tier lie with the expected model, the other differences with the billed one. */
function measuresOf(steps: readonly RowStep[], terms: Terms): Measure[] {
  return [
    { amount: sql`main_amount`, billed: sql`main_own`, stepColumn: 'main_step' },
    { amount: sql`model_amount`, billed: sql`model_own`, stepColumn: 'model_step' },
    ...constantSteps
      .filter((step) => steps.includes(step))
      .map((step): Measure => ({
        amount: sql`${step}`,
        billed: step !== 'price_timing' && step !== 'tier_difference' ? sql`${step}` : !maySettle(terms) ? sql`0` : sql`${`${step}_own` as const}`,
        stepColumn: null,
      })),
  ];
}

/** The step, and what the filters of an exception look at. */
const entryColumns = ['step', 'id', 'timestamp_utc', 'model_name', 'service'] as const;
const partColumns = [
  ...entryColumns,
  'profile',
  'owner',
  'role',
  'day',
  'incident',
  'named_model',
  'billed_model',
  'expected_model',
  'has_billed',
  'has_expected',
  'is_open',
  'amount',
  'billed',
] as const;

/**
 * `exception_parts`: every part of the steps that somebody speaks of, with its place in the order in which parts are taken.
 * A part that is nothing in sum but moves its two sides apart is one too: it counts in the cut by model.
 */
export function exceptionParts(steps: readonly RowStep[], spokenOf: Sql, terms: Terms): Sql {
  return table(
    sql`exception_parts`,
    sql`with parts as (
${partRows(steps, terms)}
),
named as (
  select parts.*, models.name as model_name, profiles.service
  from parts
  left join profiles using (profile)
  left join models on models.model = parts.named_model
),
spoken_of as (
  select *
  from named
  where ${spokenOf}
)
${placed(sql`spoken_of`, partColumns, terms)}`,
  );
}

/** `exception_entries`: every unexplained entry of the count bridge that somebody speaks of, under the step that holds its money. */
export function exceptionEntries(spokenOf: Sql, terms: Terms): Sql {
  // Counts of a bucket are no entries that could be told apart: only units are.
  const charged = sql`select place::varchar as step, seq, 'provider' as layer, coalesce(request_id, provider_request_id) as id, timestamp_utc, model as named_model, profile
  from charges
  where line = 'charge' and place not in ('serving', 'retry', 'fallback', 'carried_forward') and (place <> 'out_of_scope' or not is_elsewhere)
  union all
  select 'duplicate', seq, 'provider', coalesce(request_id, provider_request_id), timestamp_utc, model, profile
  from charges
  where line = 'duplicate'
  union all
  `;
  return table(
    sql`exception_entries`,
    sql`with entries as (
  ${terms.buckets === null ? charged : sql``}select step::varchar as step, ${ownRow(terms)}, request_id as id, timestamp_utc, model as named_model, profile
  from uncharged
  where step in ('not_forwarded', 'not_charged') or (step = 'in_transit' and not is_explained)
),
named as (
  select entries.*, models.name as model_name, profiles.service
  from entries
  left join profiles using (profile)
  left join models on models.model = entries.named_model
),
spoken_of as (
  select *
  from named
  where ${spokenOf}
)
${placed(sql`spoken_of`, entryColumns, terms)}`,
  );
}

/** The row of evidence that an uncharged request, or a unit, stands for, and its layer. */
function ownRow({ buckets }: Terms): Sql {
  return buckets === null ? sql`request as seq, 'application' as layer` : sql`seq, layer`;
}

/** The rows of a relation, each with its place: by time, then by the provider's id and the content of the row of evidence that it stands for. */
function placed(relation: Sql, columns: readonly (typeof partColumns)[number][], terms: Terms): Sql {
  const ordered = (layer: Layer): Sql => sql`select
  ${joinSql(columns.map((column) => sql`${relation}.${column}`))},
  evidence.place
from ${relation}
join (
  select seq, row_number() over (order by timestamp_utc, provider_request_id nulls last, ${contentOrder(layer, terms)}, seq) as place
  from ${layer}
  semi join (select seq from ${relation} where layer = '${layer}') as own using (seq)
) as evidence on evidence.seq = ${relation}.seq
where ${relation}.layer = '${layer}'`;
  const held: readonly Layer[] = terms.buckets === null ? ['provider', 'application'] : ['provider', ...terms.buckets.units];
  return joinSql(held.map(ordered), '\nunion all\n');
}

function partRows(steps: readonly RowStep[], terms: Terms): Sql {
  // A step that cannot occur has no money, nor a column.
  const measures = measuresOf(
    steps.filter((step) => terms.steps.includes(step)),
    terms,
  );
  const names = joinSql(steps.map(literal));
  const touches = ({ amount, billed, stepColumn }: Measure): Sql => {
    const moves = billed === amount || billed === '0' ? sql`${amount} <> 0` : sql`(${amount} <> 0 or ${billed} <> 0)`;
    return stepColumn === null ? moves : sql`(${stepColumn} in (${names}) and ${moves})`;
  };
  const columns = [...new Set(measures.flatMap(({ amount, billed }) => [amount, ...(billed === '0' ? [] : [billed])]))];
  return sql`  with asked as materialized (
    select
      seq, coalesce(request_id, provider_request_id) as id, timestamp_utc, model, expected_model, carries_expected, profile, ${tellsOwners(terms) ? 'owner' : 'null::integer as owner'}, role, day, incident,
      main_step, model_step, is_explained, ${joinSql(columns)}
    from lines
    where ${joinSql(measures.map(touches), '\n      or ')}
  )
${joinSql(
  measures.map((measure) => sql`  ${measureRows(measure, terms)}\n  where ${touches(measure)}`),
  '\n  union all\n',
)}
  union all
  select
    step::varchar, ${ownRow(terms)}, request_id, timestamp_utc, model, profile, ${terms.buckets === null ? 'null::integer' : 'owner'}, role, day, incident,
    null::integer, model, false, true, ${isOpen(sql`step`, terms)}, -expected_cost, 0
  from uncharged
  where step in (${names}) and expected_cost <> 0`;
}

function measureRows({ amount, billed, stepColumn }: Measure, terms: Terms): Sql {
  const step = stepColumn === null ? literal(amount) : sql`${stepColumn}`;
  return sql`select
    ${step}::varchar as step, seq, 'provider' as layer, id, timestamp_utc, model as named_model, profile, owner, role, day, incident,
    model as billed_model, case when carries_expected then expected_model end as expected_model, true as has_billed, carries_expected as has_expected,
    ${isOpen(step, terms)} as is_open, ${amount} as amount, ${billed} as billed
  from asked`;
}

/** True where the money of a step is unexplained; of the steps that are explained part by part the row says which part it is. */
export function isOpen(step: Sql, terms: Pick<Terms, 'tiers'>): Sql {
  const always = ['expected', ...explainedStepsWith(terms).filter((name) => !partlyExplainedSteps.includes(name))].map(literal);
  return sql`case when ${step} in (${joinSql(always)}) then false when ${step} in (${joinSql(partlyExplainedSteps.map(literal))}) then not is_explained else true end`;
}
