/** `update` as a table made anew: tables of files are not written twice. */
import { isWord, type Node, printTokens, splitByCommas } from './tokens.ts';

type Nodes = readonly Node[];

export interface Update {
  readonly table: string;
  /** The new value of each column that gets one. */
  readonly values: ReadonlyMap<string, Nodes>;
  /** What the values come from, with its name; null where they need nothing. */
  readonly source: { readonly relation: Nodes; readonly name: string } | null;
  readonly where: Nodes;
}

/** null where the statement is none. */
export function parseUpdate(nodes: Nodes): Update | null {
  const [update, table] = nodes;
  if (!isWord(update, 'update') || table?.kind !== 'word') return null;
  const at = (name: string): number => nodes.findIndex((node) => isWord(node, name));
  const [set, from, where] = [at('set'), at('from'), at('where')];
  const assignments = splitByCommas(nodes.slice(set + 1, from < 0 ? where : from)).map(
    ([column, , ...value]) => [printTokens(column === undefined ? [] : [column]), value] as const,
  );
  const source = from < 0 ? null : nodes.slice(from + 1, where);
  const last = source?.at(-1);
  return {
    table: table.text,
    values: new Map(assignments),
    source: source === null || last === undefined ? null : { relation: source.length === 1 ? source : source.slice(0, -2), name: printTokens([last]) },
    where: nodes.slice(where + 1),
  };
}

/** A query of the table's rows as they are afterwards. Each row is given to by one row of the source at most. */
export function updated({ table, values, source, where }: Update, columns: readonly string[]): string {
  const isMet = source === null ? printTokens(where) : `${source.name}.is_met`;
  const list = columns.map((column) => {
    const value = values.get(column);
    return value === undefined ? `${table}.${column}` : `case when ${isMet} then ${printTokens(value)} else ${table}.${column} end as ${column}`;
  });
  const join =
    source === null
      ? ''
      : ` left join (select given.*, true as is_met from ${printTokens(source.relation)} as given) as ${source.name} on ${printTokens(where)}`;
  return `select ${list.join(', ')} from ${table}${join}`;
}
