/** Gives every column of a CSV file a name that a reader can use. */

/**
 * `names` in file order, with those that are empty or that differ from another only in case marked by their position
 * (`#3`, `id#5`). Names in `used` are never touched: that such a name stands twice is a finding of its own.
 */
export function uniqueNames(names: readonly string[], used: ReadonlySet<string>): string[] {
  const taken = new Set(names.filter((name) => used.has(name)).map(lowered));
  return names.map((name, index) => {
    if (used.has(name)) return name;
    const isFree = name !== '' && !taken.has(lowered(name));
    const unique = isFree ? name : `${name}#${index + 1}`;
    taken.add(lowered(unique));
    return unique;
  });
}

function lowered(name: string): string {
  return name.toLowerCase();
}
