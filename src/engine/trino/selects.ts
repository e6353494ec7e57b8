/** The clauses that Trino writes otherwise: joins that only ask, lists laid out as rows, and names of one select used inside of it. */
import { group, isSign, isWord, type Node, printTokens, sign, splitByCommas, word } from './tokens.ts';

type Nodes = readonly Node[];

const clauseWords = ['select', 'from', 'where', 'group', 'having', 'window', 'qualify', 'order', 'limit'] as const;
type Clause = (typeof clauseWords)[number];

/** Every select of this level, with what stands before and between them. */
export function rewriteSelects(nodes: Nodes): Nodes {
  if (!nodes.some((node) => isWord(node, 'select'))) return nodes;
  const out: Node[] = [];
  let own: Node[] | null = null;
  for (const node of nodes) {
    if (isWord(node, 'union', 'except', 'intersect') || (own === null && isWord(node, 'select'))) {
      if (own !== null) out.push(...rewriteSelect(own));
      own = isWord(node, 'select') ? [node] : null;
      if (own === null) out.push(node);
    } else (own ?? out).push(node);
  }
  if (own !== null) out.push(...rewriteSelect(own));
  return out;
}

function rewriteSelect(nodes: Nodes): Nodes {
  const clauses = clausesOf(nodes);
  const from = clauses.get('from') ?? [];
  // The cluster would take the word for a second name, and join every row.
  if (from.some((node) => isWord(node, 'asof'))) throw new Error(`a cluster has no join with the latest row: ${printTokens(from)}`);
  const { kept, conditions } = withoutQuestions(from);
  const where = clauses.get('where') ?? [];
  const all = [...(where.length === 0 ? [] : [conditions.length === 0 ? where : [group(where)]]), ...conditions];
  const asked = joined(all, 'and');
  const own = laidOut({ ...Object.fromEntries(clauses), from: kept, ...(asked.length === 0 ? {} : { where: asked }) });
  return withoutUsing({ ...own, ...(own.group === undefined ? {} : { group: byPlace(own.group, own.select ?? []) }) });
}

/**
 * `using` leaves one column that no relation's name is before, and which `relation.*` lacks. Where a select lays out everything it stays so, and what is known
 * by a name goes by none; elsewhere it becomes a condition on the first relation, which the column is then known by.
 */
function withoutUsing(clauses: Clauses): Nodes {
  const from = clauses.from ?? [];
  const [base] = baseOf(from) ?? [];
  const joins = usings(from);
  if (joins.length === 0 || base?.kind !== 'word') return printClauses(clauses);
  if (splitByCommas(clauses.select ?? []).some((item) => item.length === 1 && isSign(item[0], '*'))) {
    const merged = new Set(joins.flatMap(({ keys, name, isLeft }) => keys.flatMap((key) => [`${base.text}.${key}`, ...(isLeft ? [] : [`${name}.${key}`])])));
    return withinGroups(printClauses(clauses), (nodes) => unnamed(nodes, merged));
  }
  const keys = new Set(joins.flatMap((join) => join.keys));
  return withinGroups(printClauses({ ...clauses, from: asConditions(from, base) }), (nodes) => qualified(nodes, keys, base));
}

interface Using {
  readonly keys: readonly string[];
  /** Of the joined relation. */
  readonly name: string;
  readonly isLeft: boolean;
}

function usings(from: Nodes): Using[] {
  return from.flatMap((node, index) => {
    const [name, keys] = [from[index - 1], from[index + 1]];
    if (!isWord(node, 'using') || keys?.kind !== 'group' || name?.kind !== 'word') return [];
    let join = index;
    while (join > 0 && !isWord(from[join], 'join')) join -= 1;
    return [{ keys: splitByCommas(keys.nodes).map(printTokens), name: name.text, isLeft: isWord(from[join - 1], 'left') }];
  });
}

function asConditions(from: Nodes, base: Node): Nodes {
  const out: Node[] = [];
  for (let at = 0; at < from.length; at += 1) {
    const [node, keys, name] = [from[at], from[at + 1], from[at - 1]];
    if (node === undefined) continue;
    if (!isWord(node, 'using') || keys?.kind !== 'group' || name === undefined) out.push(node);
    else {
      const equal = splitByCommas(keys.nodes).map((key) => [base, sign('.'), ...key, sign('='), name, sign('.'), ...key]);
      out.push(word('on'), ...joined(equal, 'and'));
      at += 1;
    }
  }
  return out;
}

/** Groups that are no selects of their own see the same names. */
function withinGroups(nodes: Nodes, change: (nodes: Nodes) => Nodes): Nodes {
  const inner = nodes.map((node, index): Node => {
    // The names that a relation's columns get are no uses of them.
    const isNaming = isWord(nodes[index - 2], 'as') && nodes[index - 1]?.kind === 'word';
    if (node.kind !== 'group' || isNaming || node.nodes.some((one) => isWord(one, 'select'))) return node;
    return group(withinGroups(node.nodes, change), node.open);
  });
  return change(inner);
}

function unnamed(nodes: Nodes, merged: ReadonlySet<string>): Nodes {
  const out: Node[] = [];
  for (const node of nodes) {
    const [dot, relation] = [out.at(-1), out.at(-2)];
    if (node.kind === 'word' && isSign(dot, '.') && relation?.kind === 'word' && merged.has(`${relation.text}.${node.text}`)) out.splice(-2);
    out.push(node);
  }
  return out;
}

function qualified(nodes: Nodes, keys: ReadonlySet<string>, base: Node): Nodes {
  return nodes.flatMap((node, index): Nodes => {
    const isKey = node.kind === 'word' && keys.has(node.text) && nodes[index + 1]?.kind !== 'group';
    const isFree = !isSign(nodes[index - 1], '.') && !isSign(nodes[index + 1], '.') && !isWord(nodes[index - 1], 'as');
    return isKey && isFree ? [base, sign('.'), node] : [node];
  });
}

type Clauses = Partial<Record<Clause, Nodes>>;

function clausesOf(nodes: Nodes): Map<Clause, Nodes> {
  const clauses = new Map<Clause, Node[]>();
  let own: Node[] = [];
  for (const node of nodes) {
    const clause = clauseWords.find((name) => isWord(node, name));
    // `group by` and `order by` are two words; `is distinct from` and `within group` are no clauses.
    const isOther = (clause === 'from' && isWord(own.at(-1), 'distinct') && isWord(own.at(-2), 'is', 'not')) || isWord(own.at(-1), 'within');
    if (clause === undefined || isOther) own.push(node);
    else clauses.set(clause, (own = []));
  }
  return clauses;
}

function printClauses(clauses: Clauses): Nodes {
  return clauseWords.flatMap((name) => {
    const nodes = clauses[name];
    return nodes === undefined || (name === 'from' && nodes.length === 0) ? [] : [word(name), ...nodes];
  });
}

function joined(conditions: readonly Nodes[], between: string): Nodes {
  return conditions.flatMap((condition, index) => (index === 0 ? condition : [word(between), ...condition]));
}

/** Semi and anti joins as conditions. A key that is null is in no list, and what is in no list stays with an anti join. */
function withoutQuestions(from: Nodes): { readonly kept: Nodes; readonly conditions: readonly Nodes[] } {
  const kept: Node[] = [];
  const conditions: Nodes[] = [];
  const shared = new Set<string>();
  const base = baseOf(from);
  for (let at = 0; at < from.length; at += 1) {
    const node = from[at];
    if (node === undefined) continue;
    if (isWord(node, 'using')) {
      const keys = from[at + 1];
      if (keys?.kind === 'group') for (const key of splitByCommas(keys.nodes)) shared.add(printTokens(key));
    }
    if (!isWord(node, 'semi', 'anti') || !isWord(from[at + 1], 'join')) {
      kept.push(node);
      continue;
    }
    const end = joinEnd(from, at + 2);
    conditions.push(question(node, from.slice(at + 2, end), (key) => (shared.has(key) || base === null ? [word(key)] : [...base, sign('.'), word(key)])));
    at = end - 1;
  }
  return { kept, conditions };
}

/** The name of the first relation. */
function baseOf(from: Nodes): Nodes | null {
  const first = from.slice(0, joinEnd(from, 0));
  const as = first.findIndex((node) => isWord(node, 'as'));
  const name = as >= 0 ? first[as + 1] : first[0];
  return name?.kind === 'word' ? [name] : null;
}

/** Where the joined relation that begins at `from` ends: with the next join. */
function joinEnd(nodes: Nodes, from: number): number {
  const next = nodes.findIndex((node, index) => index >= from && (isWord(node, 'join', 'left', 'inner', 'cross', 'semi', 'anti') || isSign(node, ',')));
  return next < 0 ? nodes.length : next;
}

function question(kind: Node, joinedTo: Nodes, outer: (key: string) => Nodes): Nodes {
  const at = joinedTo.findIndex((node) => isWord(node, 'using', 'on'));
  const relation = joinedTo.slice(0, at);
  if (isWord(joinedTo[at], 'on')) {
    const exists = [
      word('exists'),
      group([word('select'), { kind: 'number', text: '1' }, word('from'), ...relation, word('where'), ...joinedTo.slice(at + 1)]),
    ];
    return isWord(kind, 'semi') ? exists : [word('not'), ...exists];
  }
  const keys = joinedTo[at + 1];
  const names = keys?.kind === 'group' ? splitByCommas(keys.nodes).map(printTokens) : [];
  const list = (of: (name: string) => Nodes): Nodes => names.flatMap((name, index) => (index === 0 ? of(name) : [sign(','), ...of(name)]));
  const named = relation.some((node) => isWord(node, 'as')) || relation[0]?.kind !== 'group' ? relation : [...relation, word('as'), word('asked')];
  const known = joined(
    names.map((name) => [word(name), word('is'), word('not'), word('null')]),
    'and',
  );
  const inner = [word('select'), ...list((name) => [word(name)]), word('from'), ...named, word('where'), ...known];
  const mine = list(outer);
  const found: Nodes = [...(names.length === 1 ? mine : [group(mine)]), word('in'), group(inner)];
  return isWord(kind, 'semi') ? found : [word('not'), word('coalesce'), group([...found, sign(','), word('false')])];
}

/** `select unnest(list) as name from …` as a join with the list's values. */
function laidOut(clauses: Clauses): Clauses {
  const select = clauses.select ?? [];
  const [unnest, list, as, name] = select;
  if (!isWord(unnest, 'unnest') || list?.kind !== 'group' || !isWord(as, 'as') || name?.kind !== 'word' || select.length > 4) return clauses;
  const inner = printClauses({ ...clauses, select: [...list.nodes, word('as'), word('values_')] });
  return {
    select: [name],
    from: [
      group(inner),
      word('as'),
      word('lists'),
      word('cross'),
      word('join'),
      word('unnest'),
      group([word('values_')]),
      word('as'),
      word('laid'),
      group([name]),
    ],
  };
}

/** A group by the name that this select gives to an expression, as its place: the cluster knows such names only outside. */
function byPlace(grouped: Nodes, select: Nodes): Nodes {
  const aliases = new Map<string, number>();
  for (const [index, item] of splitByCommas(select).entries()) {
    const [last, as, before] = [item.at(-1), item.at(-2), item.at(-3)];
    if (last?.kind !== 'word' || !isWord(as, 'as')) continue;
    const isOwnName = item.length <= 5 && before?.kind === 'word' && before.text === last.text;
    if (!isOwnName) aliases.set(last.text, index + 1);
  }
  return grouped.flatMap((node, index): Nodes => {
    const place = node.kind === 'word' && !isSign(grouped[index - 1], '.') && !isSign(grouped[index + 1], '.') ? aliases.get(node.text) : undefined;
    return place === undefined ? [node] : [{ kind: 'number', text: String(place) }];
  });
}
