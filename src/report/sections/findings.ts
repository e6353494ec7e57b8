/** Findings, the gravest and dearest first, with sample request ids. */
import { type Finding, severities, type Source } from '../../model/finding.ts';
import { pathIn } from '../../model/layout.ts';
import { escapeMarkdown, firstOf, left, markdownTable, right, showInMarkdown } from '../escape-markdown.ts';
import { type Links, placeLink } from '../links.ts';
import { plainMoney } from '../show-money.ts';
import { remedyOf, sentenceOf, wording } from '../wording.ts';

const mostFindings = 200;

/** Where the files of the findings lie, and what their money is. */
export interface FindingPlaces {
  /** POSIX path of the ledger in the repository. */
  readonly ledger: string;
  readonly links: Links | null;
  /** null where the findings are of no one period. */
  readonly currency: string | null;
}

/** `findings` come in their order. */
export function findingTable(findings: readonly Finding[], { ledger, links, currency }: FindingPlaces): string {
  const { shown, note } = firstOf(findings, mostFindings, 'result.json has them all');
  const rows = shown.map((found) => [
    found.severity,
    wording[found.code].title,
    found.amount === null ? '' : currency === null ? found.amount : plainMoney(found.amount, currency),
    `${sentenceOf(found, showInMarkdown)}. ${remedyOf(found, showInMarkdown)}`,
    found.samples.map(escapeMarkdown).join(' '),
    found.source === null ? '' : findingPlace(found.source, ledger, links),
  ]);
  return markdownTable([left('Severity'), left('What'), right('Amount'), left('Finding'), left('Samples'), left('Place')], rows) + note;
}

/** A place in a file of the ledger leads there; a row of evidence is named, and leads to its file. */
export function findingPlace(source: Source, ledger: string, links: Links | null): string {
  const path = pathIn(ledger, source.file);
  if (links === null) return escapeMarkdown(placeText(source));
  return source.column === 0 && source.line > 0 ? `${placeLink(links, path, 0)}, row ${source.line}` : placeLink(links, path, source.line);
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
