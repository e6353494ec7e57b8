/** The lines of a rendered table, so that the report's own tables can be shown row by row: cells are escaped, a row is one line. */

/** The two lines of the head, with their line ends. */
export function headOf(table: string): string {
  return `${table.split('\n', 2).join('\n')}\n`;
}

/** The row of a table of one. */
export function rowOf(table: string): string {
  return table.split('\n', 3)[2] ?? '';
}
