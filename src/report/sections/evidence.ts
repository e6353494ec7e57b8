/** The files that went in, with their hashes. */
import type { ManifestFile } from '../../model/result.ts';
import { escapeMarkdown } from '../escape-markdown.ts';
import { firstOf, left, markdownTable, right } from '../markdown-table.ts';

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
