/** Joins with the latest row before: the cluster has none, and joins with the row whose stretch, up to where the next one begins, holds the value. */
import { call, group, isSign, isWord, type Node, printTokens, sign, word } from './tokens.ts';

type Nodes = readonly Node[];

/** `asof join b on x >= b.starts`: of the rows of `b` that begin no later than `x` the latest one. */
export function asRanges(from: Nodes): Nodes {
  const at = from.findIndex((node) => isWord(node, 'asof'));
  if (at < 0) return from;
  const start = from.findIndex((node, index) => index > at && isWord(node, 'join')) + 1;
  const end = joinEnd(from, start);
  return [...from.slice(0, at), ...from.slice(at + 1, start), ...ranged(from.slice(start, end)), ...asRanges(from.slice(end))];
}

/** Joined by one column alone. Left as it is, any other such join would be one with every row: the cluster would take `asof` for a name. */
function ranged(joinedTo: Nodes): Nodes {
  const on = joinedTo.findIndex((node) => isWord(node, 'on'));
  const relation = joinedTo.slice(0, on);
  const [name, condition] = [relation.at(-1), joinedTo.slice(on + 1)];
  const [value, [atLeast, owner, dot, starts]] = [condition.slice(0, -4), condition.slice(-4)];
  const isOne =
    isSign(atLeast, '>=') && owner?.kind === 'word' && isWord(name, owner.text) && isSign(dot, '.') && !value.some((node) => isWord(node, 'and', 'or'));
  if (on < 0 || name === undefined || starts === undefined || !isOne)
    throw new Error(`a join with the latest row that a cluster cannot be asked for: ${printTokens(joinedTo)}`);
  const own = [name, sign('.'), starts];
  const next = [...call('lead', own), word('over'), group([word('order'), word('by'), ...own])];
  const stretches = [word('select'), name, sign('.'), sign('*'), sign(','), ...next, word('as'), word('next_'), word('from'), ...relation];
  const isBeforeNext = call('coalesce', [...value, sign('<'), name, sign('.'), word('next_')], [word('true')]);
  return [group(stretches), word('as'), name, word('on'), ...condition, word('and'), ...isBeforeNext];
}

/** Where the joined relation that begins at `from` ends: with the next join. */
export function joinEnd(nodes: Nodes, from: number): number {
  const next = nodes.findIndex((node, index) => index >= from && (isWord(node, 'join', 'left', 'inner', 'cross', 'semi', 'anti', 'asof') || isSign(node, ',')));
  return next < 0 ? nodes.length : next;
}
