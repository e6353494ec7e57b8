/** The final application row of every request, with the names of its first row and the number of its attempts. */
import { describing } from './profiles.ts';
import { joinSql, sql, type Sql } from '../sql.ts';
import { meterColumns } from '../meter-terms.ts';
import { lasting, type Terms } from '../terms.ts';
import { tokenClasses } from '../../model/evidence.ts';

const finalColumns = [
  'seq',
  'request_id',
  'provider_request_id',
  'response_id',
  'timestamp_utc',
  'status',
  ...describing,
  ...tokenClasses,
  'total_input',
] as const;

/** With what prices depend on beside, where they do. */
function finalColumnsOf({ priceConditions, meters }: Terms): Sql[] {
  const others = [...finalColumns, ...(priceConditions === null ? [] : (['service_tier', 'region'] as const))];
  return [...others.map((column) => sql`${column}`), ...meterColumns(meters)];
}

/** Requests with one row are their own first and final row; only repeated requests look among their fates. */
export function finals(terms: Terms): Sql {
  const single = terms.applicationRows === 'final-only' ? 'coalesce(attempt, 1)' : '1';
  const attempts = terms.applicationRows === 'final-only' ? 'max(coalesce(attempt, 1))' : 'count(*)';
  return lasting(
    sql`finals`,
    sql`with attempts as (
  select request_id, ${attempts} as attempts
  from application_fates
  where fate = 'kept'
  group by request_id
),
firsts as (
  select application_fates.request_id, application.internal_name, application.model_requested
  from application_fates
  join application using (seq)
  where is_first
),
repeated as (
  select application.*
  from application
  semi join (select seq from application_fates where is_final) as final_rows using (seq)
)
select ${joinSql(finalColumnsOf(terms))}, internal_name as first_internal_name, model_requested as first_model_requested, ${single} as attempts
from application
anti join application_repeats using (request_id)
union all
select ${joinSql(finalColumnsOf(terms).map((column) => sql`repeated.${column}`))}, firsts.internal_name, firsts.model_requested, attempts.attempts
from repeated
join firsts using (request_id)
join attempts using (request_id)`,
    terms,
  );
}
