/** Values that say "somebody still has to look this up". */

/** What this tool writes where a value has to be looked up, and where only the owner of a ledger knows it. */
export const toVerify = 'VERIFY';
export const toReplace = 'REPLACE_ME';
const placeholders: readonly string[] = [toVerify, 'VERIFY_FROM_SOURCE', 'TODO', toReplace];

/** True for a value that is nothing but a placeholder. */
export function isPlaceholder(value: unknown): boolean {
  return typeof value === 'string' && placeholders.includes(value.trim());
}
