/**
 * What the relations say, in Trino's SQL (476; Athena's is the same). They are written once, for the embedded engine; this file knows where the two differ,
 * and nothing else does. Whatever it does not know is left as it is, so that the cluster refuses it: a statement never means something else in silence.
 */
import { enums } from '../reading/column-types.ts';
import { call, group, isSign, isWord, keywords, type Node, parseTokens, printTokens, quoted, sign, splitByCommas, type Token, word } from './tokens.ts';
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

/** `[a, b]` is a list where nothing stands before it that it could be a part of; `x[1:64]` is the start of a text. */
function lists(nodes: Nodes): Nodes {
  const out: Node[] = [];
  for (const node of nodes) {
    if (node.kind !== 'group' || node.open !== '[') out.push(node);
    else if (!endsOperand(out.at(-1))) out.push(word('array'), node);
    else {
      const [from, to] = splitBy(node.nodes, ':');
      const start = operandStart(out);
      const whole = out.splice(start);
      out.push(...call('substr', whole, from ?? [], to ?? []));
    }
  }
  return out;
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

type Args = readonly Nodes[];
const whole = parseTokens('decimal(38, 0)');

/** The functions of another name, other arguments or other types. */
const renamed: Readonly<Record<string, (args: Args) => Nodes>> = {
  // A sum of whole numbers is as wide as it has to be; the cluster's would be as narrow as its parts. Adding a wide nothing keeps decimals, where a cast would round them.
  sum: (args) => call('sum', [word('cast'), group([{ kind: 'number', text: '0' }, word('as'), ...whole]), sign('+'), group(only(args))]),
  list: (args) => call('array_agg', ...args),
  list_sort: (args) => call('array_sort', only(args)),
  list_distinct: (args) => call('array_distinct', only(args)),
  list_contains: (args) => call('contains', ...args),
  arg_min: (args) => call('min_by', ...args),
  arg_max: (args) => call('max_by', ...args),
  hash: (args) => call('xxhash64', call('to_utf8', only(args))),
  md5: (args) => call('lower', call('to_hex', call('md5', call('to_utf8', only(args))))),
  contains: (args) => [group([...call('strpos', ...args), sign('>'), { kind: 'number', text: '0' }])],
  regexp_matches: (args) => call('regexp_like', ...args),
  regexp_full_match: ([text = [], pattern = [], ...more]) => call('regexp_like', text, [wholePattern(pattern, more)]),
  // Every occurrence is replaced without being asked for.
  regexp_replace: ([text = [], pattern = [], by = [], ...more]) => call('regexp_replace', text, pattern, following(by, more, "'g'")),
  strftime: ([date = [], ...more]) => [word('cast'), group([...following(date, more, "'%Y-%m-%d'"), word('as'), word('varchar')])],
  greatest: (args) => otherwise('greatest', args),
  least: (args) => otherwise('least', args),
  repeat: (args) => call('array_join', call('repeat', ...args), [quoted('')]),
  // Read as a list of texts, which is all that is asked of JSON.
  from_json: ([text = [], ...more]) => [
    word('cast'),
    group([...call('json_parse', following(text, more, `'["VARCHAR"]'`)), word('as'), ...parseTokens('array(varchar)')]),
  ],
  range: ([from = [], to = [], ...more]) => call('sequence', from, [group(none(to, more)), sign('-'), { kind: 'number', text: '1' }]),
};

/** The one argument. What has more of them means something else, and nothing is left out of a statement in silence. */
function only([value = [], ...more]: Args): Nodes {
  return none(value, more);
}

function none(value: Nodes, more: Args): Nodes {
  if (more.length > 0) throw new Error(`arguments that a cluster is not told of: ${more.map(printTokens).join(', ')}`);
  return value;
}

/** The value, where what follows it is what the cluster does by itself. */
function following(value: Nodes, more: Args, expected: string): Nodes {
  const [option, ...others] = more;
  if (option === undefined || printTokens(option) !== expected) throw new Error(`a cluster needs ${expected} after ${printTokens(value)}`);
  return none(value, others);
}

/** The whole text matches, whatever line ends are in it. */
function wholePattern(pattern: Nodes, more: Args): Token {
  const [text] = none(pattern, more);
  if (text?.kind !== 'text' || pattern.length !== 1) throw new Error('a pattern that is no literal');
  return { kind: 'text', text: `'\\A(?:${text.text.slice(1, -1)})\\z'` };
}

/** Null does not count, where the cluster would answer null. */
function otherwise(name: string, args: Args): Nodes {
  return args.reduce((left, right) => call('coalesce', call(name, left, right), left, right));
}

function functions(nodes: Nodes): Nodes {
  const out: Node[] = [];
  for (let at = 0; at < nodes.length; at += 1) {
    const [node, args] = [nodes[at], nodes[at + 1]];
    if (node === undefined) continue;
    const isCall = node.kind === 'word' && args?.kind === 'group' && args.open === '(';
    const rename = isCall && !isSign(nodes[at - 1], '.') ? renamed[node.text] : undefined;
    if (isWord(node, 'filter') && args?.kind === 'group' && !isWord(args.nodes[0], 'where')) {
      out.push(node, group([word('where'), ...args.nodes]));
      at += 1;
    } else if (rename !== undefined && args?.kind === 'group' && Object.hasOwn(renamed, node.kind === 'word' ? node.text : '')) {
      out.push(...rename(splitByCommas(args.nodes)));
      at += 1;
    } else out.push(node);
  }
  return out;
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
