/** Reads the first record of a CSV file: quoted names, doubled quotes, LF, CRLF or CR. */
import { readCsvField } from '../model/csv.ts';

export type HeaderReading = { readonly names: readonly string[] } | { readonly problem: 'unclosed-quote' | 'stray-quote' | 'header-too-long' };

/** `text` is the head of the file without its byte order mark; `isWhole` says that nothing follows it. */
export function readCsvHeader(text: string, isWhole: boolean, delimiter: string): HeaderReading {
  const names: string[] = [];
  let at = 0;
  for (;;) {
    const field = readCsvField(text, at, delimiter);
    if (field === null) return { problem: isWhole ? 'unclosed-quote' : 'header-too-long' };
    names.push(field.value);
    at = field.end;
    if (at >= text.length) return isWhole ? { names } : { problem: 'header-too-long' };
    if (text[at] === '\n' || text[at] === '\r') return { names };
    if (text[at] !== delimiter) return { problem: 'stray-quote' };
    at += 1;
  }
}
