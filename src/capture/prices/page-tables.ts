/** The tables of an HTML page as plain cells. Only those that can be read for sure: a header, rows of one width, no cell that spans others or holds a table. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

export interface PageTable {
  readonly head: readonly string[];
  /** As wide as the head. */
  readonly rows: readonly (readonly string[])[];
  /** Text of the table's own caption; empty without one. */
  readonly caption: string;
}

/** What is beyond these is no price list. */
const mostCells = 200_000;
const maxDepth = 400;
/** Text in these is not shown as it stands, or is a note about a price. */
const unshown: readonly string[] = ['script', 'style', 'template', 'noscript', 'select'];
const altered: readonly string[] = ['del', 's', 'strike', 'sup', 'sub'];

/** Parsing takes the square of how deep tags are nested; a page of prices has some thousands. */
const mostTags = 100_000;

/** In the order of the page; `unsure` counts the tables that were left alone. */
export function pageTables(html: string): { readonly tables: readonly PageTable[]; readonly unsure: number } {
  if (html.split('<', mostTags + 1).length > mostTags) return { tables: [], unsure: 1 };
  const found = within(parse(html), 'table');
  const tables = found.flatMap((table) => tableOf(table) ?? []);
  return { tables, unsure: found.length - tables.length };
}

function tableOf(table: Element): PageTable | null {
  const rows = within(table, 'tr').map((row) => childrenOf(row).filter(({ tagName }) => tagName === 'td' || tagName === 'th'));
  const cells = rows.flat();
  const [head, ...body] = rows;
  if (head === undefined || body.length === 0 || cells.length > mostCells || within(table, 'table').length > 0) return null;
  if (cells.some(isUnsure) || body.some((row) => row.length !== head.length)) return null;
  if (!head.every(({ tagName }) => tagName === 'th') || body.some((row) => row.slice(1).some(({ tagName }) => tagName === 'th'))) return null;
  const texts = rows.map((row) => row.map(textOf));
  const [first = [], ...others] = texts;
  return { head: first, rows: others, caption: within(table, 'caption').map(textOf).join(' ') };
}

/** A cell that stands for several, or of which part is struck out, a footnote, or hidden. */
function isUnsure(cell: Element): boolean {
  const isOdd = ({ tagName, attrs }: Element): boolean =>
    [...unshown, ...altered].includes(tagName) ||
    attrs.some(({ name, value }) => name === 'hidden' || name === 'aria-hidden' || (name === 'style' && /display|visibility|line-through/i.test(value)));
  return cell.attrs.some(({ name, value }) => (name === 'colspan' || name === 'rowspan') && value.trim() !== '1') || [cell, ...elementsIn(cell)].some(isOdd);
}

function textOf(element: Element): string {
  const texts: string[] = [];
  walk(element, (node) => {
    if ('value' in node) texts.push(node.value);
    else if ('tagName' in node && node.tagName === 'br') texts.push('\n');
  });
  return texts.join('').replace(/\s+/g, ' ').trim();
}

function within(root: Node, tagName: string): Element[] {
  return elementsIn(root).filter((element) => element.tagName === tagName);
}

function elementsIn(root: Node): Element[] {
  const found: Element[] = [];
  walk(root, (node) => {
    if (node !== root && 'tagName' in node) found.push(node);
  });
  return found;
}

function childrenOf(element: Element): Element[] {
  return element.childNodes.filter((node) => 'tagName' in node);
}

/** In the order of the page, without recursion: pages of others may be deep. What lies deeper than any page is left out. */
function walk(root: Node, visit: (node: Node) => void): void {
  const open: { readonly node: Node; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, depth } = next;
    visit(node);
    if (!('childNodes' in node) || depth >= maxDepth) continue;
    for (const child of node.childNodes.toReversed()) open.push({ node: child, depth: depth + 1 });
  }
}
