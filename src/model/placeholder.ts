/** Values that say "somebody still has to look this up". */

const placeholders: readonly string[] = ['VERIFY', 'VERIFY_FROM_SOURCE', 'TODO', 'REPLACE_ME'];

/** True for a value that is nothing but a placeholder. */
export function isPlaceholder(value: unknown): boolean {
  return typeof value === 'string' && placeholders.includes(value.trim());
}
