/** A statement as a tree of tokens: what stands in brackets is one node, so that whoever rewrites it never counts them. */

export interface Token {
  readonly kind: 'word' | 'name' | 'number' | 'text' | 'sign';
  readonly text: string;
}

/** What stands between brackets. */
export interface Group {
  readonly kind: 'group';
  readonly open: '(' | '[' | '{';
  readonly nodes: readonly Node[];
}

export type Node = Token | Group;

const closes = { '(': ')', '[': ']', '{': '}' } as const;

/** Space and comments; a text, a quoted name, a number, a word, and the longest sign. Every statement is written by this program: what is none of these is a bug. */
const token = /\s+|--[^\n]*|('(?:[^']|'')*')|("(?:[^"]|"")*")|(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(::|\/\/|<>|<=|>=|\|\||[-+*/%=<>(),.[\]{}:;])/y;

export function parseTokens(statement: string): readonly Node[] {
  const levels: { open: Group['open'] | null; nodes: Node[] }[] = [{ open: null, nodes: [] }];
  token.lastIndex = 0;
  while (token.lastIndex < statement.length) {
    const at = token.lastIndex;
    const found = token.exec(statement);
    if (found === null) throw new Error(`unknown sign in a statement at ${at}: ${statement.slice(at, at + 40)}`);
    const [, text, name, number, word, sign] = found;
    const level = levels[levels.length - 1];
    if (level === undefined) throw new Error('a bracket too many');
    if (text !== undefined) level.nodes.push({ kind: 'text', text });
    else if (name !== undefined) level.nodes.push({ kind: 'name', text: name });
    else if (number !== undefined) level.nodes.push({ kind: 'number', text: number });
    else if (word !== undefined) level.nodes.push({ kind: 'word', text: word });
    else if (sign === '(' || sign === '[' || sign === '{') levels.push({ open: sign, nodes: [] });
    else if (sign === ')' || sign === ']' || sign === '}') {
      const { open, nodes } = level;
      if (open === null || closes[open] !== sign) throw new Error(`a bracket that nothing opens: ${statement.slice(at, at + 40)}`);
      levels.pop();
      levels[levels.length - 1]?.nodes.push({ kind: 'group', open, nodes });
    } else if (sign !== undefined) level.nodes.push({ kind: 'sign', text: sign });
  }
  const [whole, ...open] = levels;
  if (whole === undefined || open.length > 0) throw new Error('a bracket that nothing closes');
  return whole.nodes;
}

/** The text again, with a blank between any two tokens that may not touch. */
export function printTokens(nodes: readonly Node[]): string {
  let text = '';
  let last: Node | null = null;
  for (const node of nodes) {
    const piece = node.kind === 'group' ? `${node.open}${printTokens(node.nodes)}${closes[node.open]}` : node.text;
    text += last === null || touches(last, node) ? piece : ` ${piece}`;
    last = node;
  }
  return text;
}

function touches(last: Node, node: Node): boolean {
  if (isSign(last, '.') || isSign(node, '.') || isSign(node, ',')) return true;
  return node.kind === 'group' && last.kind === 'word' && !keywords.has(last.text);
}

/** Words of the language that stand before a bracket without being the name of a function. */
export const keywords: ReadonlySet<string> = new Set(
  'select distinct from where and or not in is as on using case when then else end join left right inner cross semi anti lateral union all except group by having order limit window partition over filter with materialized create table view insert into values between like exists update set interval null true false asc desc nulls first last rows range unnest_ qualify sets'.split(
    ' ',
  ),
);

export function isSign(node: Node | undefined, text: string): boolean {
  return node?.kind === 'sign' && node.text === text;
}

export function isWord(node: Node | undefined, ...texts: readonly string[]): boolean {
  return node?.kind === 'word' && texts.includes(node.text);
}

export function word(text: string): Token {
  return { kind: 'word', text };
}

export function sign(text: string): Token {
  return { kind: 'sign', text };
}

/** A text as a literal. */
export function quoted(text: string): Token {
  return { kind: 'text', text: `'${text.replaceAll("'", "''")}'` };
}

export function group(nodes: readonly Node[], open: Group['open'] = '('): Group {
  return { kind: 'group', open, nodes };
}

/** A call of a function. */
export function call(name: string, ...args: readonly (readonly Node[])[]): readonly Node[] {
  return [word(name), group(args.flatMap((arg, index) => (index === 0 ? arg : [sign(','), ...arg])))];
}

/** What stands between the commas. */
export function splitByCommas(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (isSign(node, ',')) parts.push([]);
    else parts[parts.length - 1]?.push(node);
  }
  return parts;
}
