/** Names rows for a sentence: the first few, and how many there are. */

/** `row 7`; `rows 1, 2, 5`; `rows 1, 2, 3, 4, 5, … (30 in all)`. */
export function nameRows(rows: readonly number[], count: number): string {
  const shown = rows.join(', ');
  if (count === 1) return `row ${shown}`;
  return count > rows.length ? `rows ${shown}, … (${count} in all)` : `rows ${shown}`;
}
