/** What a step says to its runner in its log. The commands are those of @actions/core; a plain line is held back from being one. */
import { error, info, notice, warning } from '@actions/core';

/** Groups can be folded; debug lines show where somebody has asked for them; a masked text shows as stars from then on. */
export { debug as sayInDebug, group as inGroup, setSecret as mask } from '@actions/core';

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  /** POSIX path relative to the repository; null = of no file. */
  readonly file: string | null;
  /** From 1; null = of the whole file. */
  readonly line: number | null;
  readonly column: number | null;
  readonly title: string;
  readonly message: string;
}

const levels = { error, warning, notice };

export function annotate({ level, file, line, column, title, message }: Annotation): void {
  const place = { file, startLine: line, startColumn: column };
  levels[level](message, { title, ...Object.fromEntries(Object.entries(place).filter(([, value]) => value !== null)) });
}

/** An annotation of no file. */
export function remark(level: Annotation['level'], message: string): void {
  levels[level](message, { title: 'Trueup' });
}

/** A plain line: the runner takes no part of it for a command, neither at its start nor, in the old form, inside. */
export function say(text: string): void {
  const plain = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/##\[/g, '# #[');
  info(plain.replace(/^(\s*):/, '$1 \u2236'));
}
