/** How a field is written in a CSV file. Pure. */

/** Quoted where it must be: separators, quotes, line breaks, and blanks at its ends, which readers may trim. */
export function csvField(value: string): string {
  return /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
