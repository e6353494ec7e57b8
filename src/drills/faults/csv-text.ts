/** CSV as text: records that keep their original characters, so that what is not changed is written back as it was. */

export interface CsvRecord {
  readonly fields: readonly string[];
  /** The record as it stands in the text, with its line break. */
  readonly raw: string;
}

/** Splits text at unquoted line breaks and commas; a blank line is a record with one empty field. The text must be whole: open quotes end with it. */
export function readCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let start = 0;
  while (start < text.length) {
    const { fields, end } = readRecord(text, start);
    records.push({ fields, raw: text.slice(start, end) });
    start = end;
  }
  return records;
}

function readRecord(text: string, start: number): { fields: string[]; end: number } {
  const fields: string[] = [];
  let at = start;
  for (;;) {
    const field = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    fields.push(field.value);
    at = field.end;
    if (text[at] === ',') at += 1;
    else return { fields, end: endOfLine(text, at) };
  }
}

function readPlain(text: string, start: number): { value: string; end: number } {
  let end = start;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return { value: text.slice(start, end), end };
}

function readQuoted(text: string, start: number): { value: string; end: number } {
  let value = '';
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { value: value + text.slice(at), end: text.length };
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}

function endOfLine(text: string, at: number): number {
  if (text[at] === '\r' && text[at + 1] === '\n') return at + 2;
  return at < text.length ? at + 1 : at;
}
