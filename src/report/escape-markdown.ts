/** Text of strangers on its way out: in Markdown it must stay plain words, anywhere it must be visible. Evidence and model names are hostile. And the tables that it stands in. */
import { scrubSecrets } from './scrub-secrets.ts';

const longestValue = 160;

/** Characters that mean something to Markdown, HTML, GitHub (mentions, issues, emoji, mathematics) or the runner's commands. */
const meaningful = /[&<>"'`|*~[\]#\\$!{}^=]/g;
/** A colon between letters or digits is part of a name or a time; any other could start a link, an emoji or a command. */
const outerColon = /(?<![A-Za-z0-9]):|:(?![A-Za-z0-9])/g;
/** What follows an at sign must not look like a name or a host, wherever the text is shown: a word joiner, without width, keeps them apart. */
const atSign = /@/g;
/** An underscore inside a word emphasises nothing and stays readable. */
const outerUnderscore = /(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;
/** The start of what GitHub turns into a link by itself; the other starts hold a colon. */
const bareDomain = /(www)\./gi;

/**
 * `text` as inert inline HTML, `<code>…</code>`: inside it GitHub resolves no mention, issue or emoji, and every character that could end it
 * is an entity, which Markdown never takes as markup. At most 160 code points.
 */
export function escapeMarkdown(text: string): string {
  return `<code>${escapeText(text)}</code>`;
}

/** As `escapeMarkdown` for a word in a sentence: plain figures and times need no frame. */
export function showInMarkdown(text: string): string {
  return /^[-+]?\d[\d.,%]*$/.test(text) && text.length <= longestValue ? text : escapeMarkdown(text);
}

function escapeText(text: string): string {
  const entity = (character: string) => `&#${character.codePointAt(0) ?? 0};`;
  const escaped = visibleText(text, longestValue)
    .replace(meaningful, entity)
    .replace(outerColon, entity)
    .replace(outerUnderscore, entity)
    .replace(atSign, '&#64;&#8288;')
    .replace(bareDomain, '$1&#46;');
  return escaped.trim() === '' ? '&#8203;' : escaped;
}

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

interface Column {
  readonly name: string;
  readonly align: 'left' | 'right';
}

/** A table, or '' without rows. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map(({ align }) => (align === 'right' ? '--:' : ':--'));
  return [line(columns.map(({ name }) => name)), line(rule), ...rows.map(line)].join('\n');
}

export const left = (name: string): Column => ({ name, align: 'left' });
export const right = (name: string): Column => ({ name, align: 'right' });

/** A heading and its body; nothing when there is no body. */
export function section(heading: string, body: string): string {
  return body === '' ? '' : `## ${heading}\n\n${body}`;
}

/** The first `most` of a list, and a line that says how many were left out and where they are. */
export function firstOf<Item>(items: readonly Item[], most: number, rest: string): { readonly shown: readonly Item[]; readonly note: string } {
  const left = items.length - most;
  return { shown: items.slice(0, most), note: left > 0 ? `\n\n${left} more are left out here; ${rest}.` : '' };
}
