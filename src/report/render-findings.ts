/** Findings as a compiler shows them: place, severity, code, sentence; the source line with its caret; the remedy. */
import type { Finding, Severity } from '../model/finding.ts';
import { countBySeverity, placeText } from './sections/findings.ts';
import { type Colour, showInTerminal, showSourceLine, type Tint, tint } from './terminal-style.ts';
import { remedyOf, sentenceOf } from './wording.ts';

const tints: Readonly<Record<Severity, Tint>> = { info: 'cyan', warn: 'yellow', quarantine: 'yellow', fail: 'red', inconclusive: 'red' };

/** All findings in their order, and a last line that counts them by severity. Ends with a newline. */
export function renderFindings(findings: readonly Finding[], colour: Colour): string {
  if (findings.length === 0) return `${tint('No findings.', 'green', colour)}\n`;
  return `${[...findings.map((found) => renderFinding(found, colour)), countBySeverity(findings)].join('\n\n')}\n`;
}

function renderFinding(found: Finding, colour: Colour): string {
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
  const samples = found.samples.length === 0 ? [] : [`  samples: ${found.samples.map(showInTerminal).join(' ')}`];
  return [head, ...excerpt, ...samples, `  ${tint('→', 'dim', colour)} ${remedyOf(found, showInTerminal)}`].join('\n');
}
