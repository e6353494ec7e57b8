/** A whole CSV text as rows of fields, read field by field with the parser of the house. */
import { readCsvField } from '../src/model/csv.ts';

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const row: string[] = [];
    for (;;) {
      const field = readCsvField(text, at);
      if (field === null) throw new Error(`an open quote at ${at}`);
      row.push(field.value);
      at = field.end + 1;
      if (text[field.end] !== ',') break;
    }
    if (text[at - 1] === '\r' && text[at] === '\n') at += 1;
    rows.push(row);
  }
  return rows;
}

/** Rows as records by the names of the first one. */
export function parseRecords(text: string): Readonly<Record<string, string>>[] {
  const [names = [], ...rows] = parseCsv(text);
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}
