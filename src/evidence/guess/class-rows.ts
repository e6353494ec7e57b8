/** Exports with one row for each token class of a call: told by an id that repeats with another class in each of its rows. Pure. */
import { toVerify } from '../../model/placeholder.ts';
import { type Claims, columnsLike, isCount, presentOf, textsOf } from './claimed-columns.ts';
import { classOf } from './column-names.ts';
import { quoted, type SampleColumn, type SampleTable } from './sample-table.ts';
import { type CanonicalColumn, tokenClasses, tokenColumns } from '../../model/evidence.ts';
import type { DraftLine } from '../../model/format-draft.ts';

export interface ClassGuess {
  readonly lines: readonly DraftLine[];
  /** The columns of quantities, which are counts. */
  readonly quantities: readonly SampleColumn[];
  /** Of these columns and those of the class. */
  readonly sources: readonly string[];
  /** Canonical columns that the class column would claim too. */
  readonly taken: ReadonlySet<CanonicalColumn>;
}

const none: ClassGuess = { lines: [], quantities: [], sources: [], taken: new Set() };
const mostClasses = 20;

export function classLines(table: SampleTable, claims: Claims): ClassGuess {
  const [id, ...ids] = claims.get('provider_request_id') ?? claims.get('request_id') ?? [];
  const counted = tokenColumns.some((column) => claims.has(column));
  if (id === undefined || ids.length > 0 || counted) return none;
  const classes = columnsLike(table.columns, 'class').filter((column) => repeatsWith(id, column));
  const quantities = columnsLike(table.columns, 'quantity').filter((column) => presentOf(column).length > 0 && presentOf(column).every(isCount));
  const [named, quantity] = [classes[0], quantities[0]];
  if (named === undefined || quantity === undefined) return none;
  const taken = new Set((['kind', 'status'] as const).filter((column) => claims.get(column)?.includes(named)));
  return {
    lines: [
      chosen('class', classes, `${quoted(id.source)} repeats, with another value here each time`),
      chosen('quantity', quantities, 'whole numbers in every row'),
      ...mapLines(named),
    ],
    quantities,
    sources: [...classes, ...quantities].map(({ source }) => source),
    taken,
  };
}

/** Ids repeat, and no two rows of one id have the same class. */
function repeatsWith(id: SampleColumn, column: SampleColumn): boolean {
  const pairs = id.values.flatMap((value, index) =>
    value === null || (column.values[index] ?? null) === null ? [] : [JSON.stringify([value, column.values[index]])],
  );
  const isRepeated = textsOf(id).length < presentOf(id).length;
  return isRepeated && new Set(pairs).size === pairs.length && textsOf(column).length <= mostClasses && textsOf(column).length > 1;
}

function chosen(what: 'class' | 'quantity', columns: readonly SampleColumn[], ground: string): DraftLine {
  const key = ['rows_are', what];
  const [first] = columns;
  const source = first?.source ?? '';
  if (columns.length === 1) return { key, value: source, ground: `header says ${quoted(source)}; ${ground}` };
  const rivals = columns.map((column) => quoted(column.source)).join(', ');
  return { key, value: toVerify, ground: `claimed by ${rivals}: name the one that it is`, open: { meanwhile: source, columns: tokenColumns } };
}

function mapLines(column: SampleColumn): DraftLine[] {
  return textsOf(column).map((text): DraftLine => {
    const key = ['rows_are', 'class_map', text];
    const found = classOf(text);
    if (found !== null) return { key, value: found, ground: 'its words say so' };
    return { key, value: toVerify, ground: `one of ${tokenClasses.join(', ')}`, open: { meanwhile: 'input', columns: tokenColumns } };
  });
}
