/** The few distinct accounts and keys of the provider's rows, so that a row carries a number for them. Exists only where the rows name any. */
import { sql, type Sql } from '../sql.ts';
import { table, type Terms } from '../terms.ts';

export const ownerColumns = ['account_ref', 'key_ref'] as const;

export function hasOwners({ buckets, filled }: Terms): boolean {
  if (buckets !== null) return buckets.by.includes('key_ref');
  return ownerColumns.some((column) => filled.provider.includes(column));
}

/** Whether rows of the provider name keys, so that facts are told apart by them. */
function namesKeys({ buckets, filled }: Terms): boolean {
  if (buckets !== null) return buckets.by.includes('key_ref');
  return filled.provider.includes('key_ref');
}

/** The key that a line goes by: that of the provider's row, else that of its request. Needs `profiles`, and `owners` where the provider names keys. */
export function keyOf(terms: Terms): Sql {
  return namesKeys(terms) ? sql`coalesce(owners.key_ref, profiles.key_ref)` : sql`profiles.key_ref`;
}

/** Whether the money is told apart by account: where the period is of several. */
export function namesAccounts({ accounts }: Terms): boolean {
  return accounts.length > 1;
}

/** Whether facts are told apart by what rows of the provider name. */
export function tellsOwners(terms: Terms): boolean {
  return namesKeys(terms) || (namesAccounts(terms) && hasOwners(terms));
}

/** The account that a line goes by, as its key. Needs `profiles`, and `owners` where the provider names any. */
export function accountOf(terms: Terms): Sql {
  return hasOwners(terms) ? sql`coalesce(owners.account_ref, profiles.account_ref)` : sql`profiles.account_ref`;
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
