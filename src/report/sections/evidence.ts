/** What the result rests on: the files with their hashes, the contract, and what was not checked. */
import type { IgnoredFinding } from '../../model/judgement.ts';
import type { ContractItem } from '../../model/ledger.ts';
import type { ManifestFile, Result } from '../../model/result.ts';
import { grouped } from '../show-money.ts';
import { wording } from '../wording.ts';
import { escapeMarkdown, firstOf, left, markdownTable, right } from '../escape-markdown.ts';

const mostFiles = 200;

export function evidenceTable(inputs: readonly ManifestFile[]): string {
  const { shown, note } = firstOf(inputs, mostFiles, 'manifest.json has them all');
  const rows = shown.map(({ name, role, bytes, sha256, rows: count }) => [
    role,
    escapeMarkdown(name),
    String(bytes),
    count === null ? '' : String(count),
    `\`${sha256.replace(/[^0-9a-f]/g, '')}\``,
  ]);
  return markdownTable([left('Role'), left('File'), right('Bytes'), right('Rows'), left('SHA-256')], rows) + note;
}

const mostItems = 50;

/** In the order of the file. */
export function contractTable(items: readonly ContractItem[]): string {
  const { shown, note } = firstOf(items, mostItems, 'contract.yaml has them all');
  const rows = shown.map(({ area, detail, status, basis, provenBy, verifiedOn, verifiedBy, expiresOn }) => [
    escapeMarkdown(area),
    escapeMarkdown(detail),
    status === 'verified' ? 'verified' : '**unverified**',
    ...[basis, provenBy, verifiedOn, verifiedBy, expiresOn].map((text) => (text === null ? '' : escapeMarkdown(text))),
  ]);
  return markdownTable(['Area', 'Answer', 'Status', 'Source', 'Proved by', 'On', 'By', 'Until'].map(left), rows) + note;
}

/** How the two sides were held against each other, and how much of them was. */
export function assuranceLine({ counts }: Result): string {
  if (counts === null) return '- Nothing was compared.';
  const { linked_charges: linked, comparable } = counts;
  return `- Judged request by request: ${grouped(linked)} of ${grouped(comparable)} charges were held against counted requests of ours.`;
}

/** What the caller knows, then what the result itself shows. */
export function notCheckedList(result: Result, said: readonly string[], ignored: readonly IgnoredFinding[]): string {
  const lines = [...said, ...shownByResult(result), ...ignored.map(({ code, count }) => `Ignored by policy.rules: ${wording[code].title} (${count})`)];
  return lines.map((line) => `- ${line}.`).join('\n');
}

function shownByResult({ counts, period, totals }: Result): string[] {
  return [
    ...(counts === null ? ['The rows were not reconciled: nothing about money or counts is known'] : []),
    ...(counts !== null && counts.gateway === null ? ['There is no gateway layer: what was forwarded is not checked'] : []),
    ...(period.stage === 'usage' && totals.invoice_total === null && totals.balance_drawdown === undefined
      ? ['There is no invoice at this stage: the bridge ends at what the provider charged']
      : []),
    ...(period.stage === 'prepaid' && totals.balance_drawdown === undefined ? ['The balance was not compared'] : []),
    ...(period.stage === 'final' && totals.invoice_total === null ? ['The invoice was not compared'] : []),
    ...(period.judged_end_utc === period.end_utc ? [] : [`The period was judged only up to ${period.judged_end_utc}`]),
    ...(period.models === null ? [] : ['Only the declared models are in scope']),
    ...(period.keys === undefined ? [] : ['Only the declared keys are in scope, and rows that name none']),
    'Nothing was asked of the provider: the run reads files only',
  ];
}
