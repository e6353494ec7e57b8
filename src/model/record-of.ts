/** Records made of a list of names, so that no list is written twice. */

/** `of` each name, in the order of the names. */
export function recordOf<Name extends string, Value>(names: readonly Name[], of: (name: Name) => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>;
}
