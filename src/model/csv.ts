/** Fields of CSV, read and written: quotes doubled inside of quotes, LF, CRLF or CR at the end of a record. Pure. */

interface CsvField {
  readonly value: string;
  /** Where the field ends: at its separator, the end of its record, or of the text. */
  readonly end: number;
}

/** The field that begins at `start`; null when its closing quote is not there. `delimiter` is one character. */
export function readCsvField(text: string, start: number, delimiter = ','): CsvField | null {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1;
    return { value: text.slice(start, end), end };
  }
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return null;
    if (text[quote + 1] !== '"') return { value: text.slice(start + 1, quote).replaceAll('""', '"'), end: quote + 1 };
    at = quote + 2;
  }
}

/** Quoted where it must be: separators, quotes, line breaks, and blanks at its ends, which readers may trim. */
export function csvField(value: string): string {
  return /[",\r\n]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
