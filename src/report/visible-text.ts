/** Foreign text made visible and short: nothing in it may move a cursor, turn the reading direction, hide, or give a secret away. */
import { scrubSecrets } from './scrub-secrets.ts';

/** Control, format (direction marks, zero-width, tags), private-use, unassigned and lone surrogate characters, and the line separators. */
const invisible = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** How much further than what is shown a secret is looked for, so that the cut never leaves a piece that no longer looks like one. */
const lookAhead = 4096;

/** At most `longest` code points; what cannot be seen becomes U+FFFD, line breaks and tabs become a blank, secrets are taken out before anything is cut. */
export function visibleText(text: string, longest: number): string {
  const whole = text.length > longest * 2 + lookAhead ? text.slice(0, longest * 2 + lookAhead) : text;
  const scrubbed = scrubSecrets(whole);
  const cut =
    scrubbed.length > longest
      ? Array.from(scrubbed.slice(0, longest * 2))
          .slice(0, longest)
          .join('')
      : scrubbed;
  const shown = cut.replace(/[\r\n\t]+/g, ' ').replace(invisible, '\uFFFD');
  return cut.length < scrubbed.length || whole.length < text.length ? `${shown}…` : shown;
}
