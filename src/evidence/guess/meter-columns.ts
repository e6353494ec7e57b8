/** Which columns of a sample count what is charged beside tokens, such as searches, images and seconds. Pure. */
import { presentOf } from './claimed-columns.ts';
import { meterNamed } from './column-names.ts';
import { quoted, type SampleColumn, type SampleTable } from './sample-table.ts';
import { meterColumn } from '../../model/evidence.ts';
import type { DraftLine } from '../../model/format-draft.ts';

/** By meter. Silent where two columns could be the same one, where nothing is counted, and where any value is no quantity: a quantity without a price stops a run. */
export function meterColumns({ columns }: SampleTable): ReadonlyMap<string, SampleColumn> {
  const named = columns.flatMap((column): [string, SampleColumn][] => {
    const meter = meterNamed(column.source);
    return meter === null ? [] : [[meter, column]];
  });
  const alone = named.filter(([meter]) => named.filter(([other]) => other === meter).length === 1);
  return new Map(alone.filter(([meter, column]) => isCounted(meter, presentOf(column))).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Seconds alone have fractions. */
function isCounted(meter: string, values: readonly string[]): boolean {
  const quantity = meter === 'second' ? /^\d{1,15}(?:\.\d{1,6})?$/ : /^\d{1,15}$/;
  return values.every((value) => quantity.test(value)) && values.some((value) => /[1-9]/.test(value));
}

export function meterLines(counted: ReadonlyMap<string, SampleColumn>): DraftLine[] {
  return [...counted].map(([meter, column]) => {
    const values = presentOf(column);
    const above = values.filter((value) => /[1-9]/.test(value)).length;
    const ground = `header says ${quoted(column.source)}; ${above} of ${values.length} values above 0, charged beside tokens: the snapshot prices meters: ${meter}`;
    return { key: ['columns', meterColumn(meter)], value: column.source, ground };
  });
}
