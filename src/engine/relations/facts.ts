/** The money of every step, by the keys of all cuts: one pass over the lines, then everything else is small. */
import { mixed } from '../buckets/cells.ts';
import { billedDifferences, isOpen } from './exception-parts.ts';
import { tellsOwners } from './provider-owners.ts';
import { joinSql, literal, sql, type Sql } from '../sql.ts';
import { maySettle, table, type Terms } from '../terms.ts';
import { tokenClasses } from '../../model/evidence.ts';
import type { RowStep } from '../../model/bridge.ts';

/** A measure of `lines` and the step its money goes to (a constant, or a column of `lines`). */
interface Measure {
  readonly column: Sql;
  readonly step: Sql;
}

/** A measure that is the money of the step of its own name. */
const ownStep = (name: RowStep): Measure => ({ column: sql`${name}`, step: literal(name) });

/** The differences that can occur. */
function differencesIn({ steps }: Terms): Measure[] {
  return billedDifferences.filter((step) => steps.includes(step)).map(ownStep);
}

const wholeMeasures = (terms: Terms): readonly Measure[] => [
  { column: sql`main_amount`, step: sql`main_step` },
  { column: sql`model_amount`, step: sql`model_step` },
  ownStep('price_timing'),
  ...differencesIn(terms),
];

const ownMeasures = (terms: Terms): readonly Measure[] => [
  { column: sql`main_own`, step: sql`main_step` },
  { column: sql`model_own`, step: sql`model_step` },
  ...differencesIn(terms),
  ...carriedMeasures(terms),
];

/** What settles an open item stands whole under its billed model, price timing and tier as well. */
function carriedMeasures(terms: Terms): Measure[] {
  if (!maySettle(terms)) return [];
  return (['price_timing', 'tier_difference'] as const)
    .filter((step) => terms.steps.includes(step))
    .map((step) => ({ column: sql`${`${step}_own` as const}`, step: literal(step) }));
}

const expectedMeasures: readonly Measure[] = [
  { column: sql`main_expected_side`, step: sql`main_step` },
  { column: sql`model_expected_side`, step: sql`model_step` },
  ownStep('price_timing'),
];

/** Of prices that tell tiers and regions apart: it lies with the expected model, as price timing does. */
function tierMeasures({ steps }: Terms): readonly Measure[] {
  return steps.includes('tier_difference') ? [ownStep('tier_difference')] : [];
}

/** Σ, Σ of the positive parts and the number of parts that are not zero. */
function sumsOf(column: Sql, name = column): Sql {
  return sql`sum(${column})::hugeint as ${name}_sum, coalesce(sum(case when ${column} > 0 then ${column} end), 0)::hugeint as ${name}_up, count(*) filter (${column} <> 0) as ${name}_parts`;
}

/** Each measure of a relation as a row of its own. */
interface Unfolded {
  readonly measures: readonly Measure[];
  readonly from: Sql;
}

/** One row for each step, all of them told apart by whether they are open only at the end: in each branch the same words would be planned anew. */
function unfold({ named, told }: FactKeys, parts: readonly Unfolded[], terms: Terms): Sql {
  const rows = parts.flatMap(({ measures, from }) =>
    measures.map(
      ({ column, step }) =>
        sql`select ${named}, ${step} as step, is_explained, ${column}_sum as amount, ${column}_up as increase, ${column}_parts as parts\nfrom ${from}`,
    ),
  );
  return sql`select ${told}, step, ${isOpen(sql`step`, terms)} as is_open, amount, increase, parts, 0::hugeint as excepted, 0::hugeint as excepted_up
from (
${joinSql(rows, '\nunion all\n')}
) as unfolded`;
}

/** The keys of `facts`: what every cut but the one by model can be told by. */
export function factKeys(terms: Terms): Sql {
  return tellsOwners(terms) ? sql`profile, owner, role, day, incident` : sql`profile, role, day, incident`;
}

/** The keys of a fact: as sums are grouped by them, as they are read of the sums, and by the names that they have then. */
interface FactKeys {
  readonly grouped: Sql;
  readonly named: Sql;
  readonly told: Sql;
}

/** Where money is netted inside of cells, every fact also says of which (model, service, UTC day) it is; `keys` hold the others. */
function cellKeys(terms: Terms, keys: Sql, others: Sql): FactKeys {
  if (terms.gross === 'parts') return { grouped: keys, named: keys, told: keys };
  return { grouped: sql`${keys}, model${others}`, named: sql`${keys}, model as cell_model${others}`, told: sql`${keys}, cell_model${others}` };
}

/** What rows of the provider are counted by: the kind of line, its place, and whether another period knows of it. */
const countKeys = ['line', 'place', 'is_elsewhere'] as const;

/** Of rows of the provider: how many, what was charged, what our prices say where nothing is stated, and what was given away although tokens were used. */
const countSums = joinSql([
  'count(*) as lines',
  'sum(charged)::hugeint as reported',
  "sum(case when line in ('charge', 'duplicate') and charged is null and at_cost then rounded_cost end)::hugeint as computed",
  'count(*) filter (is_free) as free',
  "sum(case when is_free and cost_state = 'ok' then cost end)::hugeint as free_cost",
]);

/** Every measure of the lines by every key at once, and, where they are rows of the provider, their counts: the one pass over them. */
export function lineSums(terms: Terms): Sql {
  const columns = [...new Set([...wholeMeasures(terms), ...ownMeasures(terms), ...expectedMeasures, ...tierMeasures(terms)].map(({ column }) => column))];
  const sums = columns.map((column) => sumsOf(column));
  const keys = sql`${factKeys(terms)}, model, expected_model, carries_expected, main_step, model_step, is_explained`;
  if (terms.buckets !== null) return table(sql`line_sums`, sql`select ${keys}, ${joinSql(sums)}\nfrom lines\ngroup by ${keys}`);
  const tokens = joinSql(
    tokenClasses.map((name) => sql`coalesce(${name}, 0)`),
    ' + ',
  );
  return table(
    sql`line_sums`,
    sql`select ${keys}, ${joinSql(countKeys.map((key) => sql`${key}`))}, ${countSums}, ${joinSql(sums)}
from (select *, line = 'charge' and not billable and charged is null and (${tokens}) > 0 as is_free from lines) as lines
group by ${keys}, ${joinSql(countKeys.map((key) => sql`${key}`))}`,
  );
}

/** What was expected, and what of it nobody charged. */
const ofRequests: readonly Unfolded[] = [
  { measures: [{ column: sql`expected_cost`, step: sql`'expected'` }], from: sql`expected_sums` },
  { measures: [{ column: sql`expected_cost`, step: sql`step` }], from: sql`uncharged_sums` },
];

/** What E is summed over: counted requests, or the units that buckets are held against. */
function expecting({ buckets }: Terms): Sql {
  return buckets === null ? sql`requests` : sql`counted_units as requests`;
}

/** Every step under the keys of its line: (profile, role, day, incident, step, is_open, amount, increase, parts, excepted, excepted_up), and `owner` where the provider names keys. */
export function facts(terms: Terms): Sql {
  const keys = cellKeys(terms, factKeys(terms), sql``);
  const { grouped } = keys;
  const isKeyed = tellsOwners(terms);
  const hasOwner = !isKeyed || terms.buckets !== null;
  return table(
    sql`facts`,
    sql`with expected_sums as (
  select ${grouped}, true as is_explained, ${sumsOf(sql`expected_cost`)}
  from ${expecting(terms)}${hasOwner ? sql`` : sql`\n  left join (select request, owner from lines where carries_expected) as serving using (request)`}
  where in_period and in_scope
  group by ${grouped}
),
uncharged_sums as (
  select ${grouped}, step, is_explained, ${sumsOf(sql`-expected_cost`, sql`expected_cost`)}
  from ${hasOwner ? sql`uncharged` : sql`(select *, null::integer as owner from uncharged)`}
  group by ${grouped}, step, is_explained
)
${unfold(keys, [{ measures: [...wholeMeasures(terms), ...tierMeasures(terms)], from: sql`line_sums` }, ...ofRequests], terms)}`,
  );
}

/** The keys of what was billed, and of what was expected, without a model. */
export function noModel({ buckets }: Terms): readonly [billed: Sql, expected: Sql] {
  return buckets === null ? [literal('(none)'), literal('(unmapped)')] : [mixed, mixed];
}

/** Every step under the model it belongs to: the billed model for what was charged, the expected one for E and its counterparts. */
export function modelFacts(terms: Terms): Sql {
  const keys = cellKeys(terms, sql`key`, sql`, profile, day`);
  const apart = terms.gross === 'parts' ? '' : ', model, profile, day';
  const [unbilled, unmapped] = noModel(terms);
  return table(
    sql`model_facts`,
    sql`with own as (
  select coalesce(models.name, ${unbilled}) as key, line_sums.*
  from line_sums
  left join models using (model)
),
other as (
  select coalesce(models.name, ${unmapped}) as key, line_sums.*
  from line_sums
  left join models on models.model = line_sums.expected_model
  where line_sums.carries_expected
),
expected_sums as (
  select coalesce(models.name, ${unmapped}) as key${apart}, true as is_explained, ${sumsOf(sql`expected_cost`)}
  from ${expecting(terms)}
  left join models using (model)
  where requests.in_period and requests.in_scope
  group by models.name${apart}
),
uncharged_sums as (
  select coalesce(models.name, ${unmapped}) as key${apart}, step, is_explained, ${sumsOf(sql`-expected_cost`, sql`expected_cost`)}
  from uncharged
  left join models using (model)
  group by models.name${apart}, step, is_explained
)
${unfold(keys, [{ measures: ownMeasures(terms), from: sql`own` }, { measures: [...expectedMeasures, ...tierMeasures(terms)], from: sql`other` }, ...ofRequests], terms)}`,
  );
}
