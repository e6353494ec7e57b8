/** Sentences that should be our own, from a document that need not be: plain words stay plain, anything else is framed as foreign. */
import { escapeMarkdown } from '../escape-markdown.ts';

/** Words of letters and small numbers between blanks and commas: nothing that Markdown, GitHub or a log could take for more. */
const plainWords = /^(?:[A-Za-z]+(?:['-][A-Za-z]+)*|\d{1,6})(?:[,;]? (?:[A-Za-z]+(?:['-][A-Za-z]+)*|\d{1,6})){0,60}$/;

export function showWords(text: string): string {
  return text.length <= 400 && plainWords.test(text) ? text : escapeMarkdown(text);
}
