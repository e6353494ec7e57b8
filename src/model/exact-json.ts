/** JSON whose numbers are kept as the digits that were sent: no amount becomes a binary float. */

export type Json = string | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A string, or a number outside of strings. The text is valid JSON, so that nothing else can look like one. */
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Every number comes as text. Throws a SyntaxError where `JSON.parse` does; its words quote the text, so they are not for showing. */
export function parseExactJson(text: string): Json {
  JSON.parse(text);
  return JSON.parse(text.replace(token, (found) => (found.startsWith('"') ? found : `"${found}"`))) as Json;
}

export function asObject(value: Json | undefined): Readonly<Record<string, Json>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, Json>>) : null;
}

/** What stands at the names, one inside the other; undefined where one is missing. No names: the value itself. */
export function valueAt(value: Json | undefined, ...names: readonly string[]): Json | undefined {
  return names.reduce<Json | undefined>((inner, name) => {
    const object = asObject(inner);
    return object !== null && Object.hasOwn(object, name) ? object[name] : undefined;
  }, value);
}

/** One text for equal values, whatever the order of keys. */
export function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalText).join(',')}]`;
  const object = asObject(value);
  if (object === null) return JSON.stringify(value);
  const members = Object.keys(object)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalText(object[key] ?? null)}`);
  return `{${members.join(',')}}`;
}
