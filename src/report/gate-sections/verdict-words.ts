/** The words of a gate: verdicts, directions, and what may be shown. */
import type { GateVerdict, RuleDirection } from '../../model/gate.ts';
import { escapeMarkdown } from '../escape-markdown.ts';

const words: Readonly<Record<GateVerdict, readonly [sign: string, words: string]>> = {
  pass: ['✅', 'Pass'],
  warn: ['⚠️', 'Pass with warnings'],
  fail: ['❌', 'Fail'],
  inconclusive: ['❓', 'Inconclusive'],
  'not-applicable': ['✅', 'Nothing to judge'],
};

export function verdictCell(verdict: GateVerdict): string {
  return words[verdict].join(' ');
}

export function verdictLead(verdict: GateVerdict): string {
  const [sign, name] = words[verdict];
  return `${sign} **${name}**`;
}

/** Words of letters and small numbers between blanks and commas: nothing that Markdown, GitHub or a log could take for more. */
const plainWords = /^(?:[A-Za-z]+(?:['-][A-Za-z]+)*|\d{1,6})(?:[,;]? (?:[A-Za-z]+(?:['-][A-Za-z]+)*|\d{1,6})){0,60}$/;

export function showWords(text: string): string {
  return text.length <= 400 && plainWords.test(text) ? text : escapeMarkdown(text);
}

export const directionWords: Readonly<Record<RuleDirection, string>> = {
  loosened: 'looser',
  changed: 'may be looser',
  tightened: 'tighter',
  neutral: 'bears on nothing',
};
