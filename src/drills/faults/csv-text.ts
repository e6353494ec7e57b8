/** CSV as text: records that keep their original characters, so that what is not changed is written back as it was. */
import { readCsvField } from '../../model/csv.ts';

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
    // An open quote ends with the text.
    const field = readCsvField(text, at) ?? { value: text.slice(at + 1).replaceAll('""', '"'), end: text.length };
    fields.push(field.value);
    at = field.end;
    if (text[at] === ',') at += 1;
    else return { fields, end: endOfLine(text, at) };
  }
}

function endOfLine(text: string, at: number): number {
  if (text[at] === '\r' && text[at + 1] === '\n') return at + 2;
  return at < text.length ? at + 1 : at;
}
