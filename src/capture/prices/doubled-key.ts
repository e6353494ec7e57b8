/** Finds a key that stands twice in one object of a JSON text, which parsers take without a word, and nesting that no price list has. */
import { SourceRefusal } from './price-source.ts';

const maxDepth = 32;
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** null = there is none. The text need not be valid. Throws a `SourceRefusal` beyond 32 levels. */
export function doubledKey(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  let before = '';
  for (const [found] of text.matchAll(token)) {
    if (found === '{' || found === '[') open.push(found === '{' ? new Set() : null);
    else if (found === '}' || found === ']') open.pop();
    else if (found === ':' && before.startsWith('"')) {
      const key = keyOf(before);
      const keys = open.at(-1);
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    }
    if (open.length > maxDepth) throw new SourceRefusal(`is nested deeper than ${maxDepth} levels`);
    before = found;
  }
  return null;
}

/** Two spellings of one key are one. */
function keyOf(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}
