/** SQL as a type of its own: text of others gets into a statement as a literal or as a quoted name, or not at all. */

declare const brand: unique symbol;

/**
 * A piece of SQL. A bare string is none: models, labels, ids, columns of an export and paths are words of others, and one that stood in a statement as it
 * is would be run with it. The database takes nothing else, and only this file makes any.
 */
export type Sql = string & { readonly [brand]: never };

type Part = string | number | bigint;

/**
 * `T` where it is SQL, a whole number, or a word that was known when the program was written, such as a canonical column; else `never`. A string that
 * could be any, or is an amount or another brand, is told from such a word by its keys: a record of them has no key that must be there.
 */
type Own<T extends Part> = T extends Sql | number | bigint ? T : T extends string ? (Record<never, 1> extends Record<T, 1> ? never : T) : never;

/** Tags a template as SQL: its own text is the program's, and what stands in the braces has to be `Own`. Escapes mean what they mean in any template. */
export function sql<const T extends readonly Part[]>(texts: TemplateStringsArray, ...parts: T & { readonly [K in keyof T]: Own<T[K]> }): Sql {
  return String.raw({ raw: texts }, ...parts) as Sql;
}

/** The parts one after the other, with commas where nothing else is said. */
export function joinSql<const T extends Part, const B extends string = ', '>(parts: readonly (T & Own<T>)[], between?: B & Own<B>): Sql {
  return parts.join(between ?? ', ') as Sql;
}

/** The same SQL, every line but the first two blanks further in. */
export function indentSql(text: Sql): Sql {
  return text.replaceAll('\n', '\n  ') as Sql;
}

/** A text value as an SQL string literal. */
export function literal(text: string): Sql {
  return `'${text.replaceAll("'", "''")}'` as Sql;
}

/** A name as a quoted SQL identifier. */
export function identifier(name: string): Sql {
  return `"${name.replaceAll('"', '""')}"` as Sql;
}
