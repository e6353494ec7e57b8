/** What a statement computes once and reads again. The cluster puts a query of `with` wherever its name stands, so that each such one is a table of its own before. */
import { isSign, isWord, type Node, printTokens, sign, word } from './tokens.ts';

type Nodes = readonly Node[];

export interface Staged {
  /** In this order, each by the query that fills it. */
  readonly tables: readonly { readonly name: string; readonly query: Nodes }[];
  /** The statement, which reads them. */
  readonly rest: Nodes;
}

/** `nameOf` gives each a name that nothing else has. */
export function stagesOf(nodes: Nodes, nameOf: (name: string) => string): Staged {
  const start = nodes.findIndex((node) => isWord(node, 'with'));
  const parts = start < 0 ? [] : partsOf(nodes, start + 1);
  if (!parts.some(({ isOnce }) => isOnce)) return { tables: [], rest: nodes };
  const names = new Map<string, string>();
  const tables: { name: string; query: Nodes }[] = [];
  const others: Nodes[] = [];
  for (const { name, query, isOnce } of parts) {
    if (!isOnce) {
      others.push([word(name), word('as'), query]);
      continue;
    }
    const own = nameOf(name);
    tables.push({ name: own, query: renamed([...withParts(others), ...(query.kind === 'group' ? query.nodes : [])], names) });
    names.set(name, own);
  }
  const end = parts.at(-1)?.end ?? start;
  return { tables, rest: renamed([...nodes.slice(0, start), ...withParts(others), ...nodes.slice(end)], names) };
}

interface Part {
  readonly name: string;
  readonly query: Node;
  readonly isOnce: boolean;
  /** Where what follows begins. */
  readonly end: number;
}

function partsOf(nodes: Nodes, from: number): Part[] {
  const parts: Part[] = [];
  for (let at = from; ; at += 1) {
    const isOnce = isWord(nodes[at + 2], 'materialized');
    const [name, query] = [nodes[at], nodes[at + (isOnce ? 3 : 2)]];
    if (name?.kind !== 'word' || query?.kind !== 'group') throw new Error(`a query without a name: ${printTokens(nodes.slice(at, at + 3))}`);
    at += isOnce ? 4 : 3;
    parts.push({ name: name.text, query, isOnce: isOnce && !holdsRows(query.nodes), end: at });
    if (!isSign(nodes[at], ',')) return parts;
  }
}

/** A table of files has no column of rows without names: such a query stays where it is. */
function holdsRows(nodes: Nodes): boolean {
  return nodes.some((node, index) => isWord(node, 'row') && nodes[index + 1]?.kind === 'group' && isWord(nodes[index + 2], 'as'));
}

function withParts(parts: readonly Nodes[]): Nodes {
  return parts.length === 0 ? [] : [word('with'), ...parts.flatMap((part, index) => (index === 0 ? part : [sign(','), ...part]))];
}

/** A column of the same name would not be found any more, and the cluster would say so. */
function renamed(nodes: Nodes, names: ReadonlyMap<string, string>): Nodes {
  return nodes.map((node, index): Node => {
    if (node.kind === 'group') return { ...node, nodes: renamed(node.nodes, names) };
    const own = node.kind === 'word' && !isSign(nodes[index - 1], '.') ? names.get(node.text) : undefined;
    return own === undefined ? node : word(own);
  });
}
