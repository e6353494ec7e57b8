/**
 * What the relations say, in Trino's SQL (476; Athena's is the same). They are written once, for the embedded engine; this file knows where the two differ,
 * and nothing else does. Whatever it does not know is left as it is, so that the cluster refuses it: a statement never means something else in silence.
 */
import { enums } from '../reading/column-types.ts';
import { call, group, isSign, isWord, keywords, type Node, parseTokens, printTokens, quoted, sign, splitByCommas, word } from './tokens.ts';
import { functions } from './functions.ts';
import { rewriteSelects } from './selects.ts';

type Nodes = readonly Node[];

/** One statement for one. */
export function translate(statement: string): string {
  return printTokens(translateTokens(parseTokens(statement)));
}

export function translateTokens(nodes: Nodes): Nodes {
  const [create, table, name, columns, ...rest] = nodes;
  // `create table name (column type, …)`: the one place beside a cast where a type stands.
  if (isWord(create, 'create') && isWord(table, 'table') && columns?.kind === 'group' && rest.length === 0 && name !== undefined)
    return [word('create'), word('table'), name, group(columns.nodes.flatMap(typed))];
  return rewrite(nodes);
}

function rewrite(nodes: Nodes): Nodes {
  const inner = nodes.map((node): Node => (node.kind === 'group' ? group(rewrite(node.nodes), node.open) : node));
  return [words, lists, functions, pairs, sameness, casts, dates, wholeDivisions, rewriteSelects].reduce<Nodes>((given, pass) => pass(given), inner);
}

/** Types that the cluster lacks. Its varchar stands for enums; who rests on their order says so (`enumOrder`). */
const types: ReadonlyMap<string, Nodes> = new Map([
  ...['usmallint', 'utinyint'].map((name) => [name, [word('integer')]] as const),
  ['hugeint', parseTokens('decimal(38, 0)')],
  ...Object.keys(enums).map((name) => [name, [word('varchar')]] as const),
]);

function typed(node: Node): Nodes {
  return node.kind === 'word' ? (types.get(node.text) ?? [node]) : [node];
}

/** The largest number that the cluster reads as a whole one; beyond, it would be a binary float. */
const mostWhole = 9_223_372_036_854_775_807n;

function words(nodes: Nodes): Nodes {
  return nodes.flatMap((node): Nodes => {
    if (node.kind === 'number' && !node.text.includes('.') && BigInt(node.text) > mostWhole) return [{ kind: 'text', text: `decimal '${node.text}'` }];
    return isWord(node, 'materialized') ? [] : [node];
  });
}

/** `[a, b]` is a list where nothing stands before it that it could be a part of; `x[1:64]` is the start of a text, or of a list that is made there, and `x[1]` one of a list. */
function lists(nodes: Nodes): Nodes {
  const out: Node[] = [];
  for (const node of nodes) {
    if (node.kind !== 'group' || node.open !== '[') out.push(node);
    else if (!endsOperand(out.at(-1))) out.push(word('array'), node);
    else {
      const [first = [], last] = splitBy(node.nodes, ':');
      const whole = out.splice(operandStart(out));
      // Where it ends is how much of it there is only from its start.
      if (last !== undefined && printTokens(first) !== '1') throw new Error(`a cluster is not asked for the middle of ${printTokens(whole)}`);
      out.push(...(last === undefined ? call('element_at', whole, first) : call(isList(whole) ? 'slice' : 'substr', whole, first, last)));
    }
  }
  return out;
}

/** Whether values are gathered there; the rest is taken for a text, and the cluster refuses it where it is none. */
function isList([gathered]: Nodes): boolean {
  return gathered?.kind === 'group' && isWord(gathered.nodes[0], 'array_agg');
}

function splitBy(nodes: Nodes, text: string): readonly Nodes[] {
  const at = nodes.findIndex((node) => isSign(node, text));
  return at < 0 ? [nodes] : [nodes.slice(0, at), nodes.slice(at + 1)];
}

/** `x::type` as a cast. */
function casts(nodes: Nodes): Nodes {
  const out: Node[] = [];
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (node === undefined) continue;
    if (!isSign(node, '::')) {
      out.push(node);
      continue;
    }
    const operand = out.splice(operandStart(out));
    const type: Node[] = [...typed(nodes[at + 1] ?? word('?'))];
    at += 1;
    const precision = nodes[at + 1];
    if (type.length === 1 && isWord(type[0], 'decimal') && precision?.kind === 'group') {
      type.push(precision);
      at += 1;
    }
    out.push(word('cast'), group([...operand, word('as'), ...type]));
  }
  return out;
}

/** Whether an operand can end with this node. */
function endsOperand(node: Node | undefined): boolean {
  if (node === undefined || node.kind === 'sign') return false;
  return node.kind !== 'word' || !keywords.has(node.text) || ['end', 'null', 'true', 'false'].includes(node.text);
}

/** Where the operand begins that ends with the last node: a value, a call with its filter and window, a case. */
function operandStart(nodes: Nodes): number {
  let at = nodes.length - 1;
  const isFunction = (node: Node | undefined): boolean => node?.kind === 'word' && !keywords.has(node.text);
  if (isWord(nodes[at], 'end')) {
    for (let depth = 0; at >= 0; at -= 1) {
      if (isWord(nodes[at], 'end')) depth += 1;
      if (isWord(nodes[at], 'case')) depth -= 1;
      if (depth === 0) return at;
    }
  }
  if (isWord(nodes[at - 1], 'over') && !isFunction(nodes[at])) at -= 2;
  else if (isWord(nodes[at - 1], 'over')) at -= 2;
  if (isWord(nodes[at - 1], 'filter')) at -= 2;
  if (nodes[at]?.kind === 'group' && (isFunction(nodes[at - 1]) || isWord(nodes[at - 1], 'array'))) at -= 1;
  while (isSign(nodes[at - 1], '.')) at -= 2;
  return at;
}

/** A day before or after a date; the cluster adds no bare number to one. */
function dates(nodes: Nodes): Nodes {
  const out: Node[] = [];
  for (let at = 0; at < nodes.length; at += 1) {
    const [node, text, plus] = [nodes[at], nodes[at + 1], nodes[at + 2]];
    if (node === undefined) continue;
    if (isWord(node, 'date') && text?.kind === 'text' && isSign(plus, '+')) {
      const end = operandEnd(nodes, at + 3);
      out.push(...call('date_add', [quoted('day')], nodes.slice(at + 3, end), [node, text]));
      at = end - 1;
    } else out.push(node);
  }
  return out;
}

/** Where the operand ends that begins at `from`. */
function operandEnd(nodes: Nodes, from: number): number {
  let at = from;
  if (isSign(nodes[at], '-')) at += 1;
  if (isWord(nodes[at], 'case')) {
    for (let depth = 0; at < nodes.length; at += 1) {
      if (isWord(nodes[at], 'case')) depth += 1;
      if (isWord(nodes[at], 'end')) depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  at += 1;
  while (isSign(nodes[at], '.')) at += 2;
  if (nodes[at]?.kind === 'group' && nodes[at - 1]?.kind === 'word') at += 1;
  return at;
}

/** `(a, b) in (select (c, d) …)`: several columns of a query are a row by themselves. */
function pairs(nodes: Nodes): Nodes {
  return nodes.map((node, index): Node => {
    if (!isWord(nodes[index - 1], 'in') || node.kind !== 'group') return node;
    const [select, row, ...rest] = node.nodes;
    const isRow = isWord(select, 'select') && row?.kind === 'group' && isWord(rest[0], 'from') && splitByCommas(row.nodes).length > 1;
    return isRow ? group([word('select'), ...row.nodes, ...rest]) : node;
  });
}

const sameColumns = ['is', 'not', 'distinct', 'from'] as const;

/** `a.x is not distinct from b.x`, by which rows are joined: the cluster would hold every row against every other, where what is equal it finds by a hash. */
function sameness(nodes: Nodes): Nodes {
  const out: Node[] = [];
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (node === undefined) continue;
    const [left, right] = [columnBefore(out), nodes.slice(at + sameColumns.length, at + sameColumns.length + 3)];
    // Part of a longer expression each is something else.
    const isPart = [out[out.length - 4], nodes[at + sameColumns.length + 3]].some((beside) => beside?.kind === 'sign' && !isSign(beside, ','));
    if (left === null || columnBefore(right) === null || isPart || !sameColumns.every((text, index) => isWord(nodes[at + index], text))) {
      out.push(node);
      continue;
    }
    out.splice(out.length - left.length);
    // As JSON, since a column may be a row: different values are different texts, and none is empty.
    const text = (column: Nodes): Nodes => call('coalesce', call('json_format', [word('cast'), group([...column, word('as'), word('json')])]), [quoted('')]);
    const isNull = (column: Nodes): Node => group([...column, word('is'), word('null')]);
    out.push(group([...text(left), sign('='), ...text(right), word('and'), isNull(left), sign('='), isNull(right)]));
    at += sameColumns.length + 2;
  }
  return out;
}

/** A column with its table at the end; null where something else stands there. */
function columnBefore(nodes: Nodes): Nodes | null {
  const [table, dot, column] = nodes.slice(-3);
  const isName = (node: Node | undefined): boolean => node?.kind === 'name' || (node?.kind === 'word' && !keywords.has(node.text));
  return isName(table) && isSign(dot, '.') && isName(column) ? nodes.slice(-3) : null;
}

const factors = ['*', '/', '%', '//'] as const;
const isFactor = (node: Node | undefined): boolean => factors.some((text) => isSign(node, text));

/** `a // b`, toward zero, of whole numbers of any width: the rest is taken away first, since the cluster rounds what it divides. */
function wholeDivisions(nodes: Nodes): Nodes {
  const out: Node[] = [];
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (node === undefined) continue;
    if (!isSign(node, '//')) {
      out.push(node);
      continue;
    }
    let start = operandStart(out);
    while (isFactor(out[start - 1])) start = operandStart(out.slice(0, start - 1));
    const left = group(out.splice(start));
    const end = operandEnd(nodes, at + 1);
    const right = group(nodes.slice(at + 1, end));
    out.push(group([group([left, sign('-'), left, sign('%'), right]), sign('/'), right]));
    at = end - 1;
  }
  return out;
}
