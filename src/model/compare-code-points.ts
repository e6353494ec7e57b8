/** The one order of text: by code point, not by UTF-16 unit and not by any language. */

/** Negative when `a` comes first. */
export function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
