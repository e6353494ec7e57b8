/** Where the published JSON Schemas can be had: the `$id` of each. */

/** Of `settings`, `period`, `result` and so on; as main has it, so that the address never changes. */
export function schemaAddress(kind: string): string {
  return `https://raw.githubusercontent.com/acme/trueup/main/schema/${kind}.schema.json`;
}
