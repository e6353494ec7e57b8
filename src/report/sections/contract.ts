/** What the bridge takes for granted about the provider: each answer of the contract register with where it comes from and how it was proved. */
import type { ContractItem } from '../../model/ledger.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import { firstOf, left, markdownTable } from '../markdown-table.ts';

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
