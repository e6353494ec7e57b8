/** The keys of a JSON Schema, and whether the tables of a page explain them. */

export interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

/** Dotted, lists without a step of their own. */
export function keysOf({ properties = {}, items, anyOf = [] }: JsonSchema, path: string): string[] {
  const own = Object.entries(properties).flatMap(([key, schema]) => [`${path}${key}`, ...keysOf(schema, `${path}${key}.`)]);
  return [...own, ...(items === undefined ? [] : keysOf(items, path)), ...anyOf.flatMap((schema) => keysOf(schema, path))];
}

/** Keys of the first column; `*` stands for any one key. */
export function explainedIn(section: string): (key: string) => boolean {
  const rows = [...section.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''));
  const patterns = rows.map((row) => new RegExp(`^${row.replaceAll('.', String.raw`\.`).replaceAll('*', '[^.]+')}$`));
  return (key) => patterns.some((pattern) => pattern.test(key));
}
