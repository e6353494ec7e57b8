/** The version of this tool, as in package.json, and where its schemas can be had. */
export const toolVersion = '0.1.0';

/** Of `settings`, `period`, `result` and so on; as main has it, so that the address never changes. */
export function schemaAddress(kind: string): string {
  return `https://raw.githubusercontent.com/acme/trueup/main/schema/${kind}.schema.json`;
}
