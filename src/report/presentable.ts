/** Documents as they may leave: what others wrote stands in them without secrets and well formed. */
import { scrubSecrets } from './scrub-secrets.ts';

/** `value` with every text in it, names of members too, without secrets, and with U+FFFD for lone surrogates, which have no canonical form. */
export function presentable<Value>(value: Value): Value {
  // The same words come again and again.
  const known = new Map<string, string>();
  const clean = (text: string): string => {
    const found = known.get(text) ?? presentableText(text);
    known.set(text, found);
    return found;
  };
  const visit = (node: unknown): unknown => {
    if (typeof node === 'string') return clean(node);
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, member]) => [clean(key), visit(member)]));
  };
  return visit(value) as Value;
}

function presentableText(text: string): string {
  return scrubSecrets(text.replace(/\p{Cs}/gu, '\uFFFD'));
}
