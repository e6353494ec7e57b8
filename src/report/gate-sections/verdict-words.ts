/** The verdict of a gate in a cell, and as the first words of a line. */
import type { GateVerdict } from '../../model/gate.ts';

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
