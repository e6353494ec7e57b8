/** Profiles: the few distinct combinations of descriptive columns, so that wide text is compared once and rows carry a number. */
import type { Relation, Terms } from '../terms.ts';
import { inScope, table, view } from '../terms.ts';

export const profileColumns = [
  'account_ref',
  'environment',
  'service',
  'cost_center',
  'prompt_version',
  'retry_reason',
  'internal_name',
  'model_requested',
  'first_internal_name',
  'first_model_requested',
] as const;

/** Numbered in their own order, so that the numbers depend on content alone. */
export function profiles(terms: Terms): Relation {
  return table(
    'profiles',
    `with combinations as (
  select distinct ${profileColumns.join(', ')}
  from finals
)
select
  row_number() over (order by ${profileColumns.map((column) => `${column} nulls first`).join(', ')})::integer as profile,
  *,
  ${inScope((name) => name, terms)} as in_scope
from combinations`,
  );
}

/** Profiles of charges that no application row describes: their own columns. */
export function loneProfiles(terms: Terms): string {
  const own = profileColumns.filter((column) => !column.startsWith('first_'));
  return `insert into profiles
with combinations as (
  select distinct ${own.map((column) => `provider.${column}`).join(', ')}
  from provider
  semi join orphans using (seq)
)
select
  (select coalesce(max(profile), 0) from profiles) + row_number() over (order by ${own.map((column) => `${column} nulls first`).join(', ')})::integer,
  ${own.join(', ')},
  null as first_internal_name,
  null as first_model_requested,
  ${inScope((name) => name, terms)} as in_scope
from combinations`;
}

/** What a profile resolves to in each stretch of the mappings: the expected model by its first names, the role by its final names. */
export function profileExpectations(): Relation {
  return view(
    'profile_expectations',
    `with spans as (
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
