/** Foreign text made visible and short: nothing in it may move a cursor, turn the reading direction or hide. */

/** Control, format (direction marks, zero-width, tags), private-use, unassigned and lone surrogate characters, and the line separators. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** At most `longest` code points; what cannot be seen becomes U+FFFD, line breaks and tabs become a blank. */
export function visibleText(text: string, longest: number): string {
  const cut =
    text.length > longest
      ? Array.from(text.slice(0, longest * 2))
          .slice(0, longest)
          .join('')
      : text;
  const shown = cut.replace(/[\r\n\t]+/g, ' ').replace(invisible, '\uFFFD');
  return cut.length < text.length ? `${shown}…` : shown;
}
