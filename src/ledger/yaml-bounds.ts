/** Bounds a YAML text before it is parsed: a parsed file takes a thousand times the memory of its shortest parts, the words of the lexer take none. */
import { Lexer } from 'yaml';

/** Nesting deeper than this is refused. */
export const maxDepth = 32;
/** Words, signs and line ends: five thousand models with five prices each fit. */
const maxParts = 250_000;

/** What the lexer puts between parts. */
const markers: readonly string[] = ['\u0002', '\u0018', '\u001f', '\uFEFF'];

/** What limit the text goes beyond and where; null when it may be parsed. */
export function beyondBounds(text: string): { readonly limit: string; readonly offset: number } | null {
  let offset = 0;
  let parts = 0;
  let flow = 0;
  let entries = 0;
  let before = '';
  for (const part of new Lexer().lex(text)) {
    if (markers.includes(part)) continue;
    const at = offset;
    offset += part.length;
    if (/^[ \t]+$/.test(part)) continue;
    parts += weightOf(part, before);
    before = part;
    if (parts > maxParts) return { limit: `more than ${maxParts} words, signs and line ends`, offset: at };
    // Lists in lists, in brackets or on one line: the parser would go down them one by one.
    if (part === '[' || part === '{') flow += 1;
    else if (part === ']' || part === '}') flow -= 1;
    entries = part === '-' || part === '?' ? entries + 1 : 0;
    if (Math.max(flow, entries) > maxDepth) return { limit: `nested deeper than ${maxDepth} levels`, offset: at };
  }
  return null;
}

/** A text of many lines is taken apart line by line, and a comma after nothing becomes an error with all that belongs to one. */
function weightOf(part: string, before: string): number {
  if (part === ',' && (before === ',' || before === '[' || before === '{')) return 10;
  let lines = 1;
  for (let at = part.indexOf('\n'); at >= 0 && at < part.length - 1; at = part.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
