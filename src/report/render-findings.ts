/** Findings as a compiler shows them: place, severity, code, sentence; the source line with its caret; the remedy. */
import type { Finding, Severity } from '../model/finding.ts';
import { countBySeverity, placeText } from './sections/findings.ts';
import { type Screen, showInTerminal, showSourceLine, type Tint, tint, wrapText } from './terminal-style.ts';
import { remedyOf, sentenceOf } from './wording.ts';

const tints: Readonly<Record<Severity, Tint>> = { info: 'cyan', warn: 'yellow', quarantine: 'yellow', fail: 'red', inconclusive: 'red' };

/** All findings in their order, and a last line that counts them by severity. Ends with a newline. */
export function renderFindings(findings: readonly Finding[], screen: Screen): string {
  if (findings.length === 0) return `${tint('No findings.', 'green', screen.colour)}\n`;
  return `${[...findings.map((found) => renderFinding(found, screen)), countBySeverity(findings)].join('\n\n')}\n`;
}

export function renderFinding(found: Finding, { colour, width }: Screen): string {
  const place = found.source === null ? '' : `${showInTerminal(placeText(found.source))}: `;
  const head = `${place}${tint(found.severity, tints[found.severity], colour)} ${tint(found.code, 'bold', colour)}: ${sentenceOf(found, showInTerminal)}`;
  const excerpt =
    found.excerpt === null
      ? []
      : found.excerpt
          .replace(/\n$/, '')
          .split('\n')
          .slice(0, 20)
          .map((line) => `  ${showSourceLine(line)}`);
  const samples = found.samples.length === 0 ? [] : [`samples: ${found.samples.map(showInTerminal).join(' ')}`];
  const below = [...samples, `${tint('→', 'dim', colour)} ${remedyOf(found, showInTerminal)}`].map((line) => `  ${wrapText(line, width, 4)}`);
  return [wrapText(head, width, 2), ...excerpt, ...below].join('\n');
}
