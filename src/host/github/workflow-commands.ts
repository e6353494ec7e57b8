/** The runner's commands as text: nothing in a message can end its line or start a command of its own. */

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

/** One command a line, with the newline. */
export function annotationCommand({ level, file, line, column, title, message }: Annotation): string {
  const properties = { file, line: line === null ? null : String(line), col: column === null ? null : String(column), title };
  const given = Object.entries(properties).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== '');
  const head = given.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(',');
  return `::${level}${head === '' ? '' : ` ${head}`}::${escapeMessage(message)}\n`;
}

/** A notice of no file. */
export function noticeCommand(level: Annotation['level'], message: string): string {
  return annotationCommand({ level, file: null, line: null, column: null, title: 'Trueup', message });
}

/** Opens a part of the log that a reader can fold. */
export function groupCommand(title: string): string {
  return `::group::${escapeMessage(title)}\n`;
}

export const endGroupCommand = '::endgroup::\n';

/** Seen only where somebody has asked for debug logging. */
export function debugCommand(message: string): string {
  return `::debug::${escapeMessage(message)}\n`;
}

/** A plain line of the log: the runner takes no part of it for a command, neither at its start nor, in the old form, inside. */
export function logLine(text: string): string {
  const plain = text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/##\[/g, '# #[');
  return `${plain.replace(/^(\s*):/, '$1 \u2236')}\n`;
}

function escapeMessage(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
