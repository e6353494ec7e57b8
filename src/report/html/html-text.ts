/** Pieces of a page: whatever is put into one is escaped, unless it is a piece itself. */
import { visibleText } from '../escape-markdown.ts';

/** Text that is HTML. Only this file makes it, so that foreign text cannot pass for it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | readonly Html[];

/** `markup\`<p>${text}</p>\``: text becomes inert, also between double quotes; pieces stand as they are. */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(parts.map((part, index) => `${part}${index < values.length ? written(values[index] ?? '') : ''}`).join(''));
}

export const nothing = new Html('');

function written(value: Value): string {
  if (value instanceof Html) return value.text;
  return typeof value === 'object' ? value.map(({ text }) => text).join('') : escapeHtml(String(value));
}

const longestText = 1000;

/** What cannot be seen becomes U+FFFD, secrets are taken out, and every character that means something to HTML is an entity. */
function escapeHtml(text: string): string {
  return visibleText(text, longestText).replace(/[&<>"'`=]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}
