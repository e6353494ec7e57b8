/** Functions that Trino names otherwise, or that it gives other arguments, another order or another type. */
import { call, group, isSign, isWord, type Node, parseTokens, printTokens, quoted, sign, splitByCommas, type Token, word } from './tokens.ts';

type Nodes = readonly Node[];
type Args = readonly Nodes[];
const whole = parseTokens('decimal(38, 0)');

/** The functions of another name, other arguments or other types. */
const renamed: Readonly<Record<string, (args: Args) => Nodes>> = {
  // A sum of whole numbers is as wide as it has to be; the cluster's would be as narrow as its parts. Adding a wide nothing keeps decimals, where a cast would round them.
  sum: (args) => call('sum', [word('cast'), group([{ kind: 'number', text: '0' }, word('as'), ...whole]), sign('+'), group(only(args))]),
  list: (args) => call('array_agg', ...args),
  string_agg: ([value = [], separator = [], ...more]) => [
    ...call('listagg', value, separator.slice(0, 1)),
    ...parseTokens('within group'),
    group(more.reduce<Nodes>((left, right) => [...left, sign(','), ...right], separator.slice(1))),
  ],
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
  strftime: ([date = [], pattern = [], ...more]) => call('date_format', none(moment(date), more), [datePattern(pattern)]),
  greatest: (args) => otherwise('greatest', args),
  least: (args) => otherwise('least', args),
  repeat: (args) => call('array_join', call('repeat', ...args), [quoted('')]),
  // Read as a list of texts, which is all that is asked of JSON.
  from_json: ([text = [], ...more]) => [
    word('cast'),
    group([...call('json_parse', following(text, more, `'["VARCHAR"]'`)), word('as'), ...parseTokens('array(varchar)')]),
  ],
  to_json: (args) => call('json_format', [word('cast'), group([...only(args), word('as'), word('json')])]),
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

/** Every call on this level. */
export function functions(nodes: Nodes): Nodes {
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

/** A date as it is; of microseconds the whole seconds since 1970, down: the cluster would round what it writes of a time. */
function moment(value: Nodes): Nodes {
  const [make, microseconds] = value;
  if (!isWord(make, 'make_timestamp') || microseconds?.kind !== 'group' || value.length !== 2) return value;
  const seconds = parseTokens(`(${printTokens([microseconds])} - ((${printTokens([microseconds])} % 1000000 + 1000000) % 1000000)) / 1000000`);
  return call('date_add', [quoted('second')], seconds, parseTokens("timestamp '1970-01-01 00:00:00'"));
}

/** The signs that both write alike, and minutes, which are months over there. */
function datePattern([pattern, ...more]: Nodes): Token {
  if (pattern?.kind !== 'text' || more.length > 0 || !/^'(?:[^%'a-zA-Z]|%[YmdHMS]|[TZ])*'$/.test(pattern.text))
    throw new Error(`a cluster is not told how to write a time as ${printTokens(pattern === undefined ? [] : [pattern])}`);
  return { kind: 'text', text: pattern.text.replaceAll('%M', '%i') };
}
