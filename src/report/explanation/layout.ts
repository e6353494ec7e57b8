/** The shape of an explanation: headed sections, and facts behind labels. */
import { tint, type Colour } from '../terminal-style.ts';

const labelWidth = 9;

/** A heading and its lines; nothing when there is no line. */
export function section(title: string, lines: readonly string[], colour: Colour): string {
  return lines.length === 0 ? '' : [tint(title, 'bold', colour), ...lines].join('\n');
}

/** `label    text`, indented; further lines of the text stand under its first. */
export function fact(label: string, text: string, colour: Colour): string {
  const [first = '', ...rest] = text.split('\n');
  const space = ' '.repeat(4 + labelWidth + 1);
  return [`    ${tint(label, 'dim', colour)}${' '.repeat(Math.max(0, labelWidth - label.length))} ${first}`, ...rest.map((line) => space + line)].join('\n');
}
