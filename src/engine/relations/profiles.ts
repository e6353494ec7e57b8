/** Profiles: the few distinct combinations of descriptive columns, so that wide text is compared once and rows carry a number. */
import { joinSql, sql, type Sql } from '../sql.ts';
import { inKeys, inScope, table, type Terms, view } from '../terms.ts';
import type { CanonicalColumn } from '../../model/evidence.ts';

/** The columns that say what a request was for; what tells one request from another is an id. */
export const describing = [
  'account_ref',
  'environment',
  'service',
  'cost_center',
  'tenant',
  'key_ref',
  'prompt_version',
  'retry_reason',
  'internal_name',
  'model_requested',
] as const;

type Description = (typeof describing)[number];

/** The describing columns that a layer fills; the others are null in every row and need no comparison. */
export function ownColumns(filled: readonly CanonicalColumn[]): Description[] {
  return describing.filter((column) => filled.includes(column));
}

/** The columns that tell the profiles of final application rows apart. */
export function profileColumns(terms: Terms): (typeof everyColumn)[number][] {
  const own = ownColumns(terms.filled.application);
  return [...own, ...firstColumns.filter((column) => own.some((name) => column === `first_${name}`))];
}

const firstColumns = ['first_internal_name', 'first_model_requested'] as const;
const everyColumn = [...describing, ...firstColumns] as const;

/** Numbered in their own order, so that the numbers depend on content alone. */
export function profiles(terms: Terms): Sql {
  const columns = profileColumns(terms);
  return table(
    sql`profiles`,
    sql`with combinations as (
  select distinct ${joinSql(columns)}
  from finals
)
select
  row_number() over (order by ${joinSql(columns.map((column) => sql`${column} nulls first`))})::integer as profile,
  ${joinSql(everyColumn.map((column) => (columns.includes(column) ? sql`${column}` : sql`null::varchar as ${column}`)))},
  ${inScope((name) => (columns.includes(name) ? sql`${name}` : sql`null`), terms)}
    and ${inKeys(columns.includes('key_ref') ? sql`key_ref` : sql`null`, terms)} as in_scope,
  false as is_lone
from combinations`,
  );
}

/** Profiles of charges that no application row describes: their own columns. */
export function loneProfiles(terms: Terms): Sql {
  const own = ownColumns(terms.filled.provider);
  const distinct = own.length === 0 ? '1 as one' : joinSql(own.map((column) => sql`provider.${column}`));
  const order = own.length === 0 ? '1' : joinSql(own.map((column) => sql`${column} nulls first`));
  return sql`insert into profiles
with combinations as (
  select distinct ${distinct}
  from orphans as provider
  semi join lone using (seq)
)
select
  ((select coalesce(max(profile), 0) from profiles) + row_number() over (order by ${order}))::integer,
  ${joinSql(everyColumn.map((column) => (own.some((name) => name === column) ? column : 'null')))},
  ${inScope((name) => (own.includes(name) ? sql`${name}` : sql`null`), terms)} as in_scope,
  true as is_lone
from combinations`;
}

/** What a profile resolves to in each stretch of the mappings: the expected model by its first names, the role by its final names. */
export function profileExpectations(): Sql {
  return view(
    sql`profile_expectations`,
    sql`with spans as (
  select distinct span
  from mapping_spans
)
select
  profiles.profile,
  spans.span,
  expected.expectation,
  models.model,
  named.role
from profiles
cross join spans
left join expectations as expected
  on expected.span = spans.span
  and expected.internal_name is not distinct from profiles.first_internal_name
  and expected.requested_model = profiles.first_model_requested
left join models on models.name = expected.billable_model
left join expectations as named
  on named.span = spans.span
  and named.internal_name is not distinct from profiles.internal_name
  and named.requested_model = profiles.model_requested`,
  );
}
