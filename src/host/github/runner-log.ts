/** What a step says to its runner in its log. The commands are those of @actions/core; a plain line is held back from being one. */
import { error, info, notice, setOutput, summary, warning } from '@actions/core';
import { stat } from 'node:fs/promises';
import type { Environment } from './environment.ts';

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

/** GitHub drops a summary of more than 1 MiB as a whole, and adds up what a step appends. */
const longestSummary = 1_000_000;

/** Appends what `render` makes of the bytes that still fit; nothing where the runner offers no summary. */
export async function appendSummary({ summaryFile }: Pick<Environment, 'summaryFile'>, render: (budget: number) => string): Promise<void> {
  if (summaryFile === null) return;
  const written = await stat(summaryFile).then(
    ({ size }) => size,
    () => 0,
  );
  const room = Math.max(longestSummary - written, 0);
  const markdown = render(room);
  if (Buffer.byteLength(markdown) > room) throw new Error('the summary is longer than the runner takes');
  await summary.emptyBuffer().addRaw(markdown).write();
}

/** Values are single lines. Nothing where the runner offers no file: the package would fall back to a command that is switched off. */
export function setOutputs({ outputFile }: Pick<Environment, 'outputFile'>, outputs: Readonly<Record<string, string>>): void {
  if (outputFile === null) return;
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value.replace(/[\r\n]+/g, ' '));
}
