/** Reads the first record of a CSV file: quoted names, doubled quotes, LF, CRLF or CR. */

export type HeaderReading = { readonly names: readonly string[] } | { readonly problem: 'unclosed-quote' | 'stray-quote' | 'header-too-long' };

/** `text` is the head of the file without its byte order mark; `isWhole` says that nothing follows it. */
export function readCsvHeader(text: string, isWhole: boolean): HeaderReading {
  const names: string[] = [];
  let at = 0;
  for (;;) {
    const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
    if (field === null) return { problem: isWhole ? 'unclosed-quote' : 'header-too-long' };
    names.push(field.name);
    at = field.end;
    if (at >= text.length) return isWhole ? { names } : { problem: 'header-too-long' };
    if (text[at] === '\n' || text[at] === '\r') return { names };
    if (text[at] !== ',') return { problem: 'stray-quote' };
    at += 1;
  }
}

interface Field {
  readonly name: string;
  readonly end: number;
}

function plainField(text: string, start: number): Field {
  let end = start;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return { name: text.slice(start, end), end };
}

/** null when the closing quote is not there. */
function quotedField(text: string, start: number): Field | null {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return null;
    if (text[quote + 1] !== '"') return { name: text.slice(start + 1, quote).replaceAll('""', '"'), end: quote + 1 };
    at = quote + 2;
  }
}
