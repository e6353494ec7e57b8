/** The few distinct accounts and keys of the provider's rows, so that a row carries a number for them. Exists only where the rows name any. */
import { sql, type Sql } from '../sql.ts';
import { table, type Terms } from '../terms.ts';

const columns = ['account_ref', 'key_ref'] as const;

export function hasOwners({ filled }: Terms): boolean {
  return columns.some((column) => filled.provider.includes(column));
}

/** Numbered in their own order, so that the numbers depend on content alone. */
export function providerOwners(): Sql {
  return table(
    sql`provider_owners`,
    sql`with combinations as (
  select distinct account_ref, key_ref
  from provider
)
select row_number() over (order by account_ref nulls first, key_ref nulls first)::integer as owner, account_ref, key_ref
from combinations`,
  );
}
