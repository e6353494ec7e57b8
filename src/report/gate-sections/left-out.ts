/** The sentence about rows that were left out: how many, and where they are. */

/** `one` is the noun of a single row; its plural takes an s. `where` ends the sentence; null = nothing more to say. */
export function leftOut(one: string, where: string | null): (count: number) => string {
  return (count) => `${count} more ${count === 1 ? `${one} is` : `${one}s are`} left out here${where === null ? '' : `; ${where}`}.`;
}
