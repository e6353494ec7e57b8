/** Findings, the gravest and dearest first, with sample request ids. */
import { type Finding, severities, type Source } from '../../model/finding.ts';
import { escapeMarkdown, firstOf, left, markdownTable, right, showInMarkdown } from '../escape-markdown.ts';
import { remedyOf, sentenceOf } from '../wording.ts';

const mostFindings = 200;

/** `findings` come in their order. */
export function findingTable(findings: readonly Finding[]): string {
  const { shown, note } = firstOf(findings, mostFindings, 'result.json has them all');
  const rows = shown.map((found) => [
    found.severity,
    `\`${found.code}\``,
    found.amount ?? '',
    `${sentenceOf(found, showInMarkdown)}. ${remedyOf(found, showInMarkdown)}`,
    found.samples.map(escapeMarkdown).join(' '),
    found.source === null ? '' : escapeMarkdown(placeText(found.source)),
  ]);
  return markdownTable([left('Severity'), left('Code'), right('Amount'), left('Finding'), left('Samples'), left('Place')], rows) + note;
}

/** `file:line:column`; for evidence, whose column is 0, `file, row n`. */
export function placeText({ file, line, column }: Source): string {
  if (line === 0) return file;
  return column === 0 ? `${file}, row ${line}` : `${file}:${line}:${column}`;
}

/** `2 fail, 1 warn`, gravest first. */
export function countBySeverity(findings: readonly Finding[]): string {
  return [...severities]
    .reverse()
    .map((severity) => [severity, findings.filter((found) => found.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`)
    .join(', ');
}
