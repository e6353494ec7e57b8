/** A file of text as a table of samples, and a table of Parquet as one. */
import { csvTable } from './csv-table.ts';
import { jsonTable } from './json-table.ts';
import { readSample } from './read-sample.ts';
import type { SampleColumn, SampleTable } from './sample-table.ts';
import type { FileKind } from '../file-kind.ts';
import type { Container } from '../../model/evidence.ts';
import type { DraftLine } from '../../model/format-draft.ts';

/** Throws a `UserError` for a file in which no table is found. */
export async function textTable(path: string, kind: FileKind & { readonly container: Exclude<Container, 'parquet'> }): Promise<SampleTable> {
  const sample = await readSample(path, kind);
  const table = kind.container === 'csv' ? csvTable(sample) : jsonTable(sample, kind.container);
  const encoding: DraftLine = { key: ['file', 'encoding'], value: sample.encoding, ground: sample.encodingGround };
  return { ...table, layout: [...(sample.encoding === 'utf-8' ? [] : [encoding]), ...table.layout] };
}

export function parquetTable(
  columns: readonly { readonly name: string; readonly type: string; readonly values: readonly (string | null)[] }[],
  isWhole: boolean,
): SampleTable {
  const typedOf = (type: string): SampleColumn['typed'] => (/^(?:FLOAT|DOUBLE)$/.test(type) ? 'float' : /INT|DECIMAL/.test(type) ? 'number' : 'text');
  return {
    columns: columns.map(({ name, type, values }) => ({ source: name, values: values.map((value) => (value === '' ? null : value)), typed: typedOf(type) })),
    rows: columns[0]?.values.length ?? 0,
    extent: isWhole ? 'all' : 'first',
    last: null,
    layout: [],
    notes: [],
  };
}
